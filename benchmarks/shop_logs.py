"""Logs of a sample shop, as large as a window may be: requests, noise, and one error of its own a service."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

# As many lines as one look reads at most.
WINDOW_LINES = 5_000
_WINDOW = timedelta(minutes=10)
_PATHS = ("/api/orders", "/api/cart", "/api/products", "/api/checkout", "/api/login")
_TRACE = (
    "TypeError: Cannot read properties of undefined (reading '{field}')",
    "    at {function} (/app/src/{file}.js:{line}:15)",
    "    at processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "    at async Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)",
)


def write_log(path: Path, service: str, *, until: datetime, lines: int = WINDOW_LINES) -> None:
    """Write the log of a service whose error is unlike that of every other service."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(log_lines(service, until=until, lines=lines)) + "\n", encoding="utf-8")


def log_lines(service: str, *, until: datetime, lines: int) -> Iterator[str]:
    choice = random.Random(service)
    step = _WINDOW / lines
    error = {
        "field": f"total{choice.randrange(10**6)}",
        "function": f"compute{service.title().replace('-', '')}",
        "file": service,
        "line": choice.randrange(10, 400),
    }
    for number in range(lines):
        at = (until - _WINDOW + step * number).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        position = number % 100
        if position == 90:
            user = choice.randrange(40)
            yield f"{at}Z ERROR POST /api/checkout 500 {choice.randrange(20, 900)}ms user_id={user}"
        elif position == 91:
            yield f"{at}Z ERROR {_TRACE[0].format(**error)}"
        elif 92 <= position < 95:
            yield _TRACE[position - 91].format(**error)
        elif position % 10 == 5:
            yield f"{at}Z WARN slow query took {choice.randrange(200, 900)}ms table=orders rows={number}"
        else:
            path, user = choice.choice(_PATHS), choice.randrange(500)
            yield f"{at}Z INFO GET {path}/{number} 200 {choice.randrange(1, 90)}ms user_id={user}"


def distinct_lines(lines: int) -> list[str]:
    """Lines of which no two have a pattern in common: the worst case of the grouping."""
    choice = random.Random(7)
    words = ["".join(choice.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(3_000)]
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    return [
        f"{(at + timedelta(milliseconds=number)).isoformat()} ERROR {' '.join(choice.choices(words, k=10))}"
        for number in range(lines)
    ]
