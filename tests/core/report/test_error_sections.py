"""What an issue says of the error itself."""

from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.logs import TraceCause
from issue_intelligence.core.report.issue_text import compose_issue
from tests.core.report import example
from tests.core.report.example_logs import log_analysis, trace

CHAIN = (
    TraceCause(exception="com.shop.OrderFailed", message="order 7", culprit="Orders.java:40 in place"),
    TraceCause(exception="java.net.ConnectException", message="refused", culprit=""),
)


def issue_with(causes: tuple[TraceCause, ...]) -> str:
    logs = log_analysis(stack_traces=(trace(causes=causes),))
    evidence = example.evidence(CollectorName.LOGS, logs, "log files")
    report = example.report(investigation=example.investigation(logs=evidence))
    return compose_issue(report, now=example.NOW).body


def test_a_chain_of_causes_is_one_line_with_the_root_cause_first() -> None:
    line = (
        "**Root cause first**: `java.net.ConnectException`, which caused `com.shop.OrderFailed` at "
        "`Orders.java:40 in place`"
    )
    assert line in issue_with(CHAIN).splitlines()


def test_a_long_chain_is_cut() -> None:
    assert "`, and 14 more" in issue_with(CHAIN * 10)


def test_a_lone_exception_has_no_chain() -> None:
    assert "Root cause first" not in issue_with(())
