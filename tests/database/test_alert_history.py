"""What people read about an alert, before and after somebody looked at it."""

import pytest

from issue_intelligence.adapters.database.alert_history import DatabaseAlertHistory
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.ports.alert_history import HistoryQuery, HistoryStatus
from issue_intelligence.ports.incident_store import Findings
from tests.core.report import example
from tests.database.events import NOW, event, firing, record, resolved

PARTS = (
    "context",
    "log_analysis",
    "health_check",
    "history",
    "known_issue",
    "validation",
    "categorization",
    "remediation",
    "issue",
    "slack",
    "reasons",
    "evidence",
)


@pytest.fixture
def history(databases: Databases, incidents: DatabaseIncidentStore) -> DatabaseAlertHistory:
    return DatabaseAlertHistory(databases, incidents)


async def test_alert_has_the_same_parts_before_and_after_it_was_looked_at(
    history: DatabaseAlertHistory, incidents: DatabaseIncidentStore
) -> None:
    alert = firing("a")
    await record(incidents, event(1, alert))
    before = await history.one(alert.id)
    assert before is not None
    assert (before["status"], before["verdict"], before["validation"]) == ("received", None, None)

    [run] = await incidents.claim_runs(NOW, 1)
    investigation = example.investigation()
    assert investigation.logs is not None
    await incidents.save_evidence(run, investigation.logs)
    findings = Findings(
        investigation=investigation, verdict=example.verdict(), issue_key="cause-1", alert_count=1
    )
    await incidents.save_verdict(run, findings, NOW)
    await incidents.finish_run(run, NOW, quiet_until=NOW, recheck_at=None)
    after = await history.one(alert.id)
    assert after is not None
    assert after["status"] == "investigated"
    assert after["validation"]["confidence"] == 90
    assert after["evidence"][CollectorName.LOGS.value]["status"] == "collected"
    assert before.keys() == after.keys()
    assert set(PARTS) <= after.keys()


async def test_alert_tells_what_its_sender_said_since(
    history: DatabaseAlertHistory, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a")), event(2, firing("a")), event(3, resolved("a")))
    alert = await history.one(firing("a").id)
    assert alert is not None
    assert alert["alert_status"] == "resolved"
    assert alert["ends_at"] == "2026-11-24T11:00:00Z"
    assert alert["repeat_count"] == 1
    assert [update["update_type"] for update in alert["updates"]] == ["repeat", "resolved"]


async def test_unknown_alert_is_none(history: DatabaseAlertHistory) -> None:
    assert await history.one("0" * 32) is None
    assert await history.last_received_at() is None


async def test_alerts_that_came_at_once_still_have_an_order(
    history: DatabaseAlertHistory, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, *(firing(name) for name in "abcde")))
    first = await history.page(HistoryQuery(limit=2))
    # What comes between two pages does not move the second one.
    await record(incidents, event(2, firing("f")))
    second = await history.page(HistoryQuery(limit=2, before=first.next_before or ""))
    third = await history.page(HistoryQuery(limit=2, before=second.next_before or ""))
    ids = [alert["id"].lstrip("0") for page in (first, second, third) for alert in page.alerts]
    assert ids == ["e", "d", "c", "b", "a"]
    assert third.next_before is None
    assert await history.last_received_at() == NOW


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (HistoryStatus.RECEIVED, ["b", "a"]),
        (HistoryStatus.INVESTIGATED, []),
        (HistoryStatus.FIRING, ["b"]),
        (HistoryStatus.RESOLVED, ["a"]),
    ],
)
async def test_status_filters_by_us_or_by_the_sender(
    status: HistoryStatus, names: list[str], history: DatabaseAlertHistory, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a"), firing("b"), resolved("a")))
    page = await history.page(HistoryQuery(status=status))
    assert [alert["id"].lstrip("0") for alert in page.alerts] == names


@pytest.mark.parametrize("cursor", ["1", "s", "sx", "s1.0", "s-1", " s1", "s\u0661", "s" + "9" * 19])
async def test_what_is_no_cursor_of_ours_is_refused(cursor: str, history: DatabaseAlertHistory) -> None:
    with pytest.raises(ValueError, match="next_before"):
        await history.page(HistoryQuery(before=cursor))
