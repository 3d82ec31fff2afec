"""What is usual at an hour of the week, from what earlier hours were like."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.core.investigate.usual import (
    Asked,
    hours_that_tell,
    overlaps,
    samples_of_window,
    usual_of,
)
from issue_intelligence.core.model.usual import HourlySample, Span, Usual, UsualBasis, UsualMetric

RATE, ERRORS = UsualMetric.ERROR_RATE, UsualMetric.ERROR_COUNT
# A Tuesday.
AT = datetime(2026, 11, 24, 11, 20, tzinfo=UTC)
HOUR_AT = AT.replace(minute=0)
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)
ASKED = Asked(at=AT, window_seconds=1_800)


def sample(
    back: timedelta, value: float, *, metric: UsualMetric = RATE, covered_seconds: int = 3_600
) -> HourlySample:
    return HourlySample(
        service="shop",
        environment="",
        hour_at=HOUR_AT - back,
        metric=metric,
        source="logs",
        value=value,
        covered_seconds=covered_seconds,
    )


def weeks(*values: float) -> list[HourlySample]:
    return [sample(WEEK * back, value) for back, value in enumerate(values, start=1)]


def days(*values: float) -> list[HourlySample]:
    return [sample(DAY * back, value) for back, value in enumerate(values, start=1)]


def hours(*values: float) -> list[HourlySample]:
    return [sample(HOUR * back, value) for back, value in enumerate(values, start=2)]


def usual(samples: Sequence[HourlySample], *, earlier: Sequence[float] = (), asked: Asked = ASKED) -> Usual:
    found = usual_of(RATE, asked, samples=samples, earlier=earlier)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("samples", "earlier", "value", "basis", "sentence"),
    [
        # The other hours of the week do not matter, nor does one bad week.
        (
            [*weeks(0.1, 0.2, 0.9, 0.1, 0.2), *hours(0.5, 0.5, 0.5)],
            (),
            0.2,
            UsualBasis.SAME_HOUR_OF_WEEK,
            "usual on Tuesdays at 11:00 UTC, median of 5 weeks",
        ),
        # Two weeks are no basis, but the same hour of other days is.
        (
            [*weeks(0.1, 0.1), *days(0.3, 0.4, 0.5)],
            (),
            0.3,
            UsualBasis.SAME_HOUR_OF_DAY,
            "usual at 11:00 UTC, median of 5 days",
        ),
        # A service of yesterday.
        (
            hours(0.1, 0.2, 0.3),
            (0.9,),
            0.2,
            UsualBasis.LAST_24_HOURS,
            "usual in the last 24 hours, median of 3 hours",
        ),
        # Two hours are none.
        (
            hours(0.1, 0.2),
            (0.2, 0.4),
            0.3,
            UsualBasis.HOUR_AND_DAY_BEFORE,
            "usual in the hour and the day before",
        ),
        ([], (0.2,), 0.2, UsualBasis.HOUR_AND_DAY_BEFORE, "usual in one earlier window"),
    ],
)
def test_narrowest_basis_with_three_samples(
    samples: list[HourlySample], earlier: Sequence[float], value: float, basis: UsualBasis, sentence: str
) -> None:
    found = usual(samples, earlier=earlier)
    assert found.value == pytest.approx(value)
    assert (found.basis, found.sentence) == (basis, sentence)


def test_new_service_has_no_baseline_yet() -> None:
    assert usual_of(RATE, ASKED) is None


def test_spread_is_the_median_absolute_deviation() -> None:
    assert usual(weeks(1, 2, 3, 4, 9)).spread == 1
    assert usual([], earlier=(1.0, 2.0)).spread is None


@pytest.mark.parametrize(
    "useless",
    [
        # Eleven weeks ago.
        sample(WEEK * 11, 0.9),
        # The hour that goes on, and one to come.
        sample(timedelta(0), 0.9),
        sample(-WEEK, 0.9),
        # Another number.
        sample(WEEK * 4, 0.9, metric=UsualMetric.RESPONSE_SECONDS),
    ],
)
def test_what_is_no_sample_of_it_changes_nothing(useless: HourlySample) -> None:
    assert usual([*weeks(0.1, 0.1, 0.1), useless]) == usual(weeks(0.1, 0.1, 0.1))


def test_hour_of_the_week_is_that_of_the_configured_zone() -> None:
    zone = ZoneInfo("Europe/Berlin")
    # Monday, 23:30 UTC, is Tuesday there; before 25 October its Tuesday began an hour earlier.
    asked = Asked(at=datetime(2026, 11, 9, 23, 30, tzinfo=UTC), window_seconds=1_800, zone=zone)
    starts = [datetime(2026, 11, 2, 23, tzinfo=UTC)]
    starts += [datetime(2026, 10, day, 22, tzinfo=UTC) for day in (5, 12, 19)]
    kept = [
        HourlySample(
            service="shop",
            environment="",
            hour_at=at,
            metric=RATE,
            source="logs",
            value=0.1,
            covered_seconds=3_600,
        )
        for at in starts
    ]
    assert usual(kept, asked=asked).sentence == "usual on Tuesdays at 00:00 CET, median of 4 weeks"
    assert set(starts) <= set(hours_that_tell(asked.at))


def test_count_is_given_for_the_length_of_the_window() -> None:
    counts = [sample(WEEK * back, value, metric=ERRORS) for back, value in ((1, 40), (2, 60), (3, 80))]
    found = usual_of(ERRORS, Asked(at=AT, window_seconds=900), samples=counts)
    assert found is not None
    # A quarter of the hour has a quarter of the errors, and half of what they vary.
    assert (found.value, found.spread) == (15, 10)


def test_last_resort_is_not_scaled_since_its_windows_are_as_long() -> None:
    found = usual_of(ERRORS, ASKED, earlier=(4.0, 6.0))
    assert found is not None
    assert found.value == 5


@pytest.mark.parametrize(
    ("span", "hit"),
    [
        (Span(from_at=AT, until_at=AT + HOUR), True),
        # It goes on.
        (Span(from_at=AT - DAY), True),
        (Span(from_at=AT - DAY, until_at=AT - HOUR), False),
        # An alert comes some time after its fault.
        (Span(from_at=AT + HOUR + timedelta(minutes=10), until_at=AT + 2 * HOUR), True),
        (Span(from_at=AT + HOUR + timedelta(minutes=15), until_at=AT + 2 * HOUR), False),
    ],
)
def test_hour_of_trouble(span: Span, *, hit: bool) -> None:
    assert overlaps(AT, AT + HOUR, [span]) is hit


WINDOW_AT = AT.replace(minute=10)


@pytest.mark.parametrize(
    ("minutes", "hour", "covered", "count"),
    [
        # Half an hour within one.
        (30, 11, 1_800, 60.0),
        # Most of it lies in the hour after.
        (59, 11, 3_000, 30 * 60 / 59),
        (4, None, 0, 0.0),
        # Longer than an hour.
        (61, None, 0, 0.0),
    ],
)
def test_window_is_a_sample_of_the_hour_in_which_most_of_it_lies(
    minutes: int, hour: int | None, covered: int, count: float
) -> None:
    until_at = WINDOW_AT + timedelta(minutes=minutes)
    found = samples_of_window(WINDOW_AT, until_at, sample(HOUR, 0), [(ERRORS, 30.0), (RATE, 0.1)])
    if hour is None:
        assert found == ()
        return
    errors, rate = found
    assert (errors.hour_at.hour, errors.covered_seconds) == (hour, covered)
    assert errors.value == pytest.approx(count)
    assert rate.value == 0.1


values = st.floats(min_value=0, max_value=1)
backs = st.integers(min_value=1, max_value=70 * 24)
kept = st.dictionaries(backs, values, min_size=4, max_size=60)


@given(kept, st.integers())
def test_order_of_samples_does_not_matter(numbers: dict[int, float], seed: int) -> None:
    samples = [sample(HOUR * back, value) for back, value in numbers.items()]
    shuffled = random.Random(seed).sample(samples, len(samples))
    assert usual_of(RATE, ASKED, samples=samples) == usual_of(RATE, ASKED, samples=shuffled)


@given(kept, st.lists(st.tuples(backs, st.integers(min_value=1, max_value=400)), max_size=4), values)
def test_hours_of_a_past_incident_never_change_the_baseline(
    numbers: dict[int, float], incidents: list[tuple[int, int]], extreme: float
) -> None:
    """Whatever was measured in them, or was not."""
    troubled = [
        Span(from_at=HOUR_AT - HOUR * back, until_at=HOUR_AT - HOUR * back + timedelta(minutes=lasted))
        for back, lasted in incidents
    ]

    def in_trouble(at: datetime) -> bool:
        return overlaps(at, at + HOUR, troubled)

    samples = [sample(HOUR * back, value) for back, value in numbers.items()]
    calm = [each for each in samples if not in_trouble(each.hour_at)]
    wild = [
        sample(HOUR * back, 1_000 * extreme)
        for back in range(1, 70 * 24)
        if in_trouble(HOUR_AT - HOUR * back)
    ]
    expected = usual_of(RATE, ASKED, samples=calm)
    assert usual_of(RATE, ASKED, samples=samples, troubled=troubled) == expected
    assert usual_of(RATE, ASKED, samples=[*calm, *wild], troubled=troubled) == expected
