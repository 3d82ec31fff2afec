"""The analysis fills every field of LogAnalysis from the lines of a window."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from issue_intelligence.core.model.logs import LogLevel
from tests.core.investigate.log_text import read_lines, read_text

SHOP = """\
2026-11-24T11:00:00Z INFO GET /api/orders/1 200 10ms
2026-11-24T11:01:00Z ERROR POST /api/orders/7 failed for user 42
TypeError: Cannot read properties of undefined (reading 'total')
    at total (/app/src/cart.ts:10:15)
2026-11-24T11:02:00Z INFO POST /api/orders/7 500 30ms
2026-11-24T11:03:00Z ERROR connect ECONNREFUSED 10.0.0.1:5432
2026-11-24T11:04:00Z ERROR connect ECONNREFUSED 10.0.0.2:5432
2026-11-24T11:05:00Z WARN pool is low"""


def _at(minute: int) -> datetime:
    return datetime(2026, 11, 24, 11, minute, tzinfo=UTC)


def test_every_field_is_filled() -> None:
    analysis = analyze_log(read_text(SHOP), truncated=True)
    assert (analysis.lines, analysis.error_lines, analysis.truncated) == (8, 3, True)
    assert analysis.error_messages == (
        "TypeError: Cannot read properties of undefined (reading 'total')",
        "connect ECONNREFUSED 10.0.0.1:5432",
        "POST /api/orders/7 failed for user 42",
    )
    assert analysis.error_pattern == "TypeError: Cannot read properties of undefined (reading <str>)"
    assert [trace.culprit for trace in analysis.stack_traces] == ["src/cart.ts:10 in total"]
    assert analysis.affected_users == 1
    assert (analysis.first_occurrence, analysis.last_occurrence) == (_at(1), _at(4))
    assert (analysis.frequency, analysis.errors_in_five_minutes) == (1.0, 3)
    assert (analysis.first_seen, analysis.last_seen) == (_at(0), _at(5))
    assert analysis.requests is not None
    assert analysis.requests.status_codes == {"200": 1, "500": 1}
    assert analysis.requests.mean_duration_ms == 20.0
    assert analysis.sample_lines[:2] == (
        (
            "2026-11-24T11:01:00.000Z ERROR POST /api/orders/7 failed for user 42: "
            "TypeError: Cannot read properties of undefined (reading 'total')"
        ),
        "2026-11-24T11:03:00.000Z ERROR connect ECONNREFUSED 10.0.0.1:5432",
    )
    assert 3 <= len(analysis.sample_lines) <= 5


def test_a_sample_of_a_structured_line_names_its_request() -> None:
    failed = {"time": "2026-11-24T11:00:01Z", "level": "error", "msg": "request failed", "method": "POST"}
    trace = "Traceback (most recent call last):\n  File \"/app/a.py\", line 2, in f\n    g()\nKeyError: 'sku'"
    lines = [
        json.dumps({"level": "info", "msg": "done", "method": "GET", "path": "/api/items", "status": 200}),
        json.dumps({**failed, "path": "/api/orders", "stack": trace}),
    ]
    assert analyze_log(read_lines(lines)).sample_lines == (
        "2026-11-24T11:00:01.000Z ERROR request failed: KeyError: 'sku' [POST /api/orders]",
        "INFO done [GET /api/items 200]",
    )


def test_one_failure_that_left_two_lines_counts_once_for_its_endpoint() -> None:
    [endpoint] = analyze_log(read_text(SHOP)).affected_endpoints
    assert (endpoint.endpoint, endpoint.count) == ("POST /api/orders/<num>", 1)


def test_patterns_put_the_likely_cause_first_and_count_a_trace_once() -> None:
    patterns = analyze_log(read_text(SHOP)).patterns
    assert [(pattern.pattern, pattern.level, pattern.count) for pattern in patterns][:2] == [
        ("TypeError: Cannot read properties of undefined (reading <str>)", LogLevel.ERROR, 1),
        ("connect ECONNREFUSED <ip>:<num>", LogLevel.ERROR, 2),
    ]
    assert patterns[1].sample == "connect ECONNREFUSED 10.0.0.1:5432"
    assert (patterns[1].first_line, patterns[1].first_seen, patterns[1].last_seen) == (6, _at(3), _at(4))
    assert not any("at total" in pattern.pattern for pattern in patterns)


def test_no_lines_are_an_empty_analysis() -> None:
    analysis = analyze_log([])
    assert (analysis.lines, analysis.error_lines, analysis.frequency, analysis.patterns) == (0, 0, 0.0, ())
    assert (analysis.affected_users, analysis.error_pattern, analysis.first_seen) == (None, None, None)


def test_lines_without_level_are_errors_by_what_they_say() -> None:
    texts = [
        "ValueError: bad",
        "Error: connect ECONNREFUSED 10.0.0.1:5432",
        "GET /a 502 3ms",
        # None of these.
        "GET /a 404 3ms",
        "no error found",
        "terror in the night",
    ]
    assert analyze_log(read_lines(texts)).error_lines == 3


def test_a_level_outweighs_what_the_line_says() -> None:
    texts = [
        "2026-11-24T11:00:00Z INFO retrying after TimeoutError",
        "2026-11-24T11:00:00Z WARN ECONNRESET, retry",
    ]
    assert analyze_log(read_lines(texts)).error_lines == 0


def test_a_warning_with_a_stack_is_shown_but_no_error() -> None:
    stack = "Error: slow\n    at f (/app/src/x.ts:1:2)"
    analysis = analyze_log(read_lines([json.dumps({"level": "warn", "msg": "slow", "stack": stack})]))
    assert (analysis.error_lines, len(analysis.stack_traces)) == (0, 1)


def test_the_cause_comes_before_the_louder_consequence() -> None:
    texts = ["2026-11-24T11:00:00Z ERROR GET /orders 500 3ms"] * 50
    texts.append("2026-11-24T11:00:00Z ERROR connect ECONNREFUSED 10.0.0.1:5432")
    assert analyze_log(read_lines(texts)).error_messages[0] == "connect ECONNREFUSED 10.0.0.1:5432"


def test_the_error_object_completes_the_message() -> None:
    line = json.dumps({"level": "error", "msg": "request failed", "err": {"message": "socket hang up"}})
    assert analyze_log(read_lines([line])).error_messages == ("request failed: socket hang up",)


def test_per_line_gives_lines_of_a_trace_one_group_and_each_its_own_fingerprint() -> None:
    entries = per_line(read_text(SHOP))
    assert [line for line, _, _ in entries] == list(range(1, 9))
    groups = [group for _, _, group in entries]
    assert groups[2] == groups[3]
    assert groups[5] == groups[6] == entries[5][1]
    shown = {pattern.fingerprint for pattern in analyze_log(read_text(SHOP)).patterns}
    assert set(groups) == shown


@given(st.permutations(SHOP.split("\n")))
def test_a_fingerprint_never_depends_on_other_lines(texts: list[str]) -> None:
    alone = {text: per_line(read_lines([text]))[0][1] for text in texts}
    assert [name for _, name, _ in per_line(read_lines(texts))] == [alone[text] for text in texts]


_ROWS = st.sampled_from(
    [
        *SHOP.split("\n"),
        "Traceback (most recent call last):",
        '  File "/app/x.py", line 1, in f',
        "    f()",
        "ValueError: x",
        "During handling of the above exception, another exception occurred:",
        "    at f (/app/x.js:1:2) {",
        "  [cause]: Error: y",
        "}",
        "  + Exception Group Traceback (most recent call last):",
        "  | x",
        "",
    ]
)


@given(st.lists(_ROWS | st.text(max_size=40), max_size=25))
def test_no_lines_raise_and_none_is_lost(texts: list[str]) -> None:
    lines = read_lines(texts)
    analysis = analyze_log(lines)
    entries = per_line(lines)
    assert len(entries) == analysis.lines == len(texts)
    groups = {group for line, (_, _, group) in zip(lines, entries, strict=True) if line.message.strip()}
    assert groups <= {pattern.fingerprint for pattern in analysis.patterns}
    for trace in analysis.stack_traces:
        assert 1 <= trace.first_line <= trace.last_line <= len(texts)
