"""An alert that was over before anybody could have looked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.decide.self_resolved import (
    lasting_harm,
    short_failures,
    suppression_by_self_resolving,
)
from issue_intelligence.core.decide.validation import validate
from issue_intelligence.core.model.alert import Alert, AlertSeverity, AlertStatus
from issue_intelligence.core.model.episode import Episode
from issue_intelligence.core.model.evidence import CollectorName, Evidence, EvidenceStatus, Investigation
from issue_intelligence.core.model.logs import LogAnalysis, LogLevel
from issue_intelligence.core.model.verdict import Conclusion, RuleName
from tests.core.decide.factories import NOON, collected, context, given, health, logs, pattern, trace
from tests.factories.alerts import an_alert

GRACE = timedelta(seconds=120)
SECOND = timedelta(seconds=1)
ERRORS = logs(pattern("connection reset", 5))


def alert(start: float, end: float | None, name: str = "a") -> Alert:
    return an_alert(
        fingerprint=name,
        status=AlertStatus.FIRING if end is None else AlertStatus.RESOLVED,
        starts_at=NOON + SECOND * start,
        ends_at=None if end is None else NOON + SECOND * end,
    )


def found(analysis: LogAnalysis | None = ERRORS, **more: Evidence[Any]) -> Investigation:
    read = collected(CollectorName.LOGS, analysis) if analysis else None
    return Investigation(**{"logs": read} | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alerts", "grace", "excused"),
    [
        ([alert(0, 45)], GRACE, True),
        ([alert(0, 120)], GRACE, True),
        ([alert(0, 121)], GRACE, False),
        # It fires.
        ([alert(0, None)], GRACE, False),
        # One of two still does.
        ([alert(0, 45), alert(0, None, "b")], GRACE, False),
        # Together they lasted longer than the grace period.
        ([alert(0, 100), alert(90, 190, "b")], GRACE, False),
        # Of several short ones the last counts.
        ([alert(0, 45), alert(600, 640)], GRACE, True),
        # Over before it began: nobody knows how long it lasted.
        ([alert(0, -5)], GRACE, False),
        # Switched off.
        ([alert(0, 0)], timedelta(0), False),
    ],
)
def test_within_the_grace_period(alerts: list[Alert], grace: timedelta, *, excused: bool) -> None:
    dated = [(each, context()) for each in alerts]
    excuse = suppression_by_self_resolving(dated, found(), grace=grace)
    assert (excuse is not None) is excused


def test_it_says_how_long_it_lasted() -> None:
    excuse = suppression_by_self_resolving([(alert(0, 45), context())], found(), grace=GRACE)
    assert excuse == ActiveSuppression(
        kind=ExcuseKind.SELF_RESOLVED,
        text="resolved by itself 45 s after its start, and left nothing behind",
        until=None,
    )


FAILED: Evidence[Any] = Evidence(
    collector=CollectorName.LOGS, status=EvidenceStatus.FAILED, source="Loki", collected_at=NOON, error="away"
)
NOT_CONFIGURED = replace(FAILED, status=EvidenceStatus.NOT_CONFIGURED)


@pytest.mark.parametrize(
    ("evidence", "severity", "harm"),
    [
        (found(), AlertSeverity.WARNING, ""),
        (found(logs()), AlertSeverity.WARNING, ""),
        # Health that nobody asked for is not known, and no harm.
        (found(health=collected(CollectorName.HEALTH, health(api=None))), AlertSeverity.WARNING, ""),
        (found(health=collected(CollectorName.HEALTH, health())), AlertSeverity.WARNING, ""),
        (
            found(health=collected(CollectorName.HEALTH, health(api=False))),
            AlertSeverity.WARNING,
            "a health check failed (the API does not respond)",
        ),
        (found(), AlertSeverity.CRITICAL, "the alert is critical"),
        (found(logs(traces=(trace(),))), AlertSeverity.WARNING, "the log has a stack trace"),
        (
            found(logs(pattern("panic", level=LogLevel.FATAL))),
            AlertSeverity.WARNING,
            "the log has fatal errors",
        ),
        # Clocks differ by some seconds.
        (found(replace(ERRORS, last_occurrence=NOON + 20 * SECOND)), AlertSeverity.WARNING, ""),
        (
            found(replace(ERRORS, last_occurrence=NOON + 40 * SECOND)),
            AlertSeverity.WARNING,
            "errors went on after it had resolved",
        ),
        # Nobody knows whether the errors stopped.
        (found(None, logs=FAILED), AlertSeverity.WARNING, "the log could not be read"),
        (found(None), AlertSeverity.WARNING, "the log could not be read"),
        # Where there is no log, the rule itself saw that they did.
        (found(None, logs=NOT_CONFIGURED), AlertSeverity.WARNING, ""),
    ],
)
def test_lasting_harm(evidence: Investigation, severity: AlertSeverity, harm: str) -> None:
    assert lasting_harm([context(severity=severity)], evidence, NOON) == harm


def episode(start: float, lasted: float, series: str = "a") -> Episode:
    at = NOON + SECOND * start
    return Episode(series=series, started_at=at, ended_at=at + SECOND * lasted)


@pytest.mark.parametrize(
    ("episodes", "count"),
    [
        ([episode(0, 30), episode(3_600, 60), episode(7_200, 120)], 3),
        # One lasted longer.
        ([episode(0, 30), episode(3_600, 121)], 1),
        # Fifty instances that fail together failed once.
        ([episode(0, 30, str(number)) for number in range(50)], 1),
        # Yesterday.
        ([episode(-86_400, 30), episode(0, 30)], 1),
        # It goes on.
        ([Episode(series="a", started_at=NOON, ended_at=None)], 0),
    ],
)
def test_short_failures_of_a_day(episodes: list[Episode], count: int) -> None:
    assert short_failures(episodes, grace=GRACE, now=NOON + timedelta(hours=3)) == count


def excuse(recurred: int) -> ActiveSuppression:
    return ActiveSuppression(
        kind=ExcuseKind.SELF_RESOLVED,
        text="resolved by itself 45 s after its start, and left nothing behind",
        until=None,
        recurred=recurred,
    )


def test_what_resolved_by_itself_is_not_real_whatever_the_numbers_say() -> None:
    validation, reasons = validate(given(logs=ERRORS, suppression=excuse(0)))
    assert validation.conclusion is Conclusion.NOT_REAL
    assert validation.excuse is ExcuseKind.SELF_RESOLVED
    assert validation.reason == "It resolved by itself 45 s after its start, and left nothing behind."
    # What speaks for a fault is shown beside it.
    assert RuleName.SUSTAINED_ERRORS in {reason.rule for reason in reasons}


def test_short_failure_that_recurs_is_told() -> None:
    validation, _ = validate(given(logs=ERRORS, suppression=excuse(3)))
    assert validation.conclusion is Conclusion.POSSIBLE
    assert validation.should_create_issue
    assert not validation.should_attempt_remediation
    assert validation.reason.startswith("A short failure that recurs: 3 times within 24 hours it resolved")
