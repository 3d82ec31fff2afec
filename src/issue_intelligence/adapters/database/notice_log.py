"""The notice log on SQLite or PostgreSQL."""

from datetime import datetime

from sqlalchemy import select, update

from issue_intelligence.adapters.database.codec import to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import notifications
from issue_intelligence.core.model.notice import IncidentNotice


class DatabaseNoticeLog:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline

    async def intend(self, notice: IncidentNotice, *, marker: str, channel: str, now: datetime) -> bool:
        row = {
            "marker": marker,
            "incident_id": notice.incident_id,
            "channel": fitting(channel, notifications.c.channel),
            "notice": to_plain(notice),
            "intended_at": now,
        }
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, notifications).values(row)
                await connection.execute(statement.on_conflict_do_nothing())
                sent_at = (
                    await connection.execute(
                        select(notifications.c.sent_at).where(notifications.c.marker == marker)
                    )
                ).scalar_one()
        return sent_at is None

    async def sent(self, marker: str, now: datetime) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(
                    update(notifications).where(notifications.c.marker == marker).values(sent_at=now)
                )
