"""Stack traces of Dart and Flutter (https://api.dart.dev/dart-core/StackTrace-class.html)."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.investigate.stack_traces.names import named_by_ending
from issue_intelligence.core.model.logs import StackFrame

_FRAME = re.compile(
    r"\s{0,8}#\d{1,4} {2,12}(?P<function>[^()\n]{1,300}?(?:\(\))?) "
    r"\((?P<file>[a-z]{2,10}:[^()\n]{1,500}?|<anonymous>"
    r"|\w[\w./-]{0,300}\.dart)(?::(?P<line>\d{1,9}))?(?::\d{1,9})?\)\s{0,20}$"
)
# The short form of package:stack_trace.
_TERSE = re.compile(
    r"\s{0,8}(?P<file>(?:package:|dart:|file:///"
    r"|[\w./-]{1,200}\.dart)\S{0,300}) {1,4}(?P<line>\d{1,9})(?::\d{1,9})? {1,40}(?P<function>\S[^\n]{0"
    r",300}?)\s{0,20}$"
)
_FILLER = re.compile(
    r"\s{0,8}(?:<asynchronous suspension>|\(elided .{1,200}\)|===== asynchronous gap =+"
    r"|\.\.\. +.{0,100})\s{0,20}$"
    r"|\s{0,8}═{10,}\s{0,8}$"
)
_INTRODUCTION = re.compile(
    r"(?:.{0,60}\] ?)?(?:Unhandled [Ee]xception:|.{0,10}EXCEPTION CAUGHT BY )", re.DOTALL
)
_THROWN = re.compile(r"The following (?P<name>[\w.<>]{1,120})(?: object)? was thrown")
_STACK_FOLLOWS = re.compile(
    r"(?:When the exception was thrown, this was the stack|The relevant error-causing widget was).{0,20}"
)
_INSTANCE = re.compile(r"Instance of '(?P<name>[^'\n]{1,120})'")
# What the classes of dart:core that do not name themselves say (their toString in the Dart SDK).
_SAYINGS = (
    ("Bad state:", "StateError"),
    ("Invalid argument", "ArgumentError"),
    ("RangeError", "RangeError"),
    ("Unsupported operation", "UnsupportedError"),
    ("Concurrent modification", "ConcurrentModificationError"),
    ("Out of Memory", "OutOfMemoryError"),
    ("Stack Overflow", "StackOverflowError"),
    ("Assertion failed", "AssertionError"),
    ("type '", "TypeError"),
    ("Null check operator used on a null value", "TypeError"),
    ("LateInitializationError", "LateInitializationError"),
    ("Reading static variable", "CyclicInitializationError"),
)
_CLASS = re.compile(
    r"(?P<name>_?[A-Z]\w{1,80})(?:\s?\([\w ,.-]{0,200}\)| \[[\w/ -]{0,80}\])?(?:: ?(?P<message>.*)|\s*$)",
    re.DOTALL,
)
_LIBRARY = re.compile(
    r"dart:|package:(?:flutter\w{0,40}|http|dio|provider|bloc|hooks_riverpod|riverpod|get|get_it"
    r"|test\w{0,20}|stack_trace"
    r"|async|collection|shelf\w{0,20}|mongo_dart|postgres|sqflite\w{0,20}|hive\w{0,20}"
    r"|firebase_\w{1,40}|cloud_firestore\w{0,40}"
    r"|grpc|mockito|rxdart|path\w{0,20}|intl|go_router|auto_route|drift|isar|graphql\w{0,20}"
    r"|web_socket_channel|serverpod\w{0,20}"
    r"|dart_frog|json_annotation|equatable|freezed\w{0,20}|retrofit|sentry\w{0,20}|logging|args|io|meta"
    r"|mobx|redux|chopper|stream_channel)/"
    r"|.{0,300}/(?:\.pub-cache|pub\.dev|flutter/packages|flutter/bin)/|org-dartlang-sdk:"
)
# Flutter explains at length.
_MAX_HEAD_ROWS = 40


class DartTraces(HeadedTraces):
    language = "dart"

    def frame(self, text: str) -> StackFrame | None:
        match = (
            _FRAME.match(text)
            if "#" in text[:9]
            else _TERSE.match(text)
            if "dart" in text or "package:" in text
            else None
        )
        if match is None:
            return None
        file = match["file"]
        return StackFrame(
            function=match["function"],
            file=file.removeprefix("file://"),
            line=None if match["line"] is None else int(match["line"]),
            in_app=_LIBRARY.match(file) is None and file != "<anonymous>",
        )

    def head(self, text: str) -> tuple[str, str] | None:
        return ("", text) if _INTRODUCTION.match(text) else None

    def near_head(self, text: str) -> tuple[str, str] | None:
        if self.head(text):
            return "", text
        return _class_of(text) or named_by_ending(text)

    def _read_head(
        self, rows: Sequence[TraceRow], first_frame: int, free_from: int
    ) -> tuple[int, list[Link]]:
        lowest = max(free_from, first_frame - _MAX_HEAD_ROWS, 0)
        for at in range(first_frame - 1, lowest - 1, -1):
            row = rows[at]
            if self.head(row.text) and self._may_head(row, rows[first_frame]):
                return self._headed(rows, at, first_frame, ("", row.text), lowest)
            if self.frame(row.text) or (row.is_record and not row.is_dressed_like(rows[first_frame])):
                break
        return super()._read_head(rows, first_frame, free_from)

    def filler(self, text: str) -> bool:
        return _FILLER.match(text) is not None

    def finish(self, links: list[Link], taken: list[int], _rows: Sequence[TraceRow]) -> ParsedTrace:
        """Take the exception from the message, which follows an introduction that names none."""
        link = links[0]
        told = [text for text in link.message.split("\n") if not _STACK_FOLLOWS.match(text)]
        if _INTRODUCTION.match(told[0]):
            rest = told[0].rpartition("xception:")[2].strip() if "xception:" in told[0] else ""
            thrown = next((found for text in told if (found := _THROWN.match(text))), None)
            told = [text for text in ([rest] if rest else []) + told[1:] if not _THROWN.match(text)]
            link.message = "\n".join(told).strip()
            named = _class_of(link.message)
            if thrown is not None:
                link.exception = thrown["name"]
            elif named is not None:
                link.exception, link.message = named
            else:
                link.exception = "Error"
        return conclude(self.language, links, taken)


def _class_of(text: str) -> tuple[str, str] | None:
    instance = _INSTANCE.match(text)
    if instance is not None:
        return instance["name"], text
    for saying, name in _SAYINGS:
        if text.startswith(saying):
            return name, text
    match = _CLASS.match(text, 0, 2_000)
    return (
        None
        if match is None
        else (match["name"], text[match.start("message") :].strip() if match["message"] else "")
    )
