"""The ways in which a log shows the rows of a trace."""

import json
from collections.abc import Callable, Sequence

Dress = Callable[[Sequence[str]], list[str]]


def _bare(rows: Sequence[str]) -> list[str]:
    return list(rows)


def _timed(rows: Sequence[str]) -> list[str]:
    return [f"2026-11-24T11:00:00Z {row}" for row in rows]


def _levelled(rows: Sequence[str]) -> list[str]:
    return [f"2026-11-24T11:00:00Z ERROR {row}" for row in rows]


def _entries(rows: Sequence[str]) -> list[str]:
    return [f"2026-11-24T11:00:00.{number:03}Z {row}" for number, row in enumerate(rows)]


def _container(rows: Sequence[str]) -> list[str]:
    return [f"api-1  | {row}" for row in rows]


def _worker(rows: Sequence[str]) -> list[str]:
    return [f"[worker-3] {row}" for row in rows]


def _json_field(rows: Sequence[str]) -> list[str]:
    return [json.dumps({"level": "error", "message": "request failed", "stack": "\n".join(rows)})]


def _json_message(rows: Sequence[str]) -> list[str]:
    return [json.dumps({"level": "error", "message": "\n".join(rows)})]


def _interleaved(rows: Sequence[str]) -> list[str]:
    shown: list[str] = []
    for number, row in enumerate(rows):
        shown.append(row)
        if number % 3 == 2 and number < len(rows) - 1:
            shown.append(f"2026-11-24T11:00:00Z INFO GET /items/{number} 200 {number}ms")
    return shown


DRESSES: dict[str, Dress] = {
    "bare": _bare,
    "with times": _timed,
    "with times and levels": _levelled,
    "an entry a row": _entries,
    "container prefix": _container,
    "unknown prefix": _worker,
    "JSON field": _json_field,
    "JSON message": _json_message,
    "interleaved": _interleaved,
}
