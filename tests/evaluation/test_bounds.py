"""The bounds of a share, against published values and by their nature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.evaluation.bounds import wilson_interval

TABLE = (
    # Newcombe 1998 (Statistics in Medicine 17:857), table I, the score method without correction.
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
    # By hand: z squared is 3.8415, so none of four reaches 3.8415 / 7.8415.
    (0, 4, 0.0, 0.4899),
    (4, 4, 0.5101, 1.0),
)


@pytest.mark.parametrize(("successes", "trials", "lower", "upper"), TABLE)
def test_bounds_are_those_of_the_score_method(
    successes: int, trials: int, lower: float, upper: float
) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((lower, upper), abs=0.00006)


def test_without_a_trial_nothing_is_known() -> None:
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (0, -1)])
def test_what_is_no_share_is_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(successes, trials)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_within_its_bounds_and_they_within_0_and_1(pair: tuple[int, int]) -> None:
    successes, trials = pair
    bounds = wilson_interval(successes, trials)
    assert bounds is not None
    assert 0 <= bounds[0] <= successes / trials <= bounds[1] <= 1
    mirrored = wilson_interval(trials - successes, trials)
    assert mirrored is not None
    assert bounds == pytest.approx((1 - mirrored[1], 1 - mirrored[0]))
