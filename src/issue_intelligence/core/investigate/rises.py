"""Whether a number is more than twice what is usual; floors keep noise from counting as a rise."""

# mission.md: "Performance degradation >2x baseline".
RISE_FACTOR = 2
# A baseline under one error counts as one, so that a stray error is no rise.
LEAST_USUAL_ERRORS = 1.0
# Under half a percent usual, a few failed requests more are chance.
LEAST_USUAL_ERROR_RATE = 0.005
# From 4 ms to 12 ms is a rise that nobody feels, and that a cold cache makes.
LEAST_USUAL_SECONDS = 0.05


def error_count_rose(count: int | None, usual: float | None) -> bool:
    """Unknown numbers are no rise, here and below."""
    if count is None or usual is None:
        return False
    return count > RISE_FACTOR * max(LEAST_USUAL_ERRORS, usual)


def error_rate_rose(rate: float | None, usual: float | None, *, requests: int | None) -> bool:
    """Hold a share of requests against the usual one; both from 0 to 1.

    Of few requests one failure is a large share, so where their number is known, the failures
    themselves must be too many as well.
    """
    if rate is None or usual is None or rate <= RISE_FACTOR * max(LEAST_USUAL_ERROR_RATE, usual):
        return False
    return requests is None or error_count_rose(round(rate * requests), usual * requests)


def response_time_rose(seconds: float | None, usual: float | None) -> bool:
    if seconds is None or usual is None:
        return False
    return seconds > RISE_FACTOR * max(LEAST_USUAL_SECONDS, usual)
