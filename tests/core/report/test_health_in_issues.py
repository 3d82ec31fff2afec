"""An issue lists each check with its state and time, and says what nobody could look at."""

from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.core.model.evidence import (
    CollectorName,
    HealthProbe,
    ProbeKind,
    ServiceState,
)
from issue_intelligence.core.report.finding_sections import investigation_results
from issue_intelligence.core.report.reason_sections import what_is_not_known
from issue_intelligence.core.report.recommend import recommend
from tests.core.report import example

PROBES = (
    HealthProbe(
        name="shop",
        kind=ProbeKind.HEALTH_URL,
        state=ServiceState.UP,
        response_time_ms=12,
        detail="answered 200",
    ),
    HealthProbe(
        name="database",
        kind=ProbeKind.DATABASE,
        state=ServiceState.DOWN,
        response_time_ms=None,
        detail="our password was refused",
        looked=False,
    ),
    HealthProbe(
        name="redis",
        kind=ProbeKind.REDIS,
        state=ServiceState.DEGRADED,
        response_time_ms=4100,
        detail="answered PING, but only after 4.1 s",
    ),
    HealthProbe(
        name="checkout",
        kind=ProbeKind.CRITICAL_FLOW,
        state=ServiceState.DOWN,
        response_time_ms=40,
        detail="answered 500 (Internal Server Error), where 200 is expected",
    ),
)
REPORT = example.report(
    investigation=example.investigation(
        health=example.evidence(CollectorName.HEALTH, health_from(PROBES), "GET http://shop/health")
    )
)


def test_every_check_is_listed_and_what_is_not_well_comes_first() -> None:
    lines = [line for line in investigation_results(REPORT).splitlines() if "🔀" not in line]
    assert lines[-4:] == [
        "- ❔ database: our password was refused",
        "- ⚠️ redis: answered PING, but only after 4.1 s (4,100 ms)",
        "- ❌ critical flow checkout: answered 500 (Internal Server Error), where 200 is expected (40 ms)",
        "- ✅ shop: answered 200 in 12 ms",
    ]
    assert "- ✅ API Responsive: yes" in lines
    assert "- ❔ Database Connected: unknown" in lines


def test_what_could_not_be_looked_at_is_not_known() -> None:
    text = what_is_not_known(REPORT)
    assert "**database**: could not be looked at (our password was refused)." in text


def test_broken_flow_is_to_be_tried() -> None:
    assert any("critical flow `checkout`" in action for action in recommend(REPORT))
