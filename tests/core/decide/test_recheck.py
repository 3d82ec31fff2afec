"""When an incident is looked at again."""

from datetime import datetime, timedelta

import pytest

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind, RuleInput
from issue_intelligence.core.decide.recheck import Recheck, RecheckReason, next_recheck
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from tests.core.decide.factories import NOON, context, given, logs, pattern, trace

SUPPRESSED = given(suppression=ActiveSuppression(kind=ExcuseKind.DEPLOYMENT, text="deployment", until=NOON))
REAL = given(logs=logs(pattern("boom", 3)))
UNCONFIRMED = given(logs=logs())
WITHOUT_LOGS = given(failed=(CollectorName.LOGS,))
POSSIBLE = given(logs=logs(pattern("boom"), traces=(trace(),)))
BLIND = given(context(fault=MonitoringFault.NO_DATA))
OPEN, RESOLVED, CLOSED = IncidentStatus.OPEN, IncidentStatus.RESOLVED, IncidentStatus.CLOSED
DAY = timedelta(hours=24)


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


def incident(status: IncidentStatus, resolved_at: datetime | None) -> Incident:
    return Incident(
        id="i1",
        key="k1",
        service="shop",
        environment="production",
        alert_name="Errors",
        status=status,
        opened_at=NOON,
        resolved_at=resolved_at,
        alert_count=1,
        revision=1,
        started_revision=1,
        handled_revision=0,
    )


@pytest.mark.parametrize(
    ("situation", "status", "now", "excuse_ends_at", "expected"),
    [
        # Lines may still come until 15 minutes after the start, and a minute late.
        (REAL, OPEN, minutes(2), None, Recheck(at=minutes(16), reason=RecheckReason.WINDOW_STILL_OPEN)),
        # That look happens once.
        (REAL, OPEN, minutes(16), None, None),
        # The excuse ends before the window does.
        (
            SUPPRESSED,
            OPEN,
            minutes(2),
            minutes(10),
            Recheck(at=minutes(10), reason=RecheckReason.EXCUSE_ENDS),
        ),
        # The excuse ends later; the window is looked at first.
        (
            SUPPRESSED,
            OPEN,
            minutes(2),
            minutes(60),
            Recheck(at=minutes(16), reason=RecheckReason.WINDOW_STILL_OPEN),
        ),
        # Nobody knows when the excuse ends.
        (SUPPRESSED, OPEN, minutes(20), None, Recheck(at=minutes(25), reason=RecheckReason.EXCUSE_ENDS)),
        # The excuse has just ended.
        (
            SUPPRESSED,
            OPEN,
            minutes(20),
            minutes(19),
            Recheck(at=minutes(21), reason=RecheckReason.EXCUSE_ENDS),
        ),
        (UNCONFIRMED, OPEN, minutes(2), None, Recheck(at=minutes(7), reason=RecheckReason.STILL_UNSURE)),
        (UNCONFIRMED, OPEN, minutes(90), None, Recheck(at=minutes(95), reason=RecheckReason.STILL_UNSURE)),
        # Loki may answer next time.
        (WITHOUT_LOGS, OPEN, minutes(20), None, Recheck(at=minutes(25), reason=RecheckReason.STILL_UNSURE)),
        # Possible with all evidence: it will not become surer by waiting.
        (POSSIBLE, OPEN, minutes(20), None, None),
        # A fault of the monitoring has no lines to wait for.
        (BLIND, OPEN, minutes(2), None, None),
        # Resolved: closed a day after, whatever was concluded.
        (REAL, RESOLVED, minutes(10), None, Recheck(at=minutes(5) + DAY, reason=RecheckReason.AUTO_CLOSE)),
        (
            UNCONFIRMED,
            RESOLVED,
            minutes(10),
            None,
            Recheck(at=minutes(5) + DAY, reason=RecheckReason.AUTO_CLOSE),
        ),
        # We were down when it should have been closed: soon, but in no busy loop.
        (
            REAL,
            RESOLVED,
            minutes(5) + 2 * DAY,
            None,
            Recheck(at=minutes(6) + 2 * DAY, reason=RecheckReason.AUTO_CLOSE),
        ),
        (REAL, CLOSED, minutes(10), None, None),
    ],
)
def test_next_look(
    situation: RuleInput,
    status: IncidentStatus,
    now: datetime,
    excuse_ends_at: datetime | None,
    expected: Recheck | None,
) -> None:
    found = next_recheck(
        incident(status, minutes(5) if status is not OPEN else None),
        decide(situation, service=None, component_teams={}),
        now=now,
        excuse_ends_at=excuse_ends_at,
        auto_close_after=DAY,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("status", "waits_until", "expected"),
    [
        # Its turn comes before the window is complete, or after.
        (OPEN, minutes(5), Recheck(at=minutes(5), reason=RecheckReason.ISSUE_WAITS)),
        (OPEN, minutes(40), Recheck(at=minutes(16), reason=RecheckReason.WINDOW_STILL_OPEN)),
        # What resolved before its turn gets its issue then, not a day later.
        (RESOLVED, minutes(40), Recheck(at=minutes(40), reason=RecheckReason.ISSUE_WAITS)),
        # Its turn has come meanwhile.
        (OPEN, minutes(-5), Recheck(at=minutes(3), reason=RecheckReason.ISSUE_WAITS)),
    ],
)
def test_issue_that_waits_has_its_turn(
    status: IncidentStatus, waits_until: datetime, expected: Recheck
) -> None:
    found = next_recheck(
        incident(status, minutes(1) if status is RESOLVED else None),
        decide(REAL, service=None, component_teams={}),
        now=minutes(2),
        excuse_ends_at=None,
        auto_close_after=DAY,
        issue_waits_until=waits_until,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("status", "watched_until", "expected"),
    [
        # Before the window is complete.
        (OPEN, minutes(12), Recheck(at=minutes(12), reason=RecheckReason.REMEDIATION_WATCHED)),
        # The window is complete sooner, and the look after that comes back to the repair.
        (OPEN, minutes(20), Recheck(at=minutes(16), reason=RecheckReason.WINDOW_STILL_OPEN)),
        # Overdue: soon, but in no busy loop.
        (OPEN, minutes(1), Recheck(at=minutes(6), reason=RecheckReason.REMEDIATION_WATCHED)),
        # It has stopped, so there is nothing to watch.
        (RESOLVED, minutes(12), Recheck(at=minutes(5) + DAY, reason=RecheckReason.AUTO_CLOSE)),
    ],
)
def test_repair_is_looked_at_again_while_the_alert_fires(
    status: IncidentStatus, watched_until: datetime, expected: Recheck
) -> None:
    found = next_recheck(
        incident(status, minutes(5) if status is not OPEN else None),
        decide(REAL, service=None, component_teams={}),
        now=minutes(5),
        excuse_ends_at=None,
        auto_close_after=DAY,
        watched_until=watched_until,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("now", "calm_at", "expected"),
    [
        # How it ended is told when it is calm.
        (minutes(5), minutes(60), Recheck(at=minutes(60), reason=RecheckReason.CALM)),
        # Overdue: soon, but never in a busy loop.
        (minutes(61), minutes(60), Recheck(at=minutes(62), reason=RecheckReason.CALM)),
        (minutes(5), None, Recheck(at=minutes(4) + DAY, reason=RecheckReason.AUTO_CLOSE)),
    ],
)
def test_what_flaps_is_looked_at_when_it_is_calm(
    now: datetime, calm_at: datetime | None, expected: Recheck
) -> None:
    verdict = decide(REAL, service=None, component_teams={})
    found = next_recheck(
        incident(RESOLVED, minutes(4)),
        verdict,
        now=now,
        excuse_ends_at=None,
        auto_close_after=DAY,
        calm_at=calm_at,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("status", "now", "begins", "expected"),
    [
        # Looked at when a window opens, so that it is looked at again when that closes.
        (OPEN, minutes(20), minutes(60), Recheck(at=minutes(60), reason=RecheckReason.EXCUSE_BEGINS)),
        # The log is complete sooner.
        (OPEN, minutes(2), minutes(60), Recheck(at=minutes(16), reason=RecheckReason.WINDOW_STILL_OPEN)),
        # It opens in a moment: soon, but in no busy loop.
        (OPEN, minutes(20), minutes(20), Recheck(at=minutes(21), reason=RecheckReason.EXCUSE_BEGINS)),
        (OPEN, minutes(20), None, None),
        # What is over needs no excuse.
        (RESOLVED, minutes(20), minutes(60), Recheck(at=minutes(5) + DAY, reason=RecheckReason.AUTO_CLOSE)),
    ],
)
def test_incident_is_looked_at_when_an_excuse_begins(
    status: IncidentStatus, now: datetime, begins: datetime | None, expected: Recheck | None
) -> None:
    found = next_recheck(
        incident(status, minutes(5) if status is not OPEN else None),
        decide(REAL, service=None, component_teams={}),
        now=now,
        excuse_ends_at=None,
        excuse_begins_at=begins,
        auto_close_after=DAY,
    )
    assert found == expected
