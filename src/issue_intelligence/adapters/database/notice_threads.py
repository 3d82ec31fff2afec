"""Where messages stand, on SQLite or PostgreSQL."""

from datetime import datetime

from sqlalchemy import select, update

from issue_intelligence.adapters.database.codec import from_plain, to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.report_tables import notice_threads
from issue_intelligence.adapters.database.tables import alert_events
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.ports.notice_threads import NoticeThread

_NEW_STATE = ("channel_id", "message_id", "follows", "told", "marker", "updated_at")


class DatabaseNoticeThreads:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def of_incident(self, incident_id: str) -> list[NoticeThread]:
        query = (
            select(notice_threads)
            .where(notice_threads.c.incident_id == incident_id)
            .order_by(notice_threads.c.started_at, notice_threads.c.channel)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [
            NoticeThread(
                incident_id=row.incident_id,
                channel=row.channel,
                channel_id=row.channel_id,
                message_id=row.message_id,
                follows=row.follows,
                told=from_plain(row.told, IncidentNotice),
                marker=row.marker,
            )
            for row in rows
        ]

    async def save(self, thread: NoticeThread, now: datetime) -> None:
        row = {
            "incident_id": thread.incident_id,
            "channel": thread.channel,
            "channel_id": thread.channel_id,
            "message_id": thread.message_id,
            "follows": thread.follows,
            "told": to_plain(thread.told),
            "marker": thread.marker,
            "started_at": now,
            "updated_at": now,
        }
        shown_by_its_alerts = (
            update(alert_events)
            .where(alert_events.c.incident_id == thread.incident_id)
            .values(slack_channel=thread.channel_id, slack_message_ts=thread.message_id)
        )
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, notice_threads).values(row)
                await connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["incident_id", "channel"],
                        set_={name: statement.excluded[name] for name in _NEW_STATE},
                    )
                )
                if thread.follows:
                    await connection.execute(shown_by_its_alerts)

    async def channel_id(self, channel: str) -> str | None:
        query = (
            select(notice_threads.c.channel_id)
            .where(notice_threads.c.channel == channel)
            .order_by(notice_threads.c.updated_at.desc())
            .limit(1)
        )
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one_or_none()
