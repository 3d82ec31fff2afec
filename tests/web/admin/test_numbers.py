"""Each number stands beside what is usual, and unknown is not zero."""

from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.usual import Usual, UsualBasis, UsualMetric
from issue_intelligence.web.admin.numbers import UNKNOWN, NumberRow, numbers_of

NOTHING = Metrics(
    error_count=None,
    errors_in_five_minutes=None,
    request_count=None,
    error_rate=None,
    mean_response_seconds=None,
)


def rows(metrics: Metrics) -> dict[str, NumberRow]:
    return {row.name: row for row in numbers_of(metrics)}


def test_what_nobody_knows_is_not_zero() -> None:
    assert {row.now for row in numbers_of(NOTHING)} == {UNKNOWN}
    assert {row.basis for row in numbers_of(NOTHING)} == {""}


def test_numbers_have_units_and_say_how_the_usual_is_known() -> None:
    sentence = "usual on Tuesdays at 11:00 UTC, median of 5 weeks"
    usual = Usual(
        metric=UsualMetric.ERROR_RATE,
        value=0.01,
        spread=None,
        samples=5,
        basis=UsualBasis.SAME_HOUR_OF_WEEK,
        sentence=sentence,
    )
    shown = rows(
        Metrics(
            error_count=1_200,
            errors_in_five_minutes=0,
            request_count=30_000,
            error_rate=0.042,
            mean_response_seconds=0.212,
            baseline_error_count=1.5,
            baseline_error_rate=0.01,
            requests_by_status={"5xx": 7},
            usual=(usual,),
        )
    )
    assert (shown["Errors"].now, shown["Errors"].usual) == ("1,200", "1.5")
    assert shown["Most errors within five minutes"].now == "0"
    failing = shown["Requests that fail"]
    assert (failing.now, failing.usual, failing.basis) == ("4.2 %", "1 %", sentence)
    assert (shown["Mean response time"].now, shown["Mean response time"].usual) == ("212 ms", UNKNOWN)
    assert shown["Answers 5xx"].now == "7"
