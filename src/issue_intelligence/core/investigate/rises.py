"""Whether a number is more than twice what is usual; floors keep noise from counting as a rise.

`spread` is the median absolute deviation of what is usual, None where it is not known: where numbers vary
much, twice the usual is nothing special, so they must also stand out from the variation.
"""

# mission.md: "Performance degradation >2x baseline".
RISE_FACTOR = 2
# A baseline under one error counts as one, so that a stray error is no rise.
LEAST_USUAL_ERRORS = 1.0
# Under half a percent usual, a few failed requests more are chance.
LEAST_USUAL_ERROR_RATE = 0.005
# From 4 ms to 12 ms is a rise that nobody feels, and that a cold cache makes.
LEAST_USUAL_SECONDS = 0.05
# A service that writes next to nothing may write a little more.
LEAST_USUAL_LINES = 100.0
# Three standard deviations, of which a median absolute deviation is 1 / 1.4826 where chance is normal.
# Source: Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", 1993.
STANDING_OUT = 3 * 1.4826


def error_count_rose(count: int | None, usual: float | None, *, spread: float | None = None) -> bool:
    """Unknown numbers are no rise, here and below."""
    return _rose(count, usual, spread, least=LEAST_USUAL_ERRORS)


def error_rate_rose(
    rate: float | None, usual: float | None, *, requests: int | None, spread: float | None = None
) -> bool:
    """Hold a share of requests against the usual one; both from 0 to 1.

    Of few requests one failure is a large share, so where their number is known, the failures
    themselves must be too many as well.
    """
    if rate is None or usual is None or not _rose(rate, usual, spread, least=LEAST_USUAL_ERROR_RATE):
        return False
    return requests is None or error_count_rose(round(rate * requests), usual * requests)


def response_time_rose(seconds: float | None, usual: float | None, *, spread: float | None = None) -> bool:
    return _rose(seconds, usual, spread, least=LEAST_USUAL_SECONDS)


def log_volume_rose(lines: int | None, usual: float | None, *, spread: float | None = None) -> bool:
    return _rose(lines, usual, spread, least=LEAST_USUAL_LINES)


def _rose(number: float | None, usual: float | None, spread: float | None, *, least: float) -> bool:
    if number is None or usual is None:
        return False
    stands_out = number > usual + STANDING_OUT * (spread or 0.0)
    return stands_out and number > RISE_FACTOR * max(least, usual)
