"""Traces of eleven languages are found whole and alone, and are the same from build to build."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from issue_intelligence.core.model.logs import StackTrace
from tests.core.investigate.log_text import read_lines
from tests.core.investigate.stack_traces.dresses import DRESSES
from tests.core.investigate.stack_traces.trace_corpus import TraceCase, trace_cases

_TUNED = trace_cases("tuned")
_HELD_OUT = trace_cases("held_out")
_NOISE = "2026-11-24T11:00:00Z INFO GET /health 200 1ms"
# What is said of a trace must hold in these dresses; in the others a few lose rows of their message.
_SURE_DRESSES = ("bare", "container prefix", "JSON message")
# At least so many of the held-out part, which was never used to make a rule.
_HELD_OUT_SHARE = 0.9


def traces_of(rows: list[str]) -> tuple[StackTrace, ...]:
    return analyze_log(read_lines([_NOISE, *rows, _NOISE])).stack_traces


@pytest.mark.parametrize("dress", _SURE_DRESSES)
@pytest.mark.parametrize("case", _TUNED, ids=str)
def test_trace_is_found_whole_and_alone(case: TraceCase, dress: str) -> None:
    rows = DRESSES[dress](case.rows)
    [trace] = traces_of(rows)
    assert (trace.language, trace.exception) == (case.language, case.exception)
    assert case.has_culprit(trace.culprit), trace.culprit
    assert (trace.first_line, trace.last_line) == (2, len(rows) + 1)


@pytest.mark.parametrize("dress", DRESSES)
def test_most_traces_no_rule_was_made_for_are_found_too(dress: str) -> None:
    good = 0
    for case in _HELD_OUT:
        rows = DRESSES[dress](case.rows)
        traces = traces_of(rows)
        good += len(traces) == 1 and (traces[0].first_line, traces[0].last_line) == (2, len(rows) + 1)
    assert good / len(_HELD_OUT) >= _HELD_OUT_SHARE


@pytest.mark.parametrize("case", [*_TUNED, *_HELD_OUT], ids=str)
def test_fingerprint_survives_other_lines_and_addresses(case: TraceCase) -> None:
    moved = [
        re.sub(r"0x[0-9a-f]{4,}", "0xc0ffee12", re.sub(r"(?<=[:(])(\d{1,4})(?=[:)]|$| \+0x)", r"9\1", row))
        for row in case.rows
    ]
    before = traces_of(list(case.rows))
    after = traces_of(moved)
    assert [trace.fingerprint for trace in before] == [trace.fingerprint for trace in after]


_PAIRS = [(_TUNED[at], _TUNED[(at * 7 + 13) % len(_TUNED)]) for at in range(0, len(_TUNED), 2)]


@pytest.mark.parametrize(("first", "second"), _PAIRS, ids=str)
def test_two_traces_one_after_the_other_are_two(first: TraceCase, second: TraceCase) -> None:
    split = f"2026-11-24T11:00:01Z ERROR failed in {second.name}"
    traces = traces_of([*first.rows, split, *second.rows])
    assert {trace.language for trace in traces} == {first.language, second.language}
    assert len(traces) == 2


@settings(derandomize=True, max_examples=60, deadline=None)
@given(data=st.data())
def test_a_cut_trace_raises_nothing_and_takes_no_row_of_others(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(_TUNED))
    text = "\n".join(case.rows)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    rows = text[start:end].split("\n")
    for trace in traces_of(rows):
        assert 2 <= trace.first_line <= trace.last_line <= len(rows) + 1


@settings(derandomize=True, max_examples=60, deadline=None)
@given(data=st.data())
def test_rows_of_others_between_the_frames_are_left_out(data: st.DataObject) -> None:
    whole = [case for case in _TUNED if len(case.rows) > 3]
    case = data.draw(st.sampled_from(whole))
    rows = list(case.rows)
    others = [f"2026-11-24T11:00:00Z INFO GET /items/{number} 200 3ms" for number in range(3)]
    for other in others:
        rows.insert(data.draw(st.integers(1, len(rows) - 1)), other)
    lines = read_lines([_NOISE, *rows, _NOISE])
    traces = analyze_log(lines).stack_traces
    assert traces
    groups = [group for (_, _, group), row in zip(per_line(lines)[1:], rows, strict=False) if row in others]
    assert not {trace.fingerprint for trace in traces} & set(groups)
