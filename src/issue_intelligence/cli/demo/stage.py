"""Sets the demo up: a folder of its own, the shop and the service as two processes beside this one."""

import base64
import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.interrupts import held_back
from issue_intelligence.cli.demo.processes import Child, child_environment, free_port
from issue_intelligence.cli.demo.shop.server import CARRIER, SERVICES

START_SECONDS = 40
ADMIN = "admin"
_SHOP_PACKAGE = "issue_intelligence.cli.demo.shop"
# A real service takes longer to come up, and gets 30 seconds and three looks.
_PROOF = """\
[remediation.strategies.restart]
wait_for_health_check_seconds = 2
health_check_retries = 2

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where everything is while the demo plays."""

    folder: Path
    shop_url: str
    service_url: str
    webhook_secret: str
    admin_password: str
    children: tuple[Child, ...]

    @property
    def issues(self) -> Path:
        return self.folder / "issues"

    def log_file(self, service: str) -> Path:
        return self.folder / "shop" / "logs" / f"{service}.log"

    @property
    def reading_headers(self) -> dict[str, str]:
        credentials = base64.b64encode(f"{ADMIN}:{self.admin_password}".encode()).decode()
        return {"Authorization": f"Basic {credentials}"}

    def require_running(self) -> None:
        """Raise DemoError with the last lines of a process that ended."""
        for child in self.children:
            if (fault := child.fault()) is not None:
                raise DemoError(fault)


@contextmanager
def set_up(folder: Path, *, port: int) -> Iterator[Stage]:
    """Start the shop and the service; both end with the block."""
    shop_port = free_port()
    secret, password = secrets.token_hex(16), secrets.token_hex(6)
    _write_shop(folder / "shop")
    config = folder / "issue-intelligence.toml"
    config.write_text(configuration_text(shop_port, folder / "shop"), encoding="utf-8")
    with ExitStack() as stack:
        # Both start at once: the service takes longer, and needs the shop only for the first alert.
        shop = _start(
            stack,
            "The shop",
            ["-m", "teashop", str(shop_port), "."],
            output=folder / "shop" / "output.txt",
            environment=child_environment() | {"PYTHONPATH": str(folder / "shop")},
        )
        service = _start(
            stack,
            "The service",
            ["-m", "issue_intelligence", "serve", "--host", "127.0.0.1", "--port", str(port)],
            output=folder / "service.log",
            environment=child_environment(
                ISSUE_INTELLIGENCE_CONFIG=str(config),
                DATA_DIR=str(folder),
                LOG_FILES=str(folder / "shop" / "logs" / "{service}.log"),
                GRAFANA_WEBHOOK_SECRET=secret,
                ADMIN_PASSWORD=password,
            ),
        )
        stage = Stage(
            folder=folder,
            shop_url=f"http://127.0.0.1:{shop_port}",
            service_url=f"http://127.0.0.1:{port}",
            webhook_secret=secret,
            admin_password=password,
            children=(shop, service),
        )
        shop.wait_until_it_answers(f"{stage.shop_url}/stock/health", timeout_seconds=START_SECONDS)
        service.wait_until_it_answers(f"{stage.service_url}/ready", timeout_seconds=START_SECONDS)
        try:
            yield stage
        except DemoError:
            # That a process ended says more than that it does not answer.
            stage.require_running()
            raise


def configuration_text(shop_port: int, shop: Path) -> str:
    """Write the catalogue of the shop's services as a person would; a restart proves itself in seconds."""
    # The shop is one process, so a restart of one of its services is a restart of all.
    command = [sys.executable, "-S", str(shop / "teashop" / "restart.py"), str(shop)]
    platform = f'platform = {{ kind = "command", command = {json.dumps(command)} }}\n'
    more = {"stock": platform, "reviews": platform, "delivery": f'dependencies = ["{CARRIER}"]\n'}
    return _PROOF + "\n".join(
        f"""\
[[services]]
name = "{name}"
component = "{name}"
environment = "demo"
health_url = "http://127.0.0.1:{shop_port}/{name}/health"
{more.get(name, "")}"""
        for name in (*SERVICES, CARRIER)
    )


def _write_shop(folder: Path) -> None:
    """Copy the shop out as the package `teashop`; an application's own code is no installed package."""
    target = folder / "teashop"
    target.mkdir(parents=True)
    for source in resources.files(_SHOP_PACKAGE).iterdir():
        if source.name.endswith(".py"):
            text = source.read_text(encoding="utf-8").replace(_SHOP_PACKAGE, "teashop")
            (target / source.name).write_text(text, encoding="utf-8")


def _start(
    stack: ExitStack, name: str, arguments: Sequence[str], *, output: Path, environment: Mapping[str, str]
) -> Child:
    # An interrupt in between would leave a process of which nobody knows.
    with held_back():
        child = Child(name, arguments, output=output, environment=environment)
        stack.callback(child.end)
    return child
