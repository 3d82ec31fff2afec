"""Which incidents share an issue."""

from issue_intelligence.core.decide.issue_key import issue_key
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.verdict import Verdict
from tests.core.decide.factories import context, given, known, logs, match, pattern, trace

REAL = decide(given(logs=logs(pattern("boom", 3))), service=None, component_teams={})
KNOWN = decide(
    given(context("X", error_count=9), matches=(match(known(), 0),), logs=logs()),
    service=None,
    component_teams={},
)
BLIND = decide(given(context(fault=MonitoringFault.NO_DATA)), service=None, component_teams={})


def key(
    analysis: LogAnalysis | None = None,
    *,
    service: str = "shop",
    environment: str = "production",
    alert_name: str = "Errors",
    verdict: Verdict = REAL,
) -> str:
    return issue_key(service, environment, alert_name, analysis, verdict)


def test_two_alert_rules_for_one_bug_meet_in_one_issue() -> None:
    bug = logs(pattern("boom"), traces=(trace(),))
    assert key(bug, alert_name="HighErrorRate") == key(bug, alert_name="CartFails")


def test_a_trace_in_our_code_tells_more_than_the_pattern() -> None:
    first = logs(pattern("boom 1"), traces=(trace(),))
    second = logs(pattern("other words"), traces=(trace(),))
    assert key(first) == key(second)


def test_a_trace_in_libraries_alone_leaves_it_to_the_pattern() -> None:
    library = trace(fingerprint="bbbbbbbbbbbbbbbb", in_app=False)
    assert key(logs(pattern("boom"), traces=(library,))) == key(logs(pattern("boom")))


def test_service_and_environment_keep_issues_apart() -> None:
    bug = logs(traces=(trace(),))
    keys = {key(bug), key(bug, service="blog"), key(bug, environment="staging")}
    # Parts that would run together when simply joined.
    keys |= {key(bug, service="a", environment="bc"), key(bug, service="ab", environment="c")}
    assert len(keys) == 5


def test_without_errors_the_known_issue_then_the_alert_tells() -> None:
    assert KNOWN.validation.known_issue is not None
    assert key(verdict=KNOWN, alert_name="A") == key(verdict=KNOWN, alert_name="B")
    assert key(logs(), alert_name="A") != key(logs(), alert_name="B")


def test_harmless_errors_beside_a_problem_do_not_name_its_issue() -> None:
    jwt = known("jwt", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
    expired = trace("TokenExpiredError", "jwt expired", fingerprint="cccccccccccccccc")
    loud = logs(pattern("jwt expired", 900), pattern("boom"), traces=(expired, trace()))
    assert issue_key("shop", "production", "Errors", loud, REAL, harmless=(jwt,)) == key(
        logs(traces=(trace(),))
    )
    no_trace = logs(pattern("jwt expired", 900), pattern("boom"), traces=(expired,))
    assert issue_key("shop", "production", "Errors", no_trace, REAL, harmless=(jwt,)) == key(
        logs(pattern("boom"))
    )


def test_fault_of_the_monitoring_belongs_to_its_alert_rule() -> None:
    bug = logs(pattern("boom"), traces=(trace(),))
    assert key(bug, verdict=BLIND) != key(bug)
    assert key(bug, verdict=BLIND, alert_name="A") != key(bug, verdict=BLIND, alert_name="B")


def test_key_is_32_hex_digits_and_never_changes() -> None:
    assert key(None) == "949f6b88b7b02b0034890ddf0bc5b5bb"
