"""What failed, degraded and unknown checks do to a decision."""

import pytest

from issue_intelligence.core.decide.facts import failed_health, service_impact
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.issue_type import type_of
from issue_intelligence.core.decide.rules import health_failed
from issue_intelligence.core.decide.severity import severity_of
from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.core.model.evidence import (
    CollectorName,
    HealthProbe,
    Investigation,
    ProbeKind,
    ServiceState,
)
from issue_intelligence.core.model.verdict import Conclusion, IssueType, Severity
from tests.core.decide.factories import collected, context, logs, pattern

UP, DOWN, DEGRADED = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED
OWN = HealthProbe(name="shop", kind=ProbeKind.HEALTH_URL, state=UP, response_time_ms=5, detail="answered 200")


def given(kind: ProbeKind, state: ServiceState, *, name: str, looked: bool = True) -> RuleInput:
    """Two logged errors, the service's own health URL up, and one more check."""
    other = HealthProbe(
        name=name, kind=kind, state=state, response_time_ms=None, detail="it says so", looked=looked
    )
    return RuleInput(
        contexts=(context("ShopTrouble"),),
        investigation=Investigation(
            logs=collected(CollectorName.LOGS, logs(pattern("oops", 2))),
            health=collected(CollectorName.HEALTH, health_from((OWN, other))),
        ),
    )


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        (ProbeKind.DATABASE, "database", "database: it says so"),
        (ProbeKind.REDIS, "redis", "redis: it says so"),
        (ProbeKind.DEPENDENCY, "payments", "dependency payments: it says so"),
        (ProbeKind.CRITICAL_FLOW, "checkout", "critical flow checkout: it says so"),
        (ProbeKind.API_URL, "shop", "shop (API URL): it says so"),
        (ProbeKind.REPORTED, "mail", "mail: it says so"),
    ],
)
def test_failed_check_is_service_impact_and_is_named(kind: ProbeKind, name: str, words: str) -> None:
    situation = given(kind, DOWN, name=name)
    assert failed_health(situation) == (words,)
    assert service_impact(situation) == (f"health check failed ({words})",)
    reason = health_failed(situation)
    assert reason is not None
    assert words in reason.text


@pytest.mark.parametrize("kind", list(ProbeKind))
def test_what_could_not_be_looked_at_is_no_failure(kind: ProbeKind) -> None:
    situation = given(kind, DOWN, name="x", looked=False)
    assert failed_health(situation) == ()
    assert service_impact(situation) == ()
    assert health_failed(situation) is None


@pytest.mark.parametrize("kind", [ProbeKind.REDIS, ProbeKind.DEPENDENCY, ProbeKind.CRITICAL_FLOW])
def test_degraded_is_no_failed_check_but_speaks_of_performance(kind: ProbeKind) -> None:
    situation = given(kind, DEGRADED, name="payments")
    assert health_failed(situation) is None
    assert type_of(situation, Conclusion.POSSIBLE, None)[0] is IssueType.PERFORMANCE


def test_failed_database_makes_the_type_when_the_log_does_not() -> None:
    kind, why = type_of(given(ProbeKind.DATABASE, DOWN, name="database"), Conclusion.REAL, None)
    assert kind is IssueType.DATABASE
    assert "it says so" in why


@pytest.mark.parametrize(
    ("kind", "state", "looked", "severity"),
    [
        # mission.md: "Major feature broken", "Degraded performance".
        (ProbeKind.CRITICAL_FLOW, DOWN, True, Severity.HIGH),
        (ProbeKind.CRITICAL_FLOW, DEGRADED, True, Severity.MEDIUM),
        (ProbeKind.CRITICAL_FLOW, DOWN, False, Severity.LOW),
        # "Service down".
        (ProbeKind.API_URL, DOWN, True, Severity.CRITICAL),
        # What the service may do without; the flows tell whether it can.
        (ProbeKind.DEPENDENCY, DOWN, True, Severity.LOW),
    ],
)
def test_severity_follows_what_people_can_still_do(
    kind: ProbeKind, state: ServiceState, looked: bool, severity: Severity
) -> None:
    found, why = severity_of(given(kind, state, name="checkout", looked=looked), Conclusion.REAL)
    assert found is severity
    assert kind is not ProbeKind.CRITICAL_FLOW or not looked or "critical flow checkout" in why
