"""Whatever Loki and health URLs do, each alert becomes one issue, which says what could not be had."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.fakes.loki.lines import app_line, ns
from tests.fakes.loki.server import FakeLoki, Handler, answers, breaks_off, running
from tests.journey.auditor import read_issues, wait_investigated
from tests.journey.sender import Outgoing, Record, Sender
from tests.journey.service_process import ServiceProcess

pytestmark = pytest.mark.journey

# By the service whose log is asked for.
LOKI = {
    "refused-400": answers(400, "parse error at line 1"),
    "limited-429": answers(429, "too many outstanding requests"),
    "timeout-504": answers(504, "gateway timeout"),
    "html": answers(200, "<html>log in</html>", kind="text/html"),
    "broken-off": breaks_off(),
}
LONG, MANY = "long-line", "many-lines"
HEALTH = ("hangs", "redirects", "floods")
TEN_MEGABYTES = 10 * 1024 * 1024


class MoodyHealth(BaseHTTPRequestHandler):
    ending: Event

    def do_GET(self) -> None:
        if self.path.startswith("/hangs"):
            self.ending.wait()
        elif self.path.startswith("/redirects"):
            self.send_response(302)
            self.send_header("Location", f"{self.path}x")
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(TEN_MEGABYTES))
            self.end_headers()
            self._flood()

    def _flood(self) -> None:
        try:
            for _ in range(TEN_MEGABYTES // 65_536):
                self.wfile.write(b" " * 65_536)
        except ConnectionError:
            """Nobody wants that much."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the test's output is not the server's log."""


@contextmanager
def moody_health() -> Iterator[str]:
    ending = Event()
    handler = type("BoundHealth", (MoodyHealth,), {"ending": ending})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            ending.set()
            server.shutdown()
            thread.join()


def misbehave(handler: Handler) -> None:
    name = next((name for name in LOKI if name in handler.path), None)
    if name is None:
        handler.answer_well()
    else:
        LOKI[name](handler)


def fill(loki: FakeLoki) -> None:
    at = ns(SystemClock().now() - timedelta(minutes=3))
    loki.push(*(app_line(LONG, at + number, "ERROR " + "x" * 200_000) for number in range(3)))
    loki.push(
        *(app_line(MANY, at + number * 10**6, f"ERROR no stock for {number}") for number in range(6_000))
    )


async def test_each_fault_costs_its_evidence_and_no_alert(tmp_path: Path) -> None:
    names = (*LOKI, LONG, MANY, *HEALTH)
    with running() as loki, moody_health() as health:
        fill(loki)
        loki.standing_fault = misbehave
        (tmp_path / "issue-intelligence.toml").write_text(catalogue(names, health), encoding="utf-8")
        env = {"LOKI_URL": loki.url, "INTAKE_RATE_LIMIT": "0"}
        with ServiceProcess(tmp_path, env=env) as service:
            service.start().wait_ready()
            record = Record()
            alerts = [Outgoing(fingerprint=name, service=name, alert_name=f"Errors {name}") for name in names]
            await Sender(service.url, record).send(alerts)
            await wait_investigated(service.url, timeout_seconds=60)
            found = look_up(service.url, record)
            issues = {issue.service: issue.path.read_text() for issue in read_issues(service.issues())}
            assert len(service.issues()) == len(issues)
    assert {name for name, alert in found.items() if alert["evidence"]["logs"]["status"] == "failed"} == {
        *LOKI
    }
    # Where the log was not had, or speaks of errors, or nobody is well, there is an issue.
    assert {*LOKI, LONG, MANY} <= issues.keys()
    for name in LOKI:
        assert "so this was decided without" in issues[name]
    assert found[MANY]["log_analysis"]["lines"] == 5_000
    assert "more than 5,000 lines" in issues[MANY]
    assert max(len(text) for text in issues.values()) < 65_536
    states = {name: found[name]["health_check"]["probes"][0]["state"] for name in HEALTH}
    assert states == {"hangs": "down", "redirects": "down", "floods": "up"}


def catalogue(names: tuple[str, ...], health: str) -> str:
    head = "[validation]\nhealth_check_timeout_seconds = 1\n"
    return head + "".join(
        f'[[services]]\nname = "{name}"\n' + (f'health_url = "{health}/{name}"\n' if name in HEALTH else "")
        for name in names
    )


def look_up(url: str, record: Record) -> dict[str, dict[str, Any]]:
    with httpx2.Client(base_url=url, timeout=30) as client:
        return {
            alert.service: client.get(f"/alerts/{alert_id}").json()
            for alert_id, alert in record.acknowledged.items()
        }
