"""A row of bars shows how a number went over time."""

from dataclasses import replace

import pytest

from issue_intelligence.core.model.logs import Histogram
from issue_intelligence.core.report.sparkline import bucket_words, sparkline
from tests.core.report.example_logs import STARTED


@pytest.mark.parametrize(
    ("counts", "bars"),
    [
        ((), ""),
        # Nothing came at all.
        ((0, 0), "··"),
        # The highest is full, and what came once is seen beside a thousand.
        ((0, 1, 1000), "·▁█"),
        ((1, 2, 4, 8), "▁▂▄█"),
    ],
)
def test_each_count_is_a_bar(counts: tuple[int, ...], bars: str) -> None:
    assert sparkline(counts) == bars


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "a minute"), (300, "5 minutes"), (3_600, "an hour"), (172_800, "2 days"), (90, "90 s")],
)
def test_a_step_is_named(seconds: int, words: str) -> None:
    minute = Histogram(starts_at=STARTED, bucket_seconds=60, counts=(1,))
    assert bucket_words(replace(minute, bucket_seconds=seconds)) == words
