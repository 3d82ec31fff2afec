"""Only what is new deserves a comment."""

from dataclasses import replace

import pytest

from issue_intelligence.core.model.evidence import CollectorName, HealthCheck, Investigation, ServiceState
from issue_intelligence.core.model.logs import LogLevel
from issue_intelligence.core.model.verdict import Conclusion, Severity, Verdict
from issue_intelligence.core.report.news import what_is_new
from tests.core.report import example
from tests.core.report.rich_reports import POOL

SAME = (example.investigation(), example.verdict())


def _logs(**changes: object) -> Investigation:
    logs = example.evidence(CollectorName.LOGS, example.log_analysis(**changes), "log files")
    return example.investigation(logs=logs)


def _health(
    *, api: bool | None, database: bool | None = None, redis: ServiceState | None = None
) -> Investigation:
    check = HealthCheck(
        api_responsive=api,
        database_connected=database,
        response_time_ms=None,
        external_services={"redis": redis} if redis else {},
    )
    return example.investigation(health=example.evidence(CollectorName.HEALTH, check, "http probe"))


def _news(
    before: tuple[Investigation, Verdict] | None,
    after: tuple[Investigation, Verdict],
    *,
    before_count: int = 1,
    count: int = 1,
) -> tuple[str, ...]:
    return what_is_new(before, after, previous_alert_count=before_count, alert_count=count)


def test_the_same_again_is_no_news() -> None:
    assert _news(SAME, SAME) == ()


def test_first_look_at_a_new_incident_is_news() -> None:
    assert _news(None, SAME, before_count=0, count=2) == (
        "It happened again: a new incident of the same cause, with 2 alerts.",
    )


def test_further_alerts_are_news() -> None:
    assert _news(SAME, SAME, count=4) == ("3 further alerts since the last look.",)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            example.verdict(severity=Severity.MEDIUM),
            example.verdict(),
            ("Severity rose from medium to high.",),
        ),
        # That it became less bad wakes nobody.
        (example.verdict(), example.verdict(severity=Severity.LOW), ()),
        (
            example.verdict(conclusion=Conclusion.POSSIBLE),
            example.verdict(),
            ("It is now confirmed as real: 21 errors within five minutes, at least 3 are needed",),
        ),
        (example.verdict(), example.verdict(conclusion=Conclusion.POSSIBLE), ()),
        (
            example.verdict(),
            example.verdict(known_issue=POOL),
            ('It matches the known issue "Database connection pool exhausted".',),
        ),
        (example.verdict(known_issue=POOL), example.verdict(known_issue=POOL), ()),
    ],
)
def test_verdict_changes(before: Verdict, after: Verdict, expected: tuple[str, ...]) -> None:
    assert _news((SAME[0], before), (SAME[0], after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (_health(api=True), _health(api=False), ("The health check does not answer as it should any more.",)),
        (_health(api=False), _health(api=True), ("The health check answers again.",)),
        (_health(api=None), _health(api=False), ("The health check does not answer as it should.",)),
        # That we know now what we did not know is no news while it is well.
        (_health(api=None), _health(api=True), ()),
        # A check that failed to run says nothing of the service.
        (_health(api=False), _health(api=None), ()),
        (example.investigation(), example.investigation(health=None), ()),
        (
            example.investigation(health=None),
            _health(api=False),
            ("The health check does not answer as it should.",),
        ),
        (
            _health(api=True, database=True),
            _health(api=True, database=False),
            ("The database does not answer as it should any more.",),
        ),
        (
            _health(api=True, redis=ServiceState.UP),
            _health(api=True, redis=ServiceState.DOWN),
            ("redis does not answer as it should any more.",),
        ),
    ],
)
def test_health_changes(before: Investigation, after: Investigation, expected: tuple[str, ...]) -> None:
    assert _news((before, SAME[1]), (after, SAME[1])) == expected


def test_new_stack_trace_is_news() -> None:
    other = example.trace(fingerprint="ffff", exception="RangeError", message="too far", count=2)
    after = _logs(stack_traces=(example.trace(), other))
    assert _news(SAME, (after, SAME[1])) == (
        "New stack trace: RangeError: too far at src/cart.ts:10 in total, 2 times.",
    )


def test_new_stack_trace_is_not_told_again_as_an_error_line() -> None:
    other = example.trace(fingerprint="ffff", exception="RangeError", message="too far", count=2)
    line = example.pattern(fingerprint="eeee", sample="RangeError: too far", count=2)
    after = _logs(stack_traces=(example.trace(), other), patterns=(example.pattern(), line))
    assert len(_news(SAME, (after, SAME[1]))) == 1


def test_more_of_the_same_trace_is_no_news() -> None:
    assert _news(SAME, (_logs(stack_traces=(example.trace(count=99),)), SAME[1])) == ()


def test_new_error_pattern_is_news_and_a_new_warning_is_not() -> None:
    error = example.pattern(fingerprint="eeee", sample="card refused", count=1)
    warning = example.pattern(fingerprint="dddd", level=LogLevel.WARNING)
    after = _logs(patterns=(example.pattern(), error, warning))
    assert _news(SAME, (after, SAME[1])) == ("New error: card refused, 1 time.",)


def test_many_new_errors_are_counted_not_listed() -> None:
    after = _logs(patterns=tuple(example.pattern(fingerprint=f"{number}") for number in range(10)))
    news = _news(SAME, (after, SAME[1]))
    assert len(news) == 4
    assert news[-1] == "7 further new errors."


def test_log_that_could_not_be_read_is_no_news() -> None:
    unread = example.investigation(logs=example.failed(CollectorName.LOGS, "Loki", "no answer"))
    assert _news(SAME, (unread, SAME[1])) == ()


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        # An excuse has ended, and it still is worth an issue.
        (Conclusion.SUPPRESSED, Conclusion.REAL, True),
        (Conclusion.SUPPRESSED, Conclusion.POSSIBLE, True),
        (Conclusion.SUPPRESSED, Conclusion.MONITORING, True),
        # An excuse has begun, lasts, or has ended for nothing.
        (Conclusion.REAL, Conclusion.SUPPRESSED, False),
        (Conclusion.SUPPRESSED, Conclusion.SUPPRESSED, False),
        (Conclusion.SUPPRESSED, Conclusion.NOT_REAL, False),
        (Conclusion.SUPPRESSED, Conclusion.UNCONFIRMED, False),
    ],
)
def test_that_nothing_excuses_it_any_more_is_news(
    before: Conclusion, after: Conclusion, is_news: bool
) -> None:
    def concluded(conclusion: Conclusion) -> tuple[Investigation, Verdict]:
        verdict = example.verdict()
        validation = replace(verdict.validation, conclusion=conclusion, reason="Four errors.")
        return example.investigation(), replace(verdict, validation=validation)

    news = _news(concluded(before), concluded(after))
    assert news == (("Nothing excuses it any more: Four errors.",) if is_news else ())
