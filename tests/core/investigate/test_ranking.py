"""The likely cause comes first, however loud the others are, and each error says why it stands there."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.rank_against import baseline_of, rank_against
from issue_intelligence.core.model.logs import LogAnalysis, LogBaseline
from tests.core.investigate.log_text import read_lines

START = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
TRACE = (
    "ERROR TypeError: Cannot read properties of undefined (reading 'price')",
    "    at total (/srv/shop/src/cart.ts:10:5)",
)
HOUSEKEEPING = (
    "ERROR Error: cannot delete old session",
    "    at sweep (/srv/shop/src/sessions.ts:7:3)",
)


def _at(minute: float, text: str) -> str:
    return f"{(START + timedelta(minutes=minute)).isoformat()} {text}"


def _every(seconds: int, text: str, *, minutes: tuple[int, int] = (-15, 5)) -> list[str]:
    first, last = minutes
    return [_at(first + step * seconds / 60, text) for step in range((last - first) * 60 // seconds)]


def _analysis(*groups: Sequence[str]) -> LogAnalysis:
    """Analyse what several parts of a service wrote, in the order of time; rows of a trace stay together."""
    entries: list[list[str]] = []
    for text in (line for group in groups for line in group):
        if text.startswith(" "):
            entries[-1].append(text)
        else:
            entries.append([text])
    entries.sort(key=lambda rows: rows[0].split(" ", 1)[0])
    return analyze_log(read_lines([row for rows in entries for row in rows]))


def _traces(trace: Sequence[str], *minutes: float) -> list[str]:
    return [row for minute in minutes for row in (_at(minute, trace[0]), *trace[1:])]


def _first(now: LogAnalysis, *before: LogAnalysis) -> str:
    return _ranked(now, *before).errors[0].message


def _ranked(now: LogAnalysis, *before: LogAnalysis) -> LogAnalysis:
    names = ("the hour before", "the day before")
    baselines = [baseline_of(now.errors, each, name) for each, name in zip(before, names, strict=False)]
    return rank_against(now, baselines, START)


USUAL_NOISE = _every(3, "ERROR jwt expired")


def test_what_is_new_comes_before_what_is_loud_and_usual() -> None:
    now = _analysis(USUAL_NOISE, [_at(-1, "ERROR stock is not reachable")])
    usual = _analysis(USUAL_NOISE)
    ranked = _ranked(now, usual, usual)
    assert [error.message for error in ranked.errors] == ["stock is not reachable", "jwt expired"]
    assert ranked.errors[0].reasons[0] == "new: never in the hour before nor in the day before"
    assert ranked.errors[1].reasons[0] == "usual: 400 in the hour before and 400 in the day before"
    assert ranked.error_messages[0] == ranked.errors[0].message
    assert ranked.error_pattern == "stock is not reachable"
    assert ranked.patterns[0].pattern == "stock is not reachable"
    assert "stock is not reachable" in ranked.sample_lines[0]


def test_a_new_error_without_stack_trace_comes_before_the_stack_trace_of_every_night() -> None:
    night = _traces(HOUSEKEEPING, *range(-15, 5))
    assert _first(_analysis(night, [_at(-1, "ERROR stock is not reachable")]), _analysis(night)) == (
        "stock is not reachable"
    )


def test_what_has_risen_comes_before_what_is_as_ever() -> None:
    usual = _analysis(USUAL_NOISE, _every(300, "ERROR payment declined"))
    now = _analysis(USUAL_NOISE, _every(10, "ERROR payment declined"))
    ranked = _ranked(now, usual)
    assert ranked.errors[0].message == "payment declined"
    assert ranked.errors[0].reasons[0] == "risen: 120, against 4 in the hour before"


def test_without_baseline_what_came_all_along_stands_behind() -> None:
    ranked = _ranked(_analysis(USUAL_NOISE, [_at(-0.5, "ERROR stock is not reachable")]))
    assert ranked.errors[0].message == "stock is not reachable"
    assert "came all along, from the beginning of this log" in ranked.errors[1].reasons


def test_an_earlier_log_that_was_cut_off_makes_nothing_new() -> None:
    now = _analysis([_at(-1, "ERROR stock is not reachable")])
    cut = baseline_of(now.errors, analyze_log(read_lines([_at(-60, "INFO up")]), truncated=True), "the hour")
    assert not cut.complete
    [error] = rank_against(now, [cut], START).errors
    assert not any(reason.startswith("new") for reason in error.reasons)


def test_a_failed_request_stands_behind_its_cause() -> None:
    now = _analysis(
        _every(2, "ERROR POST /api/orders 500 12ms", minutes=(-2, 2)),
        [_at(-1.9, "ERROR pool of connections is empty")],
    )
    assert _first(now, _analysis([_at(-15, "INFO up")])) == "pool of connections is empty"


def _request(minute: float, message: str, request_id: str, key: str = "requestId") -> str:
    time = (START + timedelta(minutes=minute)).isoformat()
    return json.dumps({"time": time, "level": "error", "msg": message, key: request_id})


@pytest.mark.parametrize("key", ["request_id", "requestId", "x-request-id", "trace_id", "correlationId"])
def test_what_comes_first_within_requests_comes_before_its_consequences(key: str) -> None:
    lines = []
    for number in range(8):
        lines += [
            _request(-2 + number / 10, "connect ECONNREFUSED 10.0.0.1:5432", f"request-{number}", key),
            _request(-1.99 + number / 10, "cart could not be loaded", f"request-{number}", key),
            _request(-1.98 + number / 10, "page is shown without cart", f"request-{number}", key),
        ]
    # Louder by itself, for other reasons than this cause.
    lines += _every(5, "ERROR cart could not be loaded", minutes=(-2, 0))
    ranked = _ranked(_analysis(lines))
    assert ranked.errors[0].message == "connect ECONNREFUSED 10.0.0.1:5432"
    assert "followed by 16 others of the same request ids" in ranked.errors[0].reasons
    assert ranked.errors[0].request_ids[0] == "request-0"
    last = next(each for each in ranked.errors if each.message.startswith("page"))
    assert "comes after another error of the same request, 8 times" in last.reasons


def test_what_comes_seconds_before_the_others_comes_first() -> None:
    starts = [-9 + 3 * number for number in range(3)]
    lines = [_at(minute, "ERROR failover of the store begins") for minute in starts]
    lines += [
        _at(minute + second / 60, "ERROR order is lost") for minute in starts for second in (1, 2, 3, 4)
    ]
    ranked = _ranked(_analysis(lines))
    assert ranked.errors[0].message == "failover of the store begins"
    assert "followed within seconds by 12 others" in ranked.errors[0].reasons


def test_usual_noise_that_precedes_everything_causes_nothing() -> None:
    lines = []
    for number in range(9):
        lines += [
            _request(-2 + number / 10, "TimeoutError: feature flags", f"request-{number}"),
            _request(-1.99 + number / 10, "order is lost", f"request-{number}"),
        ]
    usual = [
        _request(-2 + number / 10, "TimeoutError: feature flags", f"old-{number}") for number in range(9)
    ]
    assert _first(_analysis(lines), _analysis(usual)) == "order is lost"


def test_what_began_after_the_alert_did_not_cause_it() -> None:
    now = _analysis(
        _every(20, "ERROR disk is slow", minutes=(-3, 0)), _every(5, "ERROR people complain", minutes=(4, 9))
    )
    ranked = _ranked(now)
    assert ranked.errors[0].message == "disk is slow"
    assert "began 3 min before the alert's start, 9 in the minutes before it" in ranked.errors[0].reasons
    assert "began 4 min after the alert's start" in ranked.errors[1].reasons


def test_errors_told_apart_only_by_their_error_objects_are_two() -> None:
    def line(minute: float, detail: str) -> str:
        time = (START + timedelta(minutes=minute)).isoformat()
        return json.dumps(
            {"time": time, "level": "error", "msg": "request failed", "err": {"message": detail}}
        )

    now = _analysis([line(-2, "KeyError: 'sku'"), line(-1, "disk full"), line(-1, "disk full")])
    assert [(error.message, error.count) for error in now.errors] == [
        ("request failed: KeyError: 'sku'", 1),
        ("request failed: disk full", 2),
    ]


def test_errors_that_differ_in_a_name_were_there_before_if_one_of_them_was() -> None:
    people = ["alice", "bob", "carol", "dora", "emil", "frieda", "gustav"]
    now = _analysis([_at(-3, f"ERROR no basket of {name} found") for name in people])
    before = _analysis([_at(-63, "ERROR no basket of bob found")] * 4)
    [error] = _ranked(now, before).errors
    assert error.count == 7
    assert error.reasons[0] == "usual: 4 in the hour before"


MESSAGES = ("disk full", "TypeError: x is undefined", "boom", "GET /a 500 3ms", "connect ECONNREFUSED")
LINES = st.lists(st.tuples(st.integers(0, 1200), st.sampled_from(MESSAGES)), min_size=1, max_size=40)


@given(lines=LINES, seed=st.integers(0, 5))
def test_the_order_of_lines_that_have_times_does_not_matter(lines: list[tuple[int, str]], seed: int) -> None:
    # No two at one moment: those have no other order than that of the lines.
    texts = [
        _at(second / 60 + number / 1e4, f"ERROR {text}")
        for number, (second, text) in enumerate(sorted(lines))
    ]
    mixed = texts[:]
    random.Random(seed).shuffle(mixed)
    one, two = (_ranked(analyze_log(read_lines(each))) for each in (texts, mixed))
    assert [(each.fingerprint, each.reasons) for each in one.errors] == [
        (each.fingerprint, each.reasons) for each in two.errors
    ]


@given(lines=LINES, noise=st.lists(st.integers(0, 1200), max_size=60))
def test_usual_noise_within_the_window_changes_no_order_and_is_never_first(
    lines: list[tuple[int, str]], noise: list[int]
) -> None:
    """It holds for noise that the baseline knows, within the span of the log, without a shared id."""
    span = [_at(0, "INFO begins"), _at(20, "INFO ends")]
    errors = [_at(second / 60, f"ERROR {text}") for second, text in lines]
    loud = [_at(second / 60, "FATAL SocketError: usual noise") for second in noise]
    calm = _analysis(span, errors)
    noisy = _analysis(span, errors, loud)
    usual = _analysis([_at(0, "FATAL SocketError: usual noise")] * max(1, len(loud)))
    names = [error.fingerprint for error in _ranked(calm, usual).errors]
    with_noise = [error for error in _ranked(noisy, usual).errors if "usual noise" not in error.message]
    assert [error.fingerprint for error in with_noise] == names
    assert "usual noise" not in _first(noisy, usual)


@given(lines=LINES)
def test_ranking_twice_gives_the_same(lines: list[tuple[int, str]]) -> None:
    now = _analysis([_at(second / 60, f"ERROR {text}") for second, text in lines])
    baseline = [LogBaseline(when="the hour before", complete=True, counts=())]
    once = rank_against(now, baseline, START)
    assert rank_against(once, baseline, START) == once
