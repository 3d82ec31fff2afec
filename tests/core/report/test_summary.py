"""The times at the top of an issue read as a person would say them."""

from datetime import timedelta

from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.report.summary_sections import impact, problem_summary
from tests.core.report import example


def test_errors_within_one_second_have_one_time() -> None:
    first = example.STARTED
    logs = example.log_analysis(
        first_occurrence=first, last_occurrence=first + timedelta(milliseconds=400), error_lines=14
    )
    evidence = example.evidence(CollectorName.LOGS, logs, "log files")
    report = example.report(investigation=example.investigation(logs=evidence))
    assert "14 error lines at 2026-11-24 11:03:05 UTC." in problem_summary(report)
    assert "**Time Window**: under 1 s at 2026-11-24 11:03:05 UTC" in impact(report)
