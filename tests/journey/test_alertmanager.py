"""A real Alertmanager's alert ends as a readable issue; its resolve ends as a comment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.journey.alertmanager_process import AlertmanagerProcess, an_alert
from tests.journey.service_process import ServiceProcess
from tests.journey.small_http import answering
from tests.journey.waiting import wait_for

pytestmark = pytest.mark.journey

TOKEN = "alertmanager-t0ken"
PASSWORD = "correct horse"
LABELS = {
    "alertname": "CheckoutErrors",
    "service": "shop",
    "severity": "critical",
    "environment": "production",
}
TRACE = """TypeError: Cannot read properties of undefined (reading 'price')
    at total (/srv/shop/src/cart.ts:10:5)
    at checkout (/srv/shop/src/checkout.ts:31:9)"""
CONFIG = """
[[services]]
name = "shop"
component = "checkout"
health_url = "{health_url}/health"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    service: ServiceProcess
    alertmanager: AlertmanagerProcess

    def alert_of(self, status: str) -> dict[str, Any]:
        """The one alert, once it was looked at and its sender says this of it."""

        def look() -> dict[str, Any] | None:
            with httpx2.Client(base_url=self.service.url, auth=("admin", PASSWORD), timeout=10) as client:
                alerts = client.get("/alerts/history").json()["alerts"]
                if not alerts or (alerts[0]["alert_status"], alerts[0]["status"]) != (status, "investigated"):
                    return None
                alert: dict[str, Any] = client.get(f"/alerts/{alerts[0]['id']}").json()
                return alert

        return wait_for(f"an investigated {status} alert", look)

    def issue(self) -> str:
        [path] = self.service.issues()
        return path.read_text(encoding="utf-8")


@pytest.fixture
def scene(tmp_path: Path, alertmanager_program: Path) -> Iterator[Scene]:
    log = tmp_path / "shop.log"
    now = SystemClock().now()
    log.write_text(
        "".join(
            f"{now - timedelta(seconds=n):%Y-%m-%dT%H:%M:%S.000Z} ERROR POST /api/orders failed: {TRACE}\n"
            for n in range(6, 0, -1)
        ),
        encoding="utf-8",
    )
    env = {"LOG_FILES": str(log), "INTAKE_TOKEN": TOKEN, "ADMIN_PASSWORD": PASSWORD}
    with answering(503, b'{"status": "down", "database": "down"}') as health_url:
        config = tmp_path / "issue-intelligence.toml"
        config.write_text(CONFIG.format(health_url=health_url), encoding="utf-8")
        with ServiceProcess(tmp_path, env=env) as service:
            service.start()
            service.wait_ready()
            url = f"{service.url}/alerts/alertmanager"
            with AlertmanagerProcess(
                alertmanager_program, tmp_path / "alertmanager", webhook_url=url, token=TOKEN
            ) as alertmanager:
                yield Scene(service=service, alertmanager=alertmanager)


def test_alert_of_a_real_alertmanager_ends_as_an_issue_and_its_resolve_as_a_comment(scene: Scene) -> None:
    started_at = SystemClock().now() - timedelta(seconds=10)
    scene.alertmanager.send([an_alert(LABELS, starts_at=started_at)])
    wait_for("an issue file", lambda: bool(scene.service.issues()))
    fired = scene.alert_of("firing")

    assert fired["source"] == "alertmanager"
    assert fired["validation"]["is_real_issue"] is True
    assert fired["health_check"]["api_responsive"] is False
    assert fired["issue"]["number"] == 1
    assert fired["reasons"]

    issue = scene.issue()
    expected = {
        "service": "shop",
        "alert": "CheckoutErrors",
        "log line": "POST /api/orders",
        "stack trace": "at total (/srv/shop/src/cart.ts:10:5)",
        "health": "503",
        "reason": fired["validation"]["reason"].split(":")[0][:30],
        "history": "has not occurred before",
    }
    missing = {name: text for name, text in expected.items() if text.lower() not in issue.lower()}
    assert not missing, issue

    scene.alertmanager.send([an_alert(LABELS, starts_at=started_at, ends_at=SystemClock().now())])
    resolved = scene.alert_of("resolved")
    assert resolved["id"] == fired["id"]
    wait_for("the comment about the resolve", lambda: "**Resolved** at" in scene.issue())
    assert len(scene.service.issues()) == 1
