"""What these families share: when a story begins, ordinary traffic, and how other programs write."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.scenarios.draw import Draw
from tests.scenarios.log import Log

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "okhttp/4.12.0",
)
NOT_REAL = {"is_real": False, "should_create_issue": False}
REAL = {"is_real": True, "should_create_issue": True}


def begin(draw: Draw) -> datetime:
    """Draw when the alert starts: any second of four months."""
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(
        minutes=draw.between(0, 170_000), seconds=draw.between(0, 59)
    )


def traffic(
    log: Log,
    draw: Draw,
    paths: Sequence[str],
    *,
    count: int = 0,
    low: float = -880,
    high: float = 100,
    slow_ms: float = 120,
) -> None:
    """Add requests that go well, with a 404 here and there; `{id}` in a path is drawn."""
    for seconds in draw.times(count or draw.between(60, 200), low, high):
        path = draw.pick(paths).replace("{id}", str(draw.between(1, 9_999)))
        status = 404 if draw.chance(0.01) else draw.pick((200, 200, 200, 200, 304))
        log.access(seconds, "GET", path, status, draw.real(3, slow_ms))


def deployment(service: str, start: datetime, began: float, ended: float | None = None) -> dict[str, Any]:
    """Give a row for `[[deployments]]`, in seconds from `start`; without `ended` it is going on."""
    row: dict[str, Any] = {"service": service, "started_at": start + timedelta(seconds=began)}
    return row if ended is None else {**row, "finished_at": start + timedelta(seconds=ended)}


def nginx_access(at: datetime, draw: Draw, request: str, status: int, client: str = "") -> str:
    return (
        f"{client or draw.ip()} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "
        f'"{request} HTTP/1.1" {status} {draw.between(120, 40_000)} "-" "{draw.pick(BROWSERS)}"'
    )


def nginx_error(at: datetime, draw: Draw, text: str, request: str, upstream: str) -> str:
    return (
        f"{at:%Y/%m/%d %H:%M:%S} [error] 29#29: *{draw.between(1_000, 90_000)} {text}, client: {draw.ip()}, "
        f'server: _, request: "{request} HTTP/1.1", upstream: "{upstream}", host: "shop.example.com"'
    )


def serilog(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    short = {"debug": "DBG", "info": "INF", "warn": "WRN", "error": "ERR", "fatal": "FTL"}[level]
    tail = "".join(f" {name}={value}" for name, value in fields.items())
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} +00:00 [{short}] {text}{tail}"


def ruby_logger(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    name = level.upper()
    return f"{name[0]}, [{at:%Y-%m-%dT%H:%M:%S.%f} #{fields.get('pid', 1)}] {name:>5} -- : {text}"


def laravel(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    name = {"warn": "WARNING", "fatal": "CRITICAL"}.get(level, level.upper())
    return f"[{at:%Y-%m-%d %H:%M:%S}] production.{name}: {text}"


def klog(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    """Write as the programs of Kubernetes do: the level's letter, month and day, the time."""
    source = fields.get("source", "main.go:88")
    return f"{level[0].upper()}{at:%m%d %H:%M:%S.%f}       1 {source}] {text}"
