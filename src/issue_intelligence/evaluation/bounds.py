"""How far a share found in a sample may be from the truth."""

from math import sqrt

# Of the normal distribution, for 95 % within.
_Z = 1.959963984540054


def wilson_interval(successes: int, trials: int) -> tuple[float, float] | None:
    """Give the 95 % score interval of a share (Wilson 1927), lower and upper bound; None without a trial.

    It stays within 0 and 1, and tells something of a share of 0 or 1 too, which the usual approximation
    does not.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    if trials == 0:
        return None
    share, weight = successes / trials, _Z * _Z / trials
    centre = (share + weight / 2) / (1 + weight)
    reach = _Z * sqrt((share * (1 - share) + weight / 4) / trials) / (1 + weight)
    # At the ends the bound is exact; arithmetic would miss it by the last digit.
    lower = 0.0 if successes == 0 else max(0.0, centre - reach)
    upper = 1.0 if successes == trials else min(1.0, centre + reach)
    return lower, upper
