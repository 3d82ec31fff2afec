"""Maintenance windows on SQLite or PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.audit_rows import note_change
from issue_intelligence.adapters.database.codec import from_plain, to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.looking_again import look_again_at_covered
from issue_intelligence.adapters.database.quiet_tables import maintenance_windows
from issue_intelligence.core.intake.maintenance import active_occurrence, covers, next_occurrence
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Once, Weekly, WindowOrigin
from issue_intelligence.core.model.silence import Matcher


class DatabaseMaintenance:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, window: MaintenanceWindow, now: datetime) -> None:
        row = _row(window)
        opens = None if active_occurrence(window, now) else next_occurrence(window, now)
        details = {key: row[key] for key in ("name", "matchers", "schedule", "comment")}
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(insert(maintenance_windows).values(row))
                subject = f"maintenance/{window.id}"
                await note_change(
                    connection,
                    at=now,
                    actor=window.created_by,
                    action="maintenance_add",
                    subject=subject,
                    details=details,
                )
                await _look_again(connection, window, opens.starts_at if opens else now)

    async def all(self) -> tuple[MaintenanceWindow, ...]:
        query = select(maintenance_windows).order_by(maintenance_windows.c.name, maintenance_windows.c.id)
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return tuple(_window(row) for row in rows)

    async def remove(self, window_id: str, now: datetime, by: str) -> bool:
        this_one = maintenance_windows.c.id == window_id
        with translated():
            async with self._writing.begin() as connection:
                query = select(maintenance_windows).where(this_one).with_for_update()
                row = (await connection.execute(query)).one_or_none()
                if row is None:
                    return False
                await connection.execute(delete(maintenance_windows).where(this_one))
                subject = f"maintenance/{window_id}"
                await note_change(
                    connection,
                    at=now,
                    actor=by,
                    action="maintenance_remove",
                    subject=subject,
                    details={"name": row.name},
                )
                await _look_again(connection, _window(row), now)
        return True

    async def delete_ended(self, before: datetime, limit: int) -> int:
        old = select(maintenance_windows.c.id).where(maintenance_windows.c.ends_at < before).limit(limit)
        with translated():
            async with self._writing.begin() as connection:
                found = (await connection.execute(old)).scalars().all()
                if found:
                    gone = maintenance_windows.c.id.in_(found)
                    await connection.execute(delete(maintenance_windows).where(gone))
        return len(found)


async def _look_again(connection: AsyncConnection, window: MaintenanceWindow, due: datetime) -> None:
    await look_again_at_covered(
        connection,
        lambda alert: covers(window, alert.labels, service=alert.service, environment=alert.environment),
        due,
    )


def _row(window: MaintenanceWindow) -> dict[str, Any]:
    once = window.schedule if isinstance(window.schedule, Once) else None
    return {
        "id": window.id,
        "name": fitting(window.name, maintenance_windows.c.name),
        "matchers": to_plain(window.matchers),
        "schedule": {"once" if once else "weekly": to_plain(window.schedule)},
        "ends_at": once.ends_at if once else None,
        "comment": window.comment,
        "created_by": fitting(window.created_by, maintenance_windows.c.created_by),
    }


def _window(row: Row[Any]) -> MaintenanceWindow:
    stored: dict[str, Any] = row.schedule
    schedule: Once | Weekly = (
        from_plain(stored["once"], Once) if "once" in stored else from_plain(stored["weekly"], Weekly)
    )
    return MaintenanceWindow(
        id=row.id,
        name=row.name,
        matchers=from_plain(row.matchers, tuple[Matcher, ...]),
        schedule=schedule,
        comment=row.comment,
        created_by=row.created_by,
        origin=WindowOrigin.API,
    )
