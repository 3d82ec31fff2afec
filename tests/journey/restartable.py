"""Services that are down until something restarts them, and the real service that may do so."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.journey.http_json import HttpJson
from tests.journey.service_process import ServiceProcess

COMMAND = Path(__file__).with_name("restart_command.py")
_POOL = "ERROR QueuePool limit of size 5 overflow 10 reached, connection timed out\n"


class Restartable:
    """What a test sees and says of the services that can be restarted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def runs(self, name: str) -> list[str]:
        """What the restart command noted: "begun", "done"."""
        path = self.folder / f"{name}.runs"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def is_up(self, name: str) -> bool:
        return (self.folder / f"{name}.up").exists()

    def hold(self, name: str) -> None:
        """Let the command wait in its middle, until `let_go`."""
        (self.folder / f"{name}.hold").touch()

    def let_go(self, name: str) -> None:
        (self.folder / f"{name}.hold").unlink()

    def let_lie(self, name: str) -> None:
        """Let the command say that all is well, and do nothing."""
        (self.folder / f"{name}.lies").touch()


@contextmanager
def answering_health(shops: Restartable) -> Iterator[str]:
    """Answer GET /NAME with 200 once NAME was restarted, with 503 before; give the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"{}"
            self.send_response(200 if shops.is_up(self.path.strip("/")) else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the test's output is not the server's log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def configure(folder: Path, names: list[str], *, health: str, wait_seconds: float) -> dict[str, str]:
    """Write the configuration of services that can be restarted; give the environment that goes with it."""
    command = json.dumps([sys.executable, "-S", str(COMMAND), str(folder), "{service}"])
    services = "".join(
        f'[[services]]\nname = "{name}"\nhealth_url = "{health}/{name}"\n'
        f'[services.platform]\nkind = "command"\ncommand = {command}\n'
        for name in names
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "issue-intelligence.toml").write_text(
        "[remediation]\nmax_per_hour = 100\n[remediation.strategies.restart]\n"
        f"wait_for_health_check_seconds = {wait_seconds}\nhealth_check_retries = 2\n{services}",
        encoding="utf-8",
    )
    return {"LOG_FILES": str(folder / "{service}.log"), "INTAKE_RATE_LIMIT": "0"}


async def fail(service: ServiceProcess, name: str, *rules: str) -> list[str]:
    """Let the service write what an exhausted pool writes, and send an alert a rule; give the alerts' ids."""
    now = datetime.now(UTC)  # noqa: TID251
    lines = [f"{now - timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ} {_POOL}" for second in range(20, 0, -1)]
    (service.folder / f"{name}.log").write_text("".join(lines), encoding="utf-8")
    alerts = [
        {
            "status": "firing",
            # All fail alike, and an environment of its own keeps each a cause of its own.
            "labels": {"alertname": rule, "service": name, "environment": name},
            "startsAt": now.isoformat(),
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": f"{name}-{rule}",
        }
        for rule in rules or ("HighErrorRate",)
    ]
    http = HttpJson(service.url)
    body = json.dumps({"receiver": "issues", "orgId": 1, "alerts": alerts}).encode()
    status, answer = await http.post("/alerts/grafana", body)
    await http.close()
    assert status == 200, answer
    ids: list[str] = answer["alertIds"]
    return ids


async def shown(service: ServiceProcess, alert_id: str) -> Any:
    """What the service tells of an alert."""
    http = HttpJson(service.url)
    try:
        status, answer = await http.get(f"/alerts/{alert_id}")
    finally:
        await http.close()
    assert status == 200
    return answer
