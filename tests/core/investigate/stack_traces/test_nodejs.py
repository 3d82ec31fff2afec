"""Traces of Node.js are found whole, in every dress they come in."""

import json
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.stack_traces.nodejs import read_frame
from issue_intelligence.core.model.logs import StackFrame, StackTrace
from tests.core.investigate.log_text import read_lines, read_text

TRACE = """\
TypeError: Cannot read properties of undefined (reading 'total')
    at total (/app/src/cart.ts:10:15)
    at async Promise.all (index 0)
    at async POST (/app/src/routes/orders.ts:33:5)
    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"""


def only_trace(text: str) -> StackTrace:
    [trace] = analyze_log(read_text(text)).stack_traces
    return trace


def test_a_trace_has_exception_message_frames_and_culprit() -> None:
    trace = only_trace(f"before\n{TRACE}\nafter")
    assert (trace.language, trace.exception) == ("nodejs", "TypeError")
    assert trace.message == "Cannot read properties of undefined (reading 'total')"
    assert trace.culprit == "src/cart.ts:10 in total"
    assert (trace.first_line, trace.last_line, trace.count) == (2, 7, 1)
    assert [frame.in_app for frame in trace.frames] == [True, False, True, False, False]
    assert trace.text == TRACE


@pytest.mark.parametrize(
    "prefix",
    [
        "2026-11-24T11:00:00.000Z ",
        "2026-11-24T11:00:00.000Z ERROR ",
        "api-1  | ",
        "2026-11-24T11:00:00.000000000Z stderr F ",
        "[2026-11-24 11:00:00] [error] ",
    ],
)
def test_prefixes_before_each_line_do_not_matter(prefix: str) -> None:
    dressed = only_trace("\n".join(prefix + row for row in TRACE.split("\n")))
    bare = only_trace(TRACE)
    assert (dressed.fingerprint, dressed.culprit, dressed.last_line) == (bare.fingerprint, bare.culprit, 6)


def test_lines_of_others_in_between_are_left_out() -> None:
    rows = TRACE.split("\n")
    rows[3:3] = ["2026-11-24T11:00:00Z INFO GET /health 200 1ms", "2026-11-24T11:00:00Z INFO tick"]
    analysis = analyze_log(read_lines(rows))
    assert [len(trace.frames) for trace in analysis.stack_traces] == [5]
    assert "tick" in {pattern.pattern for pattern in analysis.patterns}


@pytest.mark.parametrize("field", ["stack", "error", "err", "exception"])
def test_stacks_in_json_fields_are_read(field: str) -> None:
    value: object = TRACE if field == "stack" else {"stack": TRACE, "message": "x"}
    line = json.dumps({"level": "error", "message": "request failed", field: value})
    analysis = analyze_log(read_lines([line, line]))
    [trace] = analysis.stack_traces
    assert (trace.culprit, trace.count, trace.first_line, trace.last_line) == (
        "src/cart.ts:10 in total",
        2,
        1,
        1,
    )
    assert analysis.error_lines == 2


def test_frames_without_a_head_take_the_class_from_the_fields() -> None:
    stack = "\n".join(TRACE.split("\n")[1:])
    line = json.dumps({"level": 50, "msg": "boom", "err": {"type": "CartError", "stack": stack}})
    [trace] = analyze_log(read_lines([line])).stack_traces
    assert (trace.exception, trace.message) == ("CartError", "boom")


def test_uncaught_exceptions_include_excerpt_and_properties() -> None:
    trace = only_trace(
        """\
        /app/src/db.js:3
            throw new DatabaseError('no')
            ^

        DatabaseError [E42]: no
            at connect (file:///app/src/db.js:3:11) {
          code: 'E42',
          [cause]: Error: socket closed
              at Socket.end (/app/src/socket.js:8:1)
          errno: -111
        }
        next line"""
    )
    assert (trace.first_line, trace.last_line) == (1, 11)
    assert (trace.exception, trace.message, trace.culprit) == (
        "DatabaseError",
        "no",
        "src/db.js:3 in connect",
    )


@pytest.mark.parametrize("default_at", [None, datetime(2026, 11, 24, 11, 0, tzinfo=UTC)])
def test_messages_of_several_rows_belong_to_the_trace(default_at: datetime | None) -> None:
    text = """\
        2026-11-24T11:00:00Z INFO before
        PrismaClientInitializationError:
        Invalid `prisma.user.findMany()` invocation:

        Can't reach database server at `db:5432`
            at Cn.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7)
            at list (/app/src/users.ts:4:2)"""
    # A log source may give the time of the record to the rows below it.
    rows = dedent(text).split("\n")
    [trace] = analyze_log(
        [read_log_line(at, row, default_at=default_at) for at, row in enumerate(rows, 1)]
    ).stack_traces
    assert (trace.first_line, trace.exception) == (2, "PrismaClientInitializationError")
    assert trace.message.endswith("Can't reach database server at `db:5432`")
    assert trace.culprit == "src/users.ts:4 in list"


def test_two_traces_in_a_row_stay_apart() -> None:
    other = "RangeError: too deep\n    at walk (/app/src/tree.ts:2:1)"
    traces = analyze_log(read_text(f"{TRACE}\n{other}\n{TRACE}")).stack_traces
    assert {(trace.exception, trace.count) for trace in traces} == {("TypeError", 2), ("RangeError", 1)}


def test_fingerprint_survives_new_lines_and_places_but_not_another_function() -> None:
    original = only_trace(TRACE).fingerprint
    moved = TRACE.replace("cart.ts:10:15", "cart.ts:99:1").replace(
        "/app/", "/home/deploy/shop/releases/20261124/"
    )
    assert only_trace(moved).fingerprint == original
    assert only_trace(TRACE.replace("at total", "at tax")).fingerprint != original
    assert only_trace(TRACE.replace("TypeError", "RangeError")).fingerprint != original


@pytest.mark.parametrize(
    ("row", "frame"),
    [
        ("    at f (/app/a.ts:1:2)", ("f", "/app/a.ts", 1, True)),
        ("    at new Cart (/app/a.ts:1:2)", ("Cart", "/app/a.ts", 1, True)),
        ("    at async f (file:///app/a.ts:1:2)", ("f", "/app/a.ts", 1, True)),
        ("    at /app/a.ts:1:2", ("", "/app/a.ts", 1, True)),
        ("    at C:\\shop\\a.ts:1:2", ("", "C:\\shop\\a.ts", 1, True)),
        ("    at Array.map (<anonymous>)", ("Array.map", "<anonymous>", None, False)),
        ("    at next (/app/node_modules/x/i.js:1:2)", ("next", "/app/node_modules/x/i.js", 1, False)),
        ("    at emit (events.js:315:20)", ("emit", "events.js", 315, False)),
        ("    at Server.x (node:net:1:2)", ("Server.x", "node:net", 1, False)),
    ],
)
def test_frames(row: str, frame: tuple[str, str, int | None, bool]) -> None:
    function, file, line, in_app = frame
    assert read_frame(row) == StackFrame(function=function, file=file, line=line, in_app=in_app)


@pytest.mark.parametrize(
    "row",
    [
        "    at com.shop.Cart.total(Cart.java:10)",  # Java
        "   at Shop.Cart.Total(Int32 x) in C:\\shop\\Cart.cs:line 10",  # .NET
        "look at this (please)",
        "at 11:00:00 we closed",
    ],
)
def test_other_rows_are_no_frames(row: str) -> None:
    assert read_frame(row) is None


def test_a_cause_below_the_frames_belongs_to_the_trace() -> None:
    trace = only_trace(f"{TRACE}\nCaused by: Error: no row\n    at find (/app/src/db.ts:4:1)\nafter")
    assert (trace.exception, trace.last_line, trace.frames[-1].function) == ("TypeError", 8, "find")
    assert "Caused by: Error: no row" in trace.text
