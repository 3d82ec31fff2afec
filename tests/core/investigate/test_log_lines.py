"""Lines of every form become LogLines; no text raises."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.core.investigate.log_lines import MAX_LINE_CHARS, read_log_line
from issue_intelligence.core.model.logs import LogLevel

ELEVEN = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message", "level"),
    [
        ("2026-11-24T11:00:00Z ERROR connect refused", "connect refused", LogLevel.ERROR),
        ("[2026-11-24 11:00:00] [warn] slow", "slow", LogLevel.WARNING),
        ("2026-11-24 11:00:00,000 INFO  ready", "ready", LogLevel.INFO),
        # The logger's name stands before the level and stays in the message.
        ("2026-11-24 11:00:00 - shop.db - ERROR - boom", "shop.db - ERROR - boom", LogLevel.ERROR),
        ("[2026-11-24 11:00:00,000: ERROR/MainProcess] x", "ERROR/MainProcess] x", LogLevel.ERROR),
        # Kubernetes: what the container wrote is behind "stdout F".
        ("2026-11-24T11:00:00.000000000Z stderr F FATAL out", "out", LogLevel.FATAL),
        # Docker Compose.
        ("api-1  | 2026-11-24T11:00:00Z DEBUG x", "x", LogLevel.DEBUG),
        # The level stands first.
        ("WARN 2026-11-24T11:00:00Z disk", "disk", LogLevel.WARNING),
        # Without a level.
        ("2026/11/24 11:00:00 listening", "listening", LogLevel.UNKNOWN),
        # JSON behind a time.
        ('2026-11-24T11:00:00Z {"level":"error","msg":"boom"}', "boom", LogLevel.ERROR),
    ],
)
def test_plain_lines_lose_time_and_level(text: str, message: str, level: LogLevel) -> None:
    line = read_log_line(1, text)
    assert (line.message, line.level, line.at) == (message, level, ELEVEN)


def test_exception_head_is_no_level() -> None:
    assert read_log_line(1, "Error: boom").message == "Error: boom"


def test_indentation_of_stack_frames_stays() -> None:
    assert (
        read_log_line(1, "2026-11-24T11:00:00Z     at f (/app/x.js:1:2)").message
        == "    at f (/app/x.js:1:2)"
    )


def test_access_log_keeps_its_client() -> None:
    line = read_log_line(1, '10.0.0.1 - - [24/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 200 5')
    assert line.at == ELEVEN
    assert line.message == '10.0.0.1 - - "GET / HTTP/1.1" 200 5'


def test_syslog_reads_host_and_process_with_or_without_a_year() -> None:
    text = "Nov 24 11:00:00 web sshd[12]: Invalid user bob"
    dated, undated = read_log_line(1, text, year_near=ELEVEN), read_log_line(1, text)
    assert dated.message == undated.message == "Invalid user bob"
    assert (dated.at, undated.at) == (ELEVEN, None)
    assert dated.fields == {"host": "web", "process": "sshd"}


@pytest.mark.parametrize(
    ("document", "level"),
    [
        ({"time": 1795518000000, "level": 50, "msg": "boom"}, LogLevel.ERROR),  # pino
        (
            {"timestamp": "2026-11-24T11:00:00Z", "level": "warn", "message": "boom"},
            LogLevel.WARNING,
        ),  # winston
        (
            {"@timestamp": "2026-11-24T11:00:00Z", "log.level": "ERROR", "message": "boom"},
            LogLevel.ERROR,
        ),  # ECS
        ({"ts": 1795518000.0, "lvl": "critical", "event": "boom"}, LogLevel.FATAL),  # structlog
        (
            {"time": "2026-11-24T11:00:00Z", "severity": "NOTICE", "message": "boom"},
            LogLevel.INFO,
        ),  # Google Cloud
    ],
)
def test_json_lines_have_time_level_and_message(document: dict[str, object], level: LogLevel) -> None:
    line = read_log_line(1, json.dumps(document))
    assert (line.at, line.level, line.message) == (ELEVEN, level, "boom")


def test_nested_json_becomes_dotted_fields_and_keeps_the_stack() -> None:
    stack = "TypeError: boom\n    at f (/app/x.js:1:2)"
    line = read_log_line(
        1, json.dumps({"msg": "failed", "err": {"stack": stack}, "n": 1, "ok": True, "no": None})
    )
    assert line.fields == {"err.stack": stack, "n": "1", "ok": "true"}


def test_json_without_message_takes_that_of_its_error() -> None:
    assert read_log_line(1, '{"level":"error","err":{"message":"boom"}}').message == "boom"


def test_docker_lines_are_unwrapped() -> None:
    line = read_log_line(1, '{"log":"ERROR boom\\n","stream":"stderr","time":"2026-11-24T11:00:00Z"}')
    assert (line.message, line.level, line.at) == ("boom", LogLevel.ERROR, ELEVEN)


def test_logfmt_lines_have_fields() -> None:
    line = read_log_line(1, 'ts=2026-11-24T11:00:00Z level=error msg="it said \\"no\\"" user=3')
    assert (line.at, line.level, line.message) == (ELEVEN, LogLevel.ERROR, 'it said "no"')
    assert line.fields["user"] == "3"


@pytest.mark.parametrize(
    "text", ['{"level":"error","msg":', "{", "[1]", '{"a":' * 5000 + "1" + "}" * 5000, "a=b c"]
)
def test_half_structured_lines_are_plain_text(text: str) -> None:
    line = read_log_line(1, text)
    assert line.message == text[:MAX_LINE_CHARS]
    assert not line.fields


def test_long_lines_are_cut() -> None:
    assert len(read_log_line(1, "x" * 1_000_000).message) == MAX_LINE_CHARS
    assert len(read_log_line(1, json.dumps({"msg": "x" * 100_000})).message) == MAX_LINE_CHARS


def test_colours_and_control_characters_do_not_reach_the_reader() -> None:
    assert read_log_line(1, "\x1b[31mERROR\x1b[0m bo\x00om \ud800").message == "bo\ufffdom \ufffd"


def test_default_time_stands_in_for_a_missing_one() -> None:
    assert read_log_line(1, "boom", default_at=ELEVEN).at == ELEVEN
    assert read_log_line(1, "2025-01-01T00:00:00Z boom", default_at=ELEVEN).at == datetime(
        2025, 1, 1, tzinfo=UTC
    )


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_raises(text: str) -> None:
    line = read_log_line(7, text)
    assert line.number == 7
    line.message.encode()


@given(
    st.dictionaries(
        st.sampled_from(["time", "ts", "level", "message", "msg", "log", "err", "stack", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    )
)
def test_no_json_object_raises(document: dict[str, object]) -> None:
    line = read_log_line(1, json.dumps(document))
    "".join([line.message, *line.fields, *line.fields.values()]).encode()
