"""The knowledge base on SQLite or PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.report_tables import known_issues
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.ports.clock import Clock

# What people write; the rest is counted by us.
_WRITTEN = (
    "title",
    "error_pattern",
    "description",
    "solution",
    "disposition",
    "category",
    "component",
    "severity",
    "auto_remediable",
    "remediation_script",
    "tags",
    "github_issue_number",
    "github_issue_url",
)
_COUNTED = ("occurrences", "last_seen", "auto_fix_success_count", "auto_fix_fail_count", "created_by")


class DatabaseKnownIssues:
    def __init__(self, databases: Databases, clock: Clock) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()
        self._clock = clock

    async def all(self) -> tuple[KnownIssue, ...]:
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(select(known_issues).order_by(known_issues.c.id))).all()
        return tuple(_entry(row) for row in rows)

    async def add_missing(self, entries: Sequence[KnownIssue]) -> int:
        if not entries:
            return 0
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, known_issues).values([self._row(entry) for entry in entries])
                statement = statement.on_conflict_do_nothing().returning(known_issues.c.id)
                return len((await connection.execute(statement)).all())

    async def put(self, entries: Sequence[KnownIssue]) -> None:
        with translated():
            async with self._writing.begin() as connection:
                for entry in entries:
                    row = self._row(entry)
                    statement = upsert(connection, known_issues).values(row)
                    replaced = {name: row[name] for name in (*_WRITTEN, "updated_at")}
                    await connection.execute(
                        statement.on_conflict_do_update(index_elements=["id"], set_=replaced)
                    )

    def _row(self, entry: KnownIssue) -> dict[str, Any]:
        now = self._clock.now()
        values = {name: getattr(entry, name) for name in (*_WRITTEN, *_COUNTED)}
        return values | {
            "id": entry.id,
            "disposition": entry.disposition.value,
            "tags": list(entry.tags),
            "created_at": now,
            "updated_at": now,
        }


def _entry(row: Row[Any]) -> KnownIssue:
    values = {name: getattr(row, name) for name in (*_WRITTEN, *_COUNTED)}
    return KnownIssue(
        **values | {"id": row.id, "disposition": Disposition(row.disposition), "tags": tuple(row.tags)}
    )
