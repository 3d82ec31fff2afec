"""Reads the HTTP requests that log lines report: fields, access logs, short text forms."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from issue_intelligence.core.investigate.endpoints import METHODS, endpoint_of, name_endpoint
from issue_intelligence.core.model.logs import LogLine, RequestStats

_STATUS_KEYS = (
    "status", "statusCode", "status_code", "http.status_code", "http.response.status_code",
    "res.statusCode", "res.status", "response.status", "response.statusCode", "httpStatus", "http_status",
)  # fmt: skip
_MS_KEYS = (
    "duration_ms", "durationMs", "responseTime", "response_time_ms", "response_time",
    "responseTimeMs", "latency_ms", "latencyMs", "elapsed_ms", "elapsedMs",
    "totalDuration", "duration", "took", "elapsed", "latency",
)  # fmt: skip
# Common log format, morgan, uvicorn, "GET /path 500 12ms", "GET /path -> 500 in 12 ms".
_IN_TEXT = re.compile(
    rf"\b({METHODS}) (/[^\s\"]{{0,2048}})(?: HTTP/\d(?:\.\d)?)?\"?"
    r"(?:[ :=>-]|\u2192){1,5}(?:status[ =:]{1,2})?([1-5]\d\d)\b"
    r"(?:[ ,-]{1,3}(?:in |took )?\(?(\d{1,12}(?:\.\d{1,9})?) ?(ms|s|us|\u00b5s)\b)?",
    re.ASCII,
)
_STATUS = re.compile(r"[1-5]\d\d", re.ASCII)
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,12})?) ?(ms|s|us|\u00b5s|ns)?", re.ASCII)
_MS_A_UNIT = {"ms": 1.0, "s": 1000.0, "us": 1e-3, "\u00b5s": 1e-3, "ns": 1e-6}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    endpoint: str
    status: int
    # None where the line does not tell.
    duration_ms: float | None


def read_request(line: LogLine) -> HttpRequest | None:
    """Read the finished request that the line reports: endpoint and status are a must."""
    if line.fields:
        status = next((line.fields[key] for key in _STATUS_KEYS if key in line.fields), "")
        if _STATUS.fullmatch(status) and (endpoint := endpoint_of(line)):
            return HttpRequest(endpoint, int(status), _duration_of(line))
    # Most lines have no path behind a word, and this costs far less than the pattern.
    match = _IN_TEXT.search(line.message) if " /" in line.message else None
    if match is None:
        return None
    duration = None if match[4] is None else float(match[4]) * _MS_A_UNIT[match[5]]
    return HttpRequest(name_endpoint(match[1], match[2]), int(match[3]), duration)


class RequestSums:
    """Adds up requests one by one, and keeps none of them."""

    def __init__(self) -> None:
        self._statuses: Counter[int] = Counter()
        self._timed = 0
        self._total_ms = 0.0

    def add(self, request: HttpRequest) -> None:
        self._statuses[request.status] += 1
        if request.duration_ms is not None:
            self._timed += 1
            self._total_ms += request.duration_ms

    def stats(self) -> RequestStats | None:
        """Give what was added up; None without any request."""
        if not self._statuses:
            return None
        return RequestStats(
            total=self._statuses.total(),
            status_codes={str(status): count for status, count in sorted(self._statuses.items())},
            mean_duration_ms=self._total_ms / self._timed if self._timed else None,
        )


def sum_requests(requests: Iterable[HttpRequest]) -> RequestStats | None:
    """Add up requests; None without any."""
    sums = RequestSums()
    for request in requests:
        sums.add(request)
    return sums.stats()


def _duration_of(line: LogLine) -> float | None:
    """Read the duration; a number without unit is milliseconds, as loggers of Node.js write it."""
    for key in _MS_KEYS:
        match = _DURATION.fullmatch(line.fields.get(key, "").strip())
        if match is not None:
            return float(match[1]) * _MS_A_UNIT[match[2] or "ms"]
    return None
