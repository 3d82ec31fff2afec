"""A log of any length is analysed in parts, and says what it would say as a whole."""

import itertools
from datetime import UTC, datetime

import pytest

from benchmarks.shop_logs import distinct_lines, log_lines
from issue_intelligence.core.investigate import log_parts
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.log_parts import LongLog, in_parts
from issue_intelligence.core.model.logs import LogAnalysis
from tests.core.investigate.log_text import read_lines

_SHOP = list(log_lines("shop", until=datetime(2026, 11, 24, 10, 0, tzinfo=UTC), lines=1_000))


def analysis_in_parts(texts: list[str]) -> tuple[LogAnalysis, LongLog]:
    log = LongLog()
    for part in in_parts(read_lines(texts)):
        log.add(part)
    return log.analysis(), log


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_parts, "PART_LINES", 93)


def test_one_part_says_what_it_always_said() -> None:
    assert analysis_in_parts(_SHOP)[0] == analyze_log(read_lines(_SHOP))


def test_no_lines_are_an_analysis_too() -> None:
    assert analysis_in_parts([])[0] == analyze_log([])


@pytest.mark.usefixtures("small_parts")
def test_many_parts_say_the_same_as_the_whole() -> None:
    whole, (joined, log) = analyze_log(read_lines(_SHOP)), analysis_in_parts(_SHOP)
    for name in (
        *("lines", "error_lines", "error_pattern", "error_messages", "affected_users", "affected_endpoints"),
        *("first_seen", "last_seen", "first_occurrence", "last_occurrence", "requests", "error_histogram"),
    ):
        assert getattr(joined, name) == getattr(whole, name), name
    assert {(each.fingerprint, each.count) for each in joined.patterns} == {
        (each.fingerprint, each.count) for each in whole.patterns
    }
    assert [(each.fingerprint, each.count, each.first_line) for each in joined.stack_traces] == [
        (each.fingerprint, each.count, each.first_line) for each in whole.stack_traces
    ]
    assert [(each.fingerprint, each.count) for each in joined.errors] == [
        (each.fingerprint, each.count) for each in whole.errors
    ]
    assert log.lines_left_out == 0


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "text", ["2026-11-24T11:00:00Z ERROR boom", "    a row that continues what stands above"]
)
def test_input_without_an_end_is_cut_all_the_same(text: str) -> None:
    endless = (read_log_line(number, text) for number in itertools.count(1))
    parts = itertools.islice(in_parts(endless), 3)
    assert all(len(part) <= 93 + 2_000 for part in parts)


@pytest.mark.usefixtures("small_parts")
def test_a_stack_trace_is_not_cut_in_two() -> None:
    rows = ["TypeError: x", *(f"    at f{at} (/app/src/x.ts:{at}:2)" for at in range(1, 40))]
    noise = ["2026-11-24T11:00:00Z INFO GET /health 200 1ms"] * 80
    [trace] = analysis_in_parts([*noise, "2026-11-24T11:00:01Z ERROR failed", *rows, *noise])[0].stack_traces
    assert (trace.first_line, trace.last_line) == (82, 121)


@pytest.mark.usefixtures("small_parts")
def test_what_is_rare_and_no_trouble_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_parts, "MAX_PATTERNS", 50)
    quiet = [text.replace(" ERROR ", " INFO ") for text in distinct_lines(1_000)]
    fatal = "2026-11-24T10:00:00Z FATAL disk full"
    analysis, log = analysis_in_parts([*quiet[:10], fatal, *quiet[10:]])
    assert len(analysis.patterns) == 50
    assert log.lines_left_out == 1_001 - 50
    assert analysis.lines == 1_001
    assert analysis.patterns[0].pattern == "disk full"
