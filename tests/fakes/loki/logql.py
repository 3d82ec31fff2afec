"""The part of LogQL that we send: a selector, filters by label and text, and sums over time."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_MATCHER = re.compile(rf"\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})\s*([,}}])")
_STAGE = re.compile(
    rf"\s*(?:\|\s*unwrap\s+(?P<unwrap>\w+)|\|\s*(?P<name>\w+)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>{_STRING})"
    rf"|(?P<text_op>\|=|!=)\s*(?P<text>{_STRING}))"
)
_SUM = re.compile(
    r"sum\s*(?:by\s*\((?P<by>[\w, ]*)\)\s*)?"
    r"\((?P<over>count|sum)_over_time\((?P<log>.*)\s\[(?P<span>\d+)s\]\)\)",
    re.DOTALL,
)
_NOTHING_SELECTED = (
    "parse error : queries require at least one regexp or equality matcher that does not have an"
    ' empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will'
)


class RefusedQueryError(ValueError):
    """What Loki would answer with 400."""


@dataclass(frozen=True, slots=True)
class Held:
    """One line as stored."""

    at_ns: int
    text: str
    labels: Mapping[str, str]
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LogQl:
    # Stages in their order; each says whether the line stays.
    filters: tuple[Callable[[Held], bool], ...]
    unwrap: str = ""

    def keeps(self, line: Held) -> bool:
        return all(keeps(line) for keeps in self.filters)


@dataclass(frozen=True, slots=True)
class Sum:
    log: LogQl
    over: str
    by: tuple[str, ...]
    span_ns: int


def parse_log(query: str) -> LogQl:
    """Raises RefusedQueryError with Loki's words."""
    _refuse_open_quotes(query)
    if not query.strip():
        raise RefusedQueryError("parse error : syntax error: unexpected $end")
    if not query.startswith("{"):
        raise RefusedQueryError("parse error at line 1, col 1: syntax error: unexpected IDENTIFIER")
    filters: list[Callable[[Held], bool]] = []
    position, end, selects = 1, "", False
    while end != "}":
        match = _MATCHER.match(query, position)
        if match is None:
            raise RefusedQueryError(
                f"parse error at line 1, col {position + 1}: syntax error: unexpected sign"
            )
        name, operator, value, end = match[1], match[2], _unquote(match[3]), match[4]
        filters.append(_label_filter(name, operator, value))
        selects = selects or (operator in ("=", "=~") and not _compare(operator, "", value))
        position = match.end()
    if not selects:
        raise RefusedQueryError(_NOTHING_SELECTED)
    unwrap = ""
    while position < len(query.rstrip()):
        stage = _STAGE.match(query, position)
        if stage is None:
            raise RefusedQueryError(
                f"parse error at line 1, col {position + 1}: syntax error: unexpected sign"
            )
        unwrap = stage["unwrap"] or unwrap
        if stage["name"]:
            filters.append(_label_filter(stage["name"], stage["op"], _unquote(stage["value"])))
        elif stage["text_op"]:
            filters.append(_text_filter(stage["text_op"], _unquote(stage["text"])))
        position = stage.end()
    return LogQl(tuple(filters), unwrap)


def parse_metric(query: str) -> Sum:
    match = _SUM.fullmatch(query.strip())
    if match is None:
        parse_log(query)
        raise RefusedQueryError(
            "log queries are not supported as an instant query type, please change your query to a range"
            " query type"
        )
    by = tuple(name.strip() for name in (match["by"] or "").split(",") if name.strip())
    log = parse_log(match["log"])
    if (match["over"] == "sum") != bool(log.unwrap):
        raise RefusedQueryError(f"parse error : invalid aggregation {match['over']}_over_time")
    return Sum(log, match["over"], by, int(match["span"]) * 10**9)


def _label_filter(name: str, operator: str, value: str) -> Callable[[Held], bool]:
    def keeps(line: Held) -> bool:
        return _compare(operator, line.metadata.get(name, line.labels.get(name, "")), value)

    return keeps


def _text_filter(operator: str, text: str) -> Callable[[Held], bool]:
    return lambda line: (text in line.text) == (operator == "|=")


def _compare(operator: str, actual: str, wanted: str) -> bool:
    found = actual == wanted if operator in ("=", "!=") else re.fullmatch(wanted, actual) is not None
    return found == (operator in ("=", "=~"))


def _unquote(quoted: str) -> str:
    if quoted.startswith("`"):
        return quoted[1:-1]
    text: str = json.loads(quoted)
    return text


def _refuse_open_quotes(query: str) -> None:
    rest = re.sub(_STRING, lambda match: "." * len(match[0]), query)
    open_at = rest.find('"')
    if open_at >= 0:
        raise RefusedQueryError(f"parse error at line 1, col {open_at + 1}: literal not terminated")
