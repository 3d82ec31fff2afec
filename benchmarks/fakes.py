"""Stand-ins of Loki and Slack for a service that is measured, each in threads of this process."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks.shop_logs import WINDOW_LINES, log_lines
from issue_intelligence.adapters.system_clock import SystemClock
from tests.fakes.loki.server import running
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import TOKEN

_TIME_CHARACTERS = len("2026-11-24T10:00:00.000Z")


@contextmanager
def loki_with_full_windows(services: Sequence[str]) -> Iterator[dict[str, str]]:
    """Serve a Loki that holds as many lines of each service as one look reads; give its variables."""
    with running() as loki:
        until = datetime.now(UTC)  # noqa: TID251
        for service in services:
            loki.push({"stream": {"service_name": service}, "values": list(_values(service, until))})
        yield {"LOKI_URL": loki.url}


@contextmanager
def slack() -> Iterator[tuple[FakeSlack, dict[str, str]]]:
    """Serve a Slack; give it and the variables of the service."""
    started, ended = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    fakes: list[FakeSlack] = []

    async def serve() -> None:
        async with FakeSlack(now=SystemClock().now, scopes=("chat:write", "channels:history")) as fake:
            fakes.append(fake)
            started.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    if not started.wait(10):
        raise RuntimeError("the fake Slack did not start")
    [fake] = fakes
    channels = {
        f"SLACK_CHANNEL_{name.upper()}": fake.channel(name).id for name in ("critical", "high", "medium")
    }
    try:
        yield fake, {"SLACK_API_URL": fake.url, "SLACK_BOT_TOKEN": TOKEN, **channels}
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)


def _values(service: str, until: datetime) -> Iterator[list[str]]:
    """Give the lines as they are pushed; one without a time of its own belongs to the line above."""
    at_ns = 0
    for line in log_lines(service, until=until, lines=WINDOW_LINES):
        if line[:4].isdigit():
            at = datetime.fromisoformat(line[:_TIME_CHARACTERS])
            at_ns = max(at_ns + 1, int(at.timestamp() * 1_000_000) * 1_000)
        else:
            at_ns += 1
        yield [str(at_ns), line]
