"""`issue-intelligence demo`: plays the product at the terminal."""

import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.cli.demo.cast import Cast
from issue_intelligence.cli.demo.ci import Ci
from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.grafana import GrafanaStandIn
from issue_intelligence.cli.demo.interrupts import ended_by_signals
from issue_intelligence.cli.demo.processes import free_port, require_free
from issue_intelligence.cli.demo.scenes import play_scenes
from issue_intelligence.cli.demo.service_view import ServiceView
from issue_intelligence.cli.demo.stage import ADMIN, Stage, set_up
from issue_intelligence.cli.demo.story import SceneEnd, Story, shown
from issue_intelligence.cli.demo.traffic import Customers

DEFAULT_PORT = 3003
_COMMAND = "issue-intelligence"
EXIT_NOT_AS_IT_SHOULD_BE = 1
EXIT_INTERRUPTED = 130


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the last scene.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The service's port; 3003, and any free one with --once."),
    ] = None,
) -> None:
    """Play the product: a small shop fails in seven scenes, and the service makes of it what it should."""
    console = Console(highlight=False)
    try:
        with ended_by_signals():
            ends = play(console, once=once, port=port, base=Path.cwd())
    except DemoError as error:
        Console(stderr=True, highlight=False).print(
            f"The demo cannot go on: {error}", markup=False, soft_wrap=True
        )
        raise typer.Exit(EXIT_NOT_AS_IT_SHOULD_BE) from error
    except KeyboardInterrupt as interrupt:
        console.print("Interrupted; the shop and the service have ended.")
        raise typer.Exit(EXIT_INTERRUPTED) from interrupt
    if any(end.faults for end in ends):
        raise typer.Exit(EXIT_NOT_AS_IT_SHOULD_BE)


def play(console: Console, *, once: bool, port: int | None, base: Path) -> list[SceneEnd]:
    """Play all scenes in a new folder below `base`, and tell them. Raises DemoError."""
    if port is not None or not once:
        port = port or DEFAULT_PORT
        require_free(port)
    clock, story = SystemClock(), Story(console)
    folder = _new_folder(base, f"{clock.now():%Y%m%d-%H%M%S}")
    story.opening([("starting", "a sample shop, and the service that watches it ...")])
    with set_up(folder, port=port or free_port()) as stage:
        story.step("shop", f"{stage.shop_url}  (real requests, real logs; one process, five services)")
        story.step("service", f"{stage.service_url}  (alerts come in, issues go out as Markdown files)")
        ends = play_scenes(_cast(stage, story, clock))
        story.ending(ends, base=base)
        _say_how_it_went(story, ends)
        _say_where_to_look(story, stage, ends, base=base, stays=not once)
        if not once:
            _wait_for_interrupt(stage)
            story.text("\nThe shop and the service end. The issues stay where they are.")
    return ends


def _new_folder(base: Path, name: str) -> Path:
    """Make a folder of this run's own; `data` is where the service keeps its things, too."""
    demos = base / "data" / "demo"
    try:
        demos.mkdir(parents=True, exist_ok=True)
        for number in range(1, 100):
            folder = demos / (name if number == 1 else f"{name}-{number}")
            with suppress(FileExistsError):
                folder.mkdir()
                return folder
    except OSError as error:
        raise DemoError(
            f"{demos} cannot be written ({error.strerror}). Start the demo in a folder of yours."
        ) from error
    raise DemoError(f"{demos} has too many folders of this second.")


def _cast(stage: Stage, story: Story, clock: SystemClock) -> Cast:
    return Cast(
        stage=stage,
        customers=Customers(shop_url=stage.shop_url),
        grafana=GrafanaStandIn(
            webhook_url=f"{stage.service_url}/alerts/grafana",
            secret=stage.webhook_secret,
            logs=stage.log_file("checkout").parent,
            clock=clock,
        ),
        ci=Ci(service_url=stage.service_url, secret=stage.webhook_secret),
        service=ServiceView(
            url=stage.service_url, headers=stage.reading_headers, require_running=stage.require_running
        ),
        story=story,
    )


def _say_how_it_went(story: Story, ends: list[SceneEnd]) -> None:
    faults = [f"Scene {number}: {fault}." for number, end in enumerate(ends, start=1) for fault in end.faults]
    for fault in faults:
        story.text(fault, "bold red")
    if not faults:
        story.text("All seven scenes ended as they should.", "bold green")


def _say_where_to_look(story: Story, stage: Stage, ends: list[SceneEnd], *, base: Path, stays: bool) -> None:
    story.text("\nLook further", "bold")
    first = next((end.issue for end in ends if end.issue), None)
    if first is not None:
        story.path("an issue", f"cat {shown(first, base)}")
    story.path("all files", f"ls -R {shown(stage.folder, base)}")
    if not stays:
        story.path(
            "stay up", f"{_our_command(base)} demo    (shop and service run on, for your own requests)"
        )
        return
    story.path("pages", f"{stage.service_url}/admin    (as {ADMIN} with {stage.admin_password})")
    sign_in = f"-u {ADMIN}:{stage.admin_password}"
    story.path("alerts", f"curl {sign_in} {stage.service_url}/alerts/history")
    story.path("health", f"curl {sign_in} {stage.service_url}/health")
    story.path("the shop", f"curl {stage.shop_url}/stock/health")
    story.text("\nThe shop and the service stay up until you press Ctrl-C.")


def _our_command(base: Path) -> str:
    """Name the command so that it can be typed, also where it is not on the PATH."""
    started = Path(sys.argv[0]).absolute()
    if started.name != _COMMAND or shutil.which(_COMMAND):
        return _COMMAND
    return shown(started, base)


def _wait_for_interrupt(stage: Stage) -> None:
    pause = threading.Event()
    try:
        while True:
            stage.require_running()
            pause.wait(1)
    except KeyboardInterrupt:
        return
