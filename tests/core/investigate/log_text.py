"""Builds the lines that tests of log analysis read."""

from collections.abc import Sequence
from textwrap import dedent

from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.model.logs import LogLine


def read_lines(texts: Sequence[str]) -> list[LogLine]:
    return [read_log_line(number, text) for number, text in enumerate(texts, start=1)]


def read_text(text: str) -> list[LogLine]:
    return read_lines(dedent(text).strip("\n").split("\n"))
