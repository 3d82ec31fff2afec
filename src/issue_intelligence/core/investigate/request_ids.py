"""The request and trace ids on a line, which tie the lines of one request together."""

import re

from issue_intelligence.core.model.logs import LogLine

# Names without their separators: request_id, requestId, x-request-id, trace.id, dd.trace_id.
_NAMES = frozenset(
    {
        "requestid", "xrequestid", "reqid", "req.id", "request.id", "traceid", "trace.id", "dd.traceid",
        "traceparent", "correlationid", "xcorrelationid", "correlation.id", "transactionid", "transaction.id",
        "req.headers.xrequestid", "req.headers.traceparent", "req.headers.xcorrelationid",
    }
)  # fmt: skip
_IN_TEXT = re.compile(
    r"\b(?:x-)?(?:request|req|trace|correlation|transaction)[ _.-]?(?:id|parent)[\"']?"
    r"\s{0,3}[=:]\s{0,3}[\"']?([0-9A-Za-z][\w.:/+-]{5,127})",
    re.IGNORECASE | re.ASCII,
)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_SHORTEST = 6
# A line that lists more speaks of no request in particular.
_MAX_A_LINE = 5


def request_ids_of(line: LogLine) -> tuple[str, ...]:
    """List the line's first five request and trace ids, each once.

    Of a traceparent it is the trace id (https://www.w3.org/TR/trace-context/).
    """
    found = [value for name, value in line.fields.items() if _plain(name) in _NAMES]
    text = line.message
    # Most lines have neither word, and this is cheaper than the pattern.
    if "=" in text or ":" in text:
        found += (match[1] for match in _IN_TEXT.finditer(text[:4096]))
    ids = (_trace_id(value.strip().rstrip(".:")) for value in found)
    return tuple(dict.fromkeys(each for each in ids if _tells_apart(each)))[:_MAX_A_LINE]


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _trace_id(value: str) -> str:
    match = _TRACEPARENT.fullmatch(value.lower())
    return match[1] if match else value[:128]


def _tells_apart(value: str) -> bool:
    # Tracers that are switched off write zeros.
    return len(value) >= _SHORTEST and any(character not in "0-" for character in value)
