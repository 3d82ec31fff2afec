"""Our own log shows what others wrote, and nothing of it steers the terminal or makes a line."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
import structlog

from issue_intelligence.log_setup import set_up_logging

# A screen that is cleared, a title, the same by eight-bit signs, a text shown backwards.
STEERING = "\x1b[2J\x1b]0;owned\x07\x9b2J\x9d0;owned\x9c\u202eexe"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def write_everywhere() -> None:
    structlog.get_logger().warning("collector_failed", reason=STEERING, **{f"key{STEERING}": "x"})
    logging.getLogger("some.library").warning("cannot read %s", f"a{STEERING}\n2026-11-24 [info] all is well")
    structlog.get_logger().error("broke", exc_info=ValueError(f"boom {STEERING}"))


def test_nothing_steers_the_terminal() -> None:
    target = Terminal()
    set_up_logging(stream=target)
    write_everywhere()
    shown = COLOURS.sub("", target.getvalue())
    assert not any(sign in shown for sign in "\x1b\x07\x9b\x9c\x9d\u202e")
    # It is still there to be seen, and a trace keeps its lines.
    assert "\\x1b]0;owned\\x07" in shown
    assert "\nValueError: boom" in shown


def test_text_of_others_makes_no_line_of_the_log() -> None:
    target = Terminal()
    set_up_logging(stream=target)
    logging.getLogger("some.library").warning("cannot read %s", "a\n2026-11-24 [info] all is well")
    assert len(target.getvalue().splitlines()) == 1


def test_elsewhere_each_event_is_one_json_line() -> None:
    target = io.StringIO()
    set_up_logging(stream=target)
    write_everywhere()
    lines = target.getvalue().splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["warning", "warning", "error"]
    assert target.getvalue().isascii()
