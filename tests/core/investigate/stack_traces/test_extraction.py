"""Traces of several languages in one log are counted and placed, and none is lost or read twice."""

import json
from datetime import UTC, datetime

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.stack_traces.extraction import find_traces
from tests.core.investigate.log_text import read_lines, read_text

MIXED = """\
2026-11-24T11:00:00Z ERROR api: Error: first
    at f (/app/src/x.ts:1:2)
2026-11-24T11:01:00Z ERROR worker failed
Traceback (most recent call last):
  File "/app/main.py", line 4, in main
    work()
ValueError: second
2026-11-24T11:02:00Z ERROR api: Error: first
    at f (/app/src/x.ts:1:2)"""


def test_equal_traces_are_one_with_the_lines_of_the_first_and_the_times_of_all() -> None:
    traces = analyze_log(read_text(MIXED)).stack_traces
    assert [(trace.exception, trace.count) for trace in traces] == [("Error", 2), ("ValueError", 1)]
    first = traces[0]
    assert (first.first_line, first.last_line) == (1, 2)
    assert first.first_seen == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert first.last_seen == datetime(2026, 11, 24, 11, 2, tzinfo=UTC)


def test_a_bare_trace_takes_the_time_of_the_record_above() -> None:
    assert analyze_log(read_text(MIXED)).stack_traces[1].first_seen == datetime(
        2026, 11, 24, 11, 1, tzinfo=UTC
    )


def test_endless_recursion_is_one_trace_of_bounded_size() -> None:
    rows = ["RangeError: Maximum call stack size exceeded", *["    at walk (/app/src/tree.ts:2:1)"] * 3000]
    [trace] = analyze_log(read_lines(rows)).stack_traces
    assert (trace.first_line, trace.last_line, len(trace.frames)) == (1, 3001, 200)
    [shallow] = analyze_log(read_lines(rows[:10])).stack_traces
    assert shallow.fingerprint == trace.fingerprint


def test_the_same_message_from_two_places_is_two_traces() -> None:
    rows = ["Error: x", "    at f (/app/src/x.ts:1:2)", "Error: x", "    at g (/app/src/y.ts:1:2)"]
    assert len(analyze_log(read_lines(rows)).stack_traces) == 2


def test_a_long_word_where_a_class_may_stand_is_read_at_once() -> None:
    # Each further letter once doubled the time, so that this test would not end.
    rows = ["#0 /srv/shop/cart.php(12): total()", f"[error] in: {'E' * 4000} boom"]
    assert len(analyze_log(read_lines([*rows, rows[0]])).stack_traces) >= 1


def test_a_record_with_its_own_trace_between_the_rows_of_another_belongs_to_one() -> None:
    stack = json.dumps({"level": "error", "stack": "Error: inner\n    at g (/app/src/y.ts:1:2)"})
    rows = [
        "Error: outer",
        "    at f (/app/src/x.ts:1:2)",
        "Caused by: Error: why",
        stack,
        "    at h (/app/z.ts:3:4)",
    ]
    lines = [line for trace in find_traces(read_lines(rows)) for line in trace.lines]
    assert sorted(lines) == [0, 1, 2, 3, 4]


def test_two_places_below_one_function_are_read_to_the_end() -> None:
    rows = [
        "thread 'main' panicked at src/main.rs:4:5:",
        "boom",
        "stack backtrace:",
        "   0: shop::total",
        "             at ./src/cart.rs:10:5",
        "             at ./src/cart.rs:12:5",
        "   1: shop::main",
        "             at ./src/main.rs:4:5",
    ]
    [trace] = analyze_log(read_lines(rows)).stack_traces
    assert (trace.first_line, trace.last_line) == (1, 8)
    assert [frame.function for frame in trace.frames] == ["shop::total", "shop::main"]


def test_a_head_alone_is_no_trace() -> None:
    assert analyze_log(read_lines(["TypeError: x", "after"])).stack_traces == ()


CHAINED = """\
com.shop.OrderFailed: order 7
	at com.shop.Orders.place(Orders.java:40)
Caused by: java.lang.NullPointerException: line is null
	at com.shop.Cart.total(Cart.java:10)
	... 1 more"""


def test_a_chain_is_told_from_the_outermost_to_the_root_cause() -> None:
    [trace] = analyze_log(read_text(CHAINED)).stack_traces
    assert [(cause.exception, cause.culprit) for cause in trace.causes] == [
        ("com.shop.OrderFailed", "Orders.java:40 in com.shop.Orders.place"),
        ("java.lang.NullPointerException", "Cart.java:10 in com.shop.Cart.total"),
    ]
    # Own code threw the root cause, so it names the trace.
    assert (trace.exception, trace.culprit) == (
        "java.lang.NullPointerException",
        "Cart.java:10 in com.shop.Cart.total",
    )


def test_rows_that_look_like_frames_but_lead_nowhere_cost_little() -> None:
    rows = ["  + Exception Group Traceback (most recent call last):"] * 5_000
    assert analyze_log(read_lines(rows)).stack_traces == ()
