"""What is usual for a service: what was measured of its hours, and what follows from that."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class UsualMetric(StrEnum):
    """Stored with each sample, so values are never renamed."""

    # Failed of all requests, 0 to 1.
    ERROR_RATE = "error_rate"
    # Mean of the hour.
    RESPONSE_SECONDS = "response_seconds"
    # Error lines of the log, an hour.
    ERROR_COUNT = "error_count"
    # All lines of the log, an hour.
    LOG_LINES = "log_lines"


class UsualBasis(StrEnum):
    """What a usual figure rests on, the best first."""

    SAME_HOUR_OF_WEEK = "same hour of the week"
    SAME_HOUR_OF_DAY = "same hour of the day"
    LAST_24_HOURS = "last 24 hours"
    HOUR_AND_DAY_BEFORE = "the hour and the day before"


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlySample:
    """One number of one hour of a service, as one source gave it."""

    service: str
    # As in the catalogue, else as the alert has it; "" for a service of one environment.
    environment: str
    # The hour's start, UTC.
    hour_at: datetime
    metric: UsualMetric
    # "Prometheus at prometheus.example.org", "logs": two sources rarely count alike.
    source: str
    value: float
    # How much of the hour was looked at: of two samples of one hour the larger stays. At most 3600.
    covered_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `from_at` to `until_at`; None for what is not over."""

    from_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual of one number, and how that is known."""

    metric: UsualMetric
    value: float
    # Median absolute deviation of the samples; None where there were too few to tell.
    spread: float | None
    # How many samples it rests on.
    samples: int
    basis: UsualBasis
    # Follows a number: "usual on Tuesdays at 11:00 UTC, median of 5 weeks".
    sentence: str
