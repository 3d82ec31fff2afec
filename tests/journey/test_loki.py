"""With LOKI_URL, an alert becomes an issue with lines of Loki; without Loki, an issue that says so."""

from datetime import timedelta
from pathlib import Path

import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.fakes.loki.lines import app_line, http_line, ns
from tests.fakes.loki.server import FakeLoki, answers, running
from tests.journey.service_process import ServiceProcess
from tests.journey.test_missing_evidence import sent_and_investigated

pytestmark = pytest.mark.journey

SECRET = "glsa_0123456789abcdefghijklmnop"


def failing_app(loki: FakeLoki, service: str = "app") -> None:
    at = SystemClock().now() - timedelta(minutes=2)
    rows = (
        "TypeError: Cannot read properties of undefined (reading 'total')",
        "    at priceOf (/app/src/cart.js:42:17)",
        "    at checkout (/app/src/checkout.js:10:5)",
    )
    for number in range(5):
        then = ns(at, plus=number * 10**9)
        loki.push(*(app_line(service, then + row * 1_000, text) for row, text in enumerate(rows)))
        loki.push(http_line(service, then, "/api/checkout", 500, 120, method="POST"))


def test_alert_becomes_an_issue_with_the_lines_of_loki(tmp_path: Path) -> None:
    with running() as loki:
        failing_app(loki)
        env = {
            "LOKI_URL": loki.url,
            "LOKI_TOKEN": SECRET,
            # Loki wins.
            "LOG_FILES": str(tmp_path / "nothing.log"),
            "GRAFANA_URL": "https://grafana.example.org",
            "GRAFANA_LOKI_DATASOURCE_UID": "loki-1",
        }
        with ServiceProcess(tmp_path, env=env) as service:
            service.start().wait_ready()
            alert = sent_and_investigated(service)
            [issue] = service.issues()
            text = issue.read_text(encoding="utf-8")
            output = service.output()
    assert alert["evidence"]["logs"]["status"] == "collected"
    assert alert["log_analysis"]["requests"]["status_codes"] == {"500": 5}
    assert "src/cart.js:42 in priceOf" in text
    related = text.split("### Related Logs")[1].split("###")[0]
    assert '**Loki Query**:\n\n```\n{service_name="app"}\n```' in related
    assert f"20 lines read from `Loki at {loki.url.removeprefix('http://')}`" in related
    assert (
        "[Open these lines in Grafana](https://grafana.example.org/explore?schemaVersion=1&panes=" in related
    )
    assert {seen.params["query"] for seen in loki.seen if seen.path.endswith("range")} == {
        '{service_name="app"}'
    }
    assert SECRET not in text + output


def test_loki_that_fails_is_said_and_costs_no_alert(tmp_path: Path) -> None:
    with running() as loki:
        loki.standing_fault = answers(502, "bad gateway")
        with ServiceProcess(tmp_path, env={"LOKI_URL": loki.url}) as service:
            service.start().wait_ready()
            alert = sent_and_investigated(service)
            [issue] = service.issues()
            text = issue.read_text(encoding="utf-8")
    assert alert["evidence"]["logs"]["status"] == "failed"
    assert alert["validation"]["conclusion"] == "possible"
    assert [reason["rule"] for reason in alert["reasons"] if reason["decisive"]] == ["evidence_missing"]
    unknown = text.split("### What is not known")[1].split("###")[0]
    assert "answered 502 (bad gateway)" in unknown
    assert "so this was decided without" in unknown
    assert '{service_name="app"}' in text.split("### Related Logs")[1]


def test_settings_of_loki_that_cannot_work_stop_the_start(tmp_path: Path) -> None:
    env = {"LOKI_URL": "http://reader:hunter2@127.0.0.1:1", "LOKI_TOKEN": SECRET}
    with ServiceProcess(tmp_path, env=env) as service:
        service.start()
        assert service.wait_ended() == 2
        output = service.output()
    assert "LOKI_TOKEN: a user name is set too" in output
    assert "hunter2" not in output
    assert SECRET not in output
