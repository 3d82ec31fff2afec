"""A small line reader, log lines and queries for the tests of log files."""

import json
from datetime import UTC, datetime, timedelta

from issue_intelligence.adapters.log_files.source import LogFilesSource
from issue_intelligence.core.model.logs import LogLine
from issue_intelligence.ports.log_source import LogBatch, LogQuery

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def read_line(number: int, text: str, default_at: datetime | None) -> LogLine:
    """Read "2026-11-24T12:00:00Z message" and JSON objects with ts, msg and other fields."""
    if text.startswith("{"):
        fields = json.loads(text)
        return LogLine(number, fields.pop("msg"), datetime.fromisoformat(fields.pop("ts")), fields=fields)
    stamp, _, message = text.partition(" ")
    try:
        return LogLine(number, message, datetime.fromisoformat(stamp).astimezone(UTC))
    except ValueError:
        return LogLine(number, text, default_at)


def stamp(seconds: float) -> str:
    """Write the time so many seconds after noon."""
    return (NOON + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def numbered(first: int, last: int) -> str:
    """Write one line a second, each with its number, the last one included."""
    return "".join(f"{stamp(number)} line {number}\n" for number in range(first, last + 1))


def query(first: float, last: float, *, service: str = "shop", limit: int = 5000) -> LogQuery:
    return LogQuery(
        service=service,
        from_at=NOON + timedelta(seconds=first),
        until_at=NOON + timedelta(seconds=last),
        limit=limit,
    )


async def fetch(pattern: object, wanted: LogQuery, *, max_bytes: int = 64 << 20) -> LogBatch:
    return await LogFilesSource(str(pattern), read_line=read_line, max_bytes=max_bytes).fetch(wanted)


def messages(batch: LogBatch) -> list[str]:
    return [line.message for line in batch.lines]
