from datetime import timedelta

import pytest

from issue_intelligence.kit.durations import parse_duration, write_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        (" 2d ", timedelta(days=2)),
        ("1w1d1h1m1s", timedelta(days=8, hours=1, minutes=1, seconds=1)),
        ("0s", timedelta()),
    ],
)
def test_span_is_read_and_can_be_written_again(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span
    assert parse_duration(write_duration(span)) == span


@pytest.mark.parametrize("text", ["", " ", "90", "m", "1m1h", "-1h", "1.5h", "1 h", "٣h", "9999999h", "1H"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a span"):
        parse_duration(text)
