"""Which incidents share an issue."""

from issue_intelligence.core.decide.issue_key import issue_key
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.logs import LogAnalysis
from tests.core.decide.factories import error, known, logs, pattern, trace


def key(
    analysis: LogAnalysis | None = None,
    *,
    service: str = "shop",
    environment: str = "production",
    alert_name: str = "Errors",
    known_issue: KnownIssue | None = None,
    monitoring_fault: bool = False,
) -> str:
    return issue_key(
        service,
        environment,
        alert_name,
        analysis,
        known_issue=known_issue,
        monitoring_fault=monitoring_fault,
    )


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


def test_the_first_of_the_ranked_errors_names_the_issue_and_not_a_stack_trace_behind_it() -> None:
    thrown = error("x is undefined", trace())
    beside = logs(pattern("boom"), traces=(trace(),), ranked=(error("boom"), thrown))
    assert key(beside) == key(logs(pattern("boom"), ranked=(error("boom"),)))
    turned = logs(pattern("boom"), traces=(trace(),), ranked=(thrown, error("boom")))
    assert key(turned) == key(logs(traces=(trace(),)))
    assert key(turned) != key(beside)


def test_harmless_ranked_errors_do_not_name_the_issue() -> None:
    jwt = known("jwt", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
    loud = logs(pattern("jwt expired", 900), pattern("boom"), ranked=(error("jwt expired"), error("boom")))
    assert _beside(loud, jwt) == key(logs(pattern("boom"), ranked=(error("boom"),)))


def test_service_and_environment_keep_issues_apart() -> None:
    bug = logs(traces=(trace(),))
    keys = {key(bug), key(bug, service="blog"), key(bug, environment="staging")}
    # Parts that would run together when simply joined.
    keys |= {key(bug, service="a", environment="bc"), key(bug, service="ab", environment="c")}
    assert len(keys) == 5


def test_without_errors_the_known_issue_then_the_alert_tells() -> None:
    assert key(known_issue=known(), alert_name="A") == key(known_issue=known(), alert_name="B")
    assert key(logs(), alert_name="A") != key(logs(), alert_name="B")


def test_harmless_errors_beside_a_problem_do_not_name_its_issue() -> None:
    jwt = known("jwt", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
    expired = trace("TokenExpiredError", "jwt expired", fingerprint="cccccccccccccccc")
    loud = logs(pattern("jwt expired", 900), pattern("boom"), traces=(expired, trace()))
    assert _beside(loud, jwt) == key(logs(traces=(trace(),)))
    no_trace = logs(pattern("jwt expired", 900), pattern("boom"), traces=(expired,))
    assert _beside(no_trace, jwt) == key(logs(pattern("boom")))


def test_fault_of_the_monitoring_belongs_to_its_alert_rule() -> None:
    bug = logs(pattern("boom"), traces=(trace(),))
    assert key(bug, monitoring_fault=True) != key(bug)
    assert key(bug, monitoring_fault=True, alert_name="A") != key(bug, monitoring_fault=True, alert_name="B")


def test_key_is_32_hex_digits_and_never_changes() -> None:
    assert key(None) == "949f6b88b7b02b0034890ddf0bc5b5bb"


def _beside(analysis: LogAnalysis, harmless: KnownIssue) -> str:
    return issue_key("shop", "production", "Errors", analysis, known_issue=None, harmless=(harmless,))


def test_known_issue_that_explains_most_errors_is_the_cause_wherever_they_surface() -> None:
    pool = known("pool", "pool exhausted")
    here = logs(pattern("pool exhausted", 9), traces=(trace(fingerprint="aaaaaaaaaaaaaaaa"),))
    there = logs(pattern("pool exhausted", 9), traces=(trace(fingerprint="bbbbbbbbbbbbbbbb"),))
    assert key(here, known_issue=pool) == key(there, known_issue=pool)


def test_known_issue_beside_a_louder_bug_does_not_swallow_it() -> None:
    pool = known("pool", "pool exhausted")
    bug = logs(pattern("pool exhausted", 1), pattern("boom", 99), traces=(trace(),))
    assert key(bug, known_issue=pool) == key(bug)
