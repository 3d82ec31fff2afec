"""Evidence that cannot be had is said, not guessed: the alert still ends as an honest issue."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.factories.webhooks import body_of, raw_alert
from tests.journey.service_process import ServiceProcess, free_port
from tests.journey.waiting import wait_for

pytestmark = pytest.mark.journey


def sent_and_investigated(service: ServiceProcess) -> dict[str, Any]:
    starts_at = f"{SystemClock().now():%Y-%m-%dT%H:%M:%SZ}"
    labels = {"alertname": "HighErrorRate", "service": "app", "severity": "critical"}
    with httpx2.Client(base_url=service.url, timeout=10) as client:
        answer = client.post(
            "/alerts/grafana",
            content=body_of(raw_alert(startsAt=starts_at, labels=labels)),
            headers={"Content-Type": "application/json"},
        )
        alert_id = answer.json()["alertId"]

        def look() -> dict[str, Any] | None:
            alert: dict[str, Any] = client.get(f"/alerts/{alert_id}").json()
            return alert if alert["status"] == "investigated" else None

        return wait_for("an investigated alert", look)


def test_log_file_that_is_not_there_is_named_in_the_issue(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "app.log"
    with ServiceProcess(tmp_path, env={"LOG_FILES": str(gone)}) as service:
        service.start()
        service.wait_ready()
        alert = sent_and_investigated(service)
        [issue] = service.issues()
        text = issue.read_text(encoding="utf-8")
    assert alert["evidence"]["logs"]["status"] == "failed"
    assert "app.log" in alert["evidence"]["logs"]["error"]
    assert alert["log_analysis"] is None
    assert alert["validation"]["conclusion"] == "possible"
    decisive = [reason["rule"] for reason in alert["reasons"] if reason["decisive"]]
    assert decisive == ["evidence_missing"]
    unknown = text.split("### What is not known")[1]
    assert "logs" in unknown
    assert "app.log" in unknown


def test_service_that_nobody_answers_for_is_told_as_down(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("", encoding="utf-8")
    env = {"LOG_FILES": str(tmp_path / "app.log"), "APP_HEALTH_URL": f"http://127.0.0.1:{free_port()}/health"}
    with ServiceProcess(tmp_path, env=env) as service:
        service.start()
        service.wait_ready()
        alert = sent_and_investigated(service)
    assert alert["health_check"]["api_responsive"] is False
    assert alert["health_check"]["probes"][0]["state"] == "down"
