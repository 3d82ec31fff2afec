"""Takes off what stands before each row of a trace and is no known prefix: "[worker-3] "."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from issue_intelligence.core.investigate.stack_traces.language import TraceRow

# What rows of traces begin with, in all languages.
_SIGN = re.compile(
    r"(?<=[\s\]:|>)-])(?:at [\w.$<(/@][^\n]{0,300}[)\d\]{]\s{0,4}$|File \"[^\"\n]{1,400}\", line \d"
    r"|Traceback \(most recent"
    r"|#\d{1,3} {1,12}\S|goroutine \d{1,10} \[|from \S{1,300}:\d{1,9}:in |\S{1,300}:\d{1,9}:in [`']"
    r"|\S{1,300}\.go:\d{1,9} \+0x)"
)
_ENDING = re.compile(r"[\]:|>)-]\s{0,60}$")
_MARGIN = re.compile(r"\s{0,60}[|+]\s{0,60}$")
_DIGITS = re.compile(r"\d{1,20}")
_MAX_PREFIX_CHARS = 160
_MAX_SHAPES = 16
# One row proves nothing; a line may quote a frame.
_MIN_ROWS = 2


def undress(rows: Sequence[TraceRow], suspects: Sequence[int]) -> Sequence[TraceRow]:
    """Answer the rows without prefixes; the suspects, which look like parts of traces, teach them."""
    shapes: Counter[str] = Counter()
    for at in suspects:
        prefix = _prefix_of(rows[at].text)
        if prefix:
            shapes[_DIGITS.sub("0", prefix)] += 1
    common = [shape for shape, _ in shapes.most_common(_MAX_SHAPES) if _is_common(rows, shape)]
    if not common:
        return rows
    pattern = re.compile(
        "|".join(f"(?:{_as_pattern(shape)})" for shape in sorted(common, key=len, reverse=True))
    )
    return [
        row if (match := pattern.match(row.text)) is None else replace(row, text=row.text[match.end() :])
        for row in rows
    ]


def _is_common(rows: Sequence[TraceRow], shape: str) -> bool:
    pattern = re.compile(_as_pattern(shape))
    found = (row for row in rows if pattern.match(row.text))
    return len(list(islice(found, _MIN_ROWS))) == _MIN_ROWS


def _prefix_of(text: str) -> str:
    match = _SIGN.search(text, 1, _MAX_PREFIX_CHARS + 320)
    if match is None or match.start() > _MAX_PREFIX_CHARS:
        return ""
    # The margin of an exception group is no prefix.
    prefix = _MARGIN.sub("", text[: match.start()])
    # "2: from app.rb:4:in `run'" is Ruby's own count.
    is_prefix = _ENDING.search(prefix) and any(letter.isalpha() for letter in prefix)
    return prefix.rstrip() if is_prefix else ""


def _as_pattern(shape: str) -> str:
    return r"\d{1,20}".join(re.escape(part) for part in shape.split("0")) + " ?"
