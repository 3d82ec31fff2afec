"""Errors over time, as bars that a page draws by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issue_intelligence.core.model.logs import Histogram
from issue_intelligence.core.report.plain_words import counted
from issue_intelligence.core.report.sparkline import bucket_words

HEIGHT = 60
STEP = 10
# A few bars stay bars, and do not fill the page.
MIN_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: int
    y: int
    height: int
    # "12 errors from 11:03:00 UTC".
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    width: int
    height: int
    bars: tuple[Bar, ...]
    starts_at: datetime
    ends_at: datetime
    # "a minute", "5 minutes".
    step: str
    most: int


def bars(histogram: Histogram | None) -> Chart | None:
    """Draw a histogram; None for none, or for one without any error."""
    if histogram is None or not any(histogram.counts):
        return None
    most = max(histogram.counts)
    step = timedelta(seconds=histogram.bucket_seconds)
    drawn = []
    for number, count in enumerate(histogram.counts):
        # What came is seen, however little beside the most.
        height = max(2, round(count * HEIGHT / most)) if count else 0
        at = histogram.starts_at + number * step
        text = f"{counted(count, 'error')} from {at:%H:%M:%S} UTC"
        drawn.append(Bar(x=number * STEP, y=HEIGHT - height, height=height, text=text))
    return Chart(
        width=max(len(drawn), MIN_STEPS) * STEP,
        height=HEIGHT,
        bars=tuple(drawn),
        starts_at=histogram.starts_at,
        ends_at=histogram.starts_at + len(drawn) * step,
        step=bucket_words(histogram),
        most=most,
    )
