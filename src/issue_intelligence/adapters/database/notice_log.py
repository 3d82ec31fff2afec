"""The notice log on SQLite or PostgreSQL."""

from datetime import datetime

from sqlalchemy import func, select, update

from issue_intelligence.adapters.database.codec import to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import notifications
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.ports.notice_log import NoticeIntent


class DatabaseNoticeLog:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline

    async def intend(
        self, notice: IncidentNotice, *, marker: str, channel: str, now: datetime
    ) -> NoticeIntent:
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
                inserted = await connection.execute(
                    statement.on_conflict_do_nothing().returning(notifications.c.marker)
                )
                is_new = inserted.one_or_none() is not None
                known = await connection.execute(
                    select(notifications.c.sent_at).where(notifications.c.marker == marker)
                )
                is_sent = known.scalar_one() is not None
                # An earlier notice whose outcome is unknown may stand there too.
                unsent = (
                    notifications.c.incident_id == notice.incident_id,
                    notifications.c.channel == channel,
                    notifications.c.sent_at.is_(None),
                )
                earlier = () if not is_new else (notifications.c.marker != marker,)
                since = await connection.execute(
                    select(func.min(notifications.c.intended_at)).where(*unsent, *earlier)
                )
                return NoticeIntent(is_sent=is_sent, unknown_since=None if is_sent else since.scalar_one())

    async def sent(self, marker: str, now: datetime) -> None:
        of = notifications.alias()
        # What was meant to be told before is told by this, too.
        same = (
            select(of.c.marker)
            .where(
                of.c.marker == marker,
                of.c.incident_id == notifications.c.incident_id,
                of.c.channel == notifications.c.channel,
            )
            .exists()
        )
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(
                    update(notifications).where(same, notifications.c.sent_at.is_(None)).values(sent_at=now)
                )
