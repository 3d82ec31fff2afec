"""GET /alerts/history and /alerts/{id}, with what a real worker found."""

import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.factories.webhooks import body_of, raw_alert
from tests.journey.service_process import ServiceProcess
from tests.web.running_app import running_app

ALERTS = 12
TRACE = """TypeError: Cannot read properties of undefined (reading 'price')
    at total (/srv/shop/src/cart.ts:10:5)
    at checkout (/srv/shop/src/checkout.ts:31:9)"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("history")
    log = folder / "shop.log"
    now = SystemClock().now().astimezone(UTC)
    lines = [f"{now - timedelta(seconds=n):%Y-%m-%dT%H:%M:%S.000Z} ERROR {TRACE}" for n in range(5, 0, -1)]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with ServiceProcess(folder, env={"LOG_FILES": str(log), "INTAKE_RATE_LIMIT": "0"}) as process:
        process.start()
        process.wait_ready()
        yield process


@pytest.fixture(scope="module")
def client(service: ServiceProcess) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=service.url, timeout=30) as connection:
        yield connection


@pytest.fixture(scope="module")
def sent(client: httpx2.Client) -> list[str]:
    """Ids of the alerts, oldest first; every third is of the shop, and the last has resolved."""
    starts_at = f"{SystemClock().now():%Y-%m-%dT%H:%M:%SZ}"
    ids = []
    for n in range(ALERTS):
        labels = {"alertname": f"Rule{n}", "service": "shop" if n % 3 == 0 else "mail"}
        alert = raw_alert(fingerprint=f"f{n}", labels=labels, startsAt=starts_at)
        ids.append(send(client, alert))
    send(client, alert | {"status": "resolved", "endsAt": f"{SystemClock().now():%Y-%m-%dT%H:%M:%SZ}"})
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        waiting = client.get("/alerts/history?status=received").json()["alerts"]
        newest = client.get(f"/alerts/{ids[-1]}").json()
        if not waiting and newest.get("alert_status") == "resolved":
            return ids
        time.sleep(0.2)
    raise AssertionError("not investigated within 90 s")


def send(client: httpx2.Client, alert: dict[str, Any]) -> str:
    answer = client.post(
        "/alerts/grafana", content=body_of(alert), headers={"Content-Type": "application/json"}
    )
    return str(answer.json()["alertId"])


def page(client: httpx2.Client, **query: Any) -> tuple[list[str], str | None]:
    answer = client.get("/alerts/history", params=query).json()
    return [alert["id"] for alert in answer["alerts"]], answer["next_before"]


def test_history_is_newest_first(client: httpx2.Client, sent: list[str]) -> None:
    assert page(client) == (sent[::-1], None)


def test_pages_join_without_gap_or_overlap(client: httpx2.Client, sent: list[str]) -> None:
    seen, before = page(client, limit=5)
    assert len(seen) == 5
    while before:
        more, before = page(client, limit=5, before=before)
        seen += more
    assert seen == sent[::-1]


def test_page_that_ends_with_the_last_alert_has_no_next(client: httpx2.Client, sent: list[str]) -> None:
    assert page(client, limit=ALERTS) == (sent[::-1], None)
    assert page(client, limit=ALERTS - 1)[1] is not None


def test_filters_hold_on_every_page(client: httpx2.Client, sent: list[str]) -> None:
    of_shop = sent[::3][::-1]
    assert page(client, service="shop") == (of_shop, None)
    first, before = page(client, service="shop", limit=3)
    rest, end = page(client, service="shop", limit=3, before=before)
    assert (first + rest, end) == (of_shop, None)
    assert page(client, service="nobody") == ([], None)
    assert page(client, status="resolved") == ([sent[-1]], None)
    assert page(client, status="firing", limit=500) == (sent[-2::-1], None)
    assert page(client, status="investigated") == (sent[::-1], None)
    assert page(client, status="received") == ([], None)


def test_summary_says_what_was_decided_and_done(client: httpx2.Client, sent: list[str]) -> None:
    alert = client.get("/alerts/history", params={"service": "shop", "limit": 1}).json()["alerts"][0]
    assert alert["verdict"]["is_real_issue"] is True
    assert alert["verdict"].keys() == {
        "is_real_issue",
        "conclusion",
        "confidence",
        "reason",
        "severity",
        "type",
        "component",
    }
    assert alert["issue"]["number"] >= 1
    assert alert["issue"]["url"]
    assert alert["actions"]["remediation_attempted"] is False


# mission.md's interfaces in snake_case; durations carry their unit.
FIELDS = {
    "context": "timestamp alert_name severity affected_service log_query metrics",
    "log_analysis": "error_messages stack_traces affected_endpoints affected_users error_pattern "
    "first_occurrence last_occurrence frequency",
    "history": "is_recurring last_occurrence open_github_issue total_occurrences "
    "mean_time_between_occurrences_seconds",
    "validation": "is_real_issue confidence reason should_create_issue should_update_existing known_issue "
    "should_attempt_remediation",
    "categorization": "severity type component labels assign_team",
}


def test_alert_has_all_that_was_found(client: httpx2.Client, sent: list[str]) -> None:
    alerts = [client.get(f"/alerts/{alert_id}").json() for alert_id in sent]
    # All have one cause; what is part of another incident is not repaired by itself.
    alert = next(each for each in alerts if each["incident"]["joined"] is None)
    for part, names in FIELDS.items():
        assert set(names.split()) <= alert[part].keys(), part
    assert alert["context"]["metrics"].keys() >= {"error_count", "time_window", "affected_endpoints"}
    assert alert["log_analysis"]["stack_traces"][0]["exception"] == "TypeError"
    assert alert["reasons"]
    assert alert["issue"]["url"]
    assert alert["remediation"].keys() >= {"attempted", "success", "action", "logs", "should_create_issue"}
    # There, though nothing was found: no health URL, no known issue, no Slack.
    for part in ("health_check", "known_issue", "slack"):
        assert alert[part] is None, part


async def test_alert_that_nobody_looked_at_yet_is_there_as_received(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.post(
            "/alerts/grafana", content=body_of(raw_alert()), headers={"Content-Type": "application/json"}
        )
        alert = (await client.get(f"/alerts/{answer.json()['alertId']}")).json()
    assert (alert["id"], alert["status"]) == (answer.json()["alertId"], "received")
    assert alert["received_at"].endswith("Z")
