"""Traces of Python are found whole, with their chains, in every dress they come in."""

import json

import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.model.logs import StackTrace
from tests.core.investigate.log_text import read_lines, read_text

TRACE = """\
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/starlette/routing.py", line 77, in app
    response = await func(request)
               ^^^^^^^^^^^^^^^^^^^
  File "/srv/shop/app/orders.py", line 12, in order
    total = price(sku)
  File "/srv/shop/app/prices.py", line 5, in price
    return prices[sku]
           ~~~~~~^^^^^
KeyError: 'A1'"""
CHAINED = """\
Traceback (most recent call last):
  File "/srv/shop/app/prices.py", line 5, in price
    return prices[sku]
KeyError: 'A1'

{sentence}

Traceback (most recent call last):
  File "/srv/shop/app/orders.py", line 12, in order
    raise OrderError("no price") from error
shop.errors.OrderError: no price"""


def only_trace(text: str) -> StackTrace:
    [trace] = analyze_log(read_text(text)).stack_traces
    return trace


def test_a_trace_has_exception_message_frames_and_culprit() -> None:
    trace = only_trace(f"before\n{TRACE}\nafter")
    assert (trace.language, trace.exception, trace.message) == ("python", "KeyError", "'A1'")
    assert trace.culprit == "app/prices.py:5 in price"
    assert (trace.first_line, trace.last_line) == (2, 11)
    # Innermost first, as in the other languages.
    assert [frame.function for frame in trace.frames] == ["price", "order", "app"]
    assert [frame.in_app for frame in trace.frames] == [True, True, False]
    assert trace.text == TRACE


@pytest.mark.parametrize(
    "prefix", ["2026-11-24T11:00:00.000Z ", "2026-11-24T11:00:00.000Z ERROR ", "worker_1  | ", "[error] "]
)
def test_prefixes_before_each_line_do_not_matter(prefix: str) -> None:
    dressed = only_trace("\n".join(prefix + row for row in TRACE.split("\n")))
    assert (dressed.fingerprint, dressed.last_line) == (only_trace(TRACE).fingerprint, 10)


def test_lost_indentation_does_not_matter() -> None:
    stripped = only_trace("\n".join(row.strip() for row in TRACE.split("\n")))
    assert (stripped.fingerprint, stripped.last_line) == (only_trace(TRACE).fingerprint, 10)


@pytest.mark.parametrize(
    "sentence",
    [
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
    ],
)
def test_a_chain_is_one_trace_named_by_its_last_exception(sentence: str) -> None:
    trace = only_trace(CHAINED.format(sentence=sentence))
    assert (trace.exception, trace.message) == ("shop.errors.OrderError", "no price")
    assert trace.culprit == "app/orders.py:12 in order"
    assert (trace.first_line, trace.last_line, trace.count) == (1, 11, 1)


def test_lines_of_others_in_between_are_left_out() -> None:
    rows = TRACE.split("\n")
    rows[6:6] = ["2026-11-24T11:00:00Z INFO GET /health 200 1ms"]
    analysis = analyze_log(read_lines(rows))
    [trace] = analysis.stack_traces
    assert (trace.exception, len(trace.frames)) == ("KeyError", 3)
    assert any(pattern.pattern.startswith("GET /health") for pattern in analysis.patterns)


def test_exc_info_of_json_lines_is_read() -> None:
    line = json.dumps({"level": "error", "event": "request failed", "exc_info": TRACE})
    [trace] = analyze_log(read_lines([line])).stack_traces
    assert (trace.culprit, trace.last_line) == ("app/prices.py:5 in price", 1)


def test_the_line_that_announces_a_trace_is_not_a_second_error() -> None:
    analysis = analyze_log(read_text(f"2026-11-24T11:00:00Z ERROR Exception in ASGI application\n{TRACE}"))
    assert analysis.error_lines == 1
    assert analysis.error_messages == ("KeyError: 'A1'", "Exception in ASGI application")


def test_an_exception_above_its_trace_names_it() -> None:
    trace = only_trace(
        """\
        START RequestId: 1
        [ERROR] KeyError: 'id'
        Traceback (most recent call last):
          File "/var/task/handler.py", line 9, in handle
            return event['id']
        END RequestId: 1"""
    )
    assert (trace.exception, trace.message, trace.culprit) == ("KeyError", "'id'", "handler.py:9 in handle")
    assert (trace.first_line, trace.last_line) == (2, 5)


def test_several_lines_that_announce_a_trace_are_one_error_with_it() -> None:
    head = "2026-11-24T11:00:00Z ERROR Task failed\nfuture: <Task exception=KeyError('A1')>"
    assert analyze_log(read_text(f"{head}\n{TRACE}")).error_lines == 1


def test_syntax_errors_have_their_place() -> None:
    trace = only_trace(
        """\
        Traceback (most recent call last):
          File "/app/main.py", line 1, in <module>
            import shop
          File "/app/shop.py", line 3
            def (
                ^
        SyntaxError: invalid syntax"""
    )
    assert (trace.exception, trace.culprit, trace.last_line) == ("SyntaxError", "shop.py:3 in <module>", 7)


def test_messages_of_several_rows_belong_to_the_trace() -> None:
    trace = only_trace(
        f"""\
2026-11-24T11:00:00Z ERROR failed
{TRACE.replace("KeyError: 'A1'", "pydantic.ValidationError: 1 error")}
price
  Field required
2026-11-24T11:00:01Z INFO next"""
    )
    assert (trace.message, trace.last_line) == ("1 error\nprice\n  Field required", 13)


def test_a_truncated_trace_still_names_its_frames() -> None:
    trace = only_trace("\n".join(TRACE.split("\n")[:6]))
    assert (trace.exception, trace.culprit, trace.last_line) == ("", "app/orders.py:12 in order", 6)


def test_exception_groups_are_one_trace() -> None:
    trace = only_trace(
        """\
          + Exception Group Traceback (most recent call last):
          |   File "/app/main.py", line 4, in main
          |     raise ExceptionGroup("two", errors)
          | ExceptionGroup: two (2 sub-exceptions)
          +-+---------------- 1 ----------------
            | ValueError: one
            +---------------- 2 ----------------
            | TypeError: two
            +------------------------------------"""
    )
    assert (trace.exception, trace.culprit) == ("ExceptionGroup", "main.py:4 in main")


def test_fingerprint_survives_new_lines_and_places() -> None:
    moved = TRACE.replace("line 5", "line 50").replace("/srv/shop/", "/home/web/releases/9f86d081/")
    assert only_trace(moved).fingerprint == only_trace(TRACE).fingerprint
    assert only_trace(TRACE.replace("in price", "in cost")).fingerprint != only_trace(TRACE).fingerprint
