"""Episodes of alerts on SQLite or PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select

from issue_intelligence.adapters.database.codec import decode
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.tables import alert_events, alert_updates, incidents, verdicts
from issue_intelligence.adapters.database.usual_tables import tellings
from issue_intelligence.core.intake.episodes import EpisodeChange
from issue_intelligence.core.model.episode import Episode
from issue_intelligence.core.model.verdict import Conclusion, Verdict
from issue_intelligence.ports.incident_store import Findings, Run

# The newest say enough; a storm has thousands, and does not flap.
MAX_ALERTS = 500
_VERDICTS_AT_ONCE = 50
# When, and whether it fired then.
_Turn = tuple[datetime, bool]
_TURNS = (EpisodeChange.RESOLVED.value, EpisodeChange.REFIRED.value)
_COLUMNS = (
    alert_events.c.alert_id,
    alert_events.c.alert["fingerprint"].as_string().label("series"),
    alert_events.c.starts_at,
    alert_events.c.ends_at,
    alert_events.c.status,
    alert_events.c.received_at,
    alert_events.c.status_since,
)


class DatabaseEpisodes:
    def __init__(self, databases: Databases, incidents: DatabaseIncidentStore) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()
        self._incidents = incidents

    async def of_incident(self, incident_id: str) -> tuple[Episode, ...]:
        newest = select(*_COLUMNS).where(alert_events.c.incident_id == incident_id)
        return await self._episodes(newest)

    async def of_key(self, key: str, since: datetime) -> tuple[Episode, ...]:
        of_the_key = select(incidents.c.id).where(incidents.c.key == key)
        newest = select(*_COLUMNS).where(
            alert_events.c.incident_id.in_(of_the_key), alert_events.c.starts_at >= since
        )
        return await self._episodes(newest)

    async def _episodes(self, query: Select[Any]) -> tuple[Episode, ...]:
        newest = query.order_by(alert_events.c.sequence.desc()).limit(MAX_ALERTS)
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(newest)).all()
                turns: dict[str, list[_Turn]] = {}
                wanted = (
                    select(alert_updates.c.alert_id, alert_updates.c.at, alert_updates.c.update_type)
                    .where(
                        alert_updates.c.alert_id.in_([row.alert_id for row in rows]),
                        alert_updates.c.update_type.in_(_TURNS),
                    )
                    .order_by(alert_updates.c.id)
                )
                for row in await connection.execute(wanted):
                    fires = row.update_type == EpisodeChange.REFIRED.value
                    turns.setdefault(row.alert_id, []).append((row.at, fires))
        return tuple(
            episode for row in reversed(rows) for episode in _episodes_of(row, turns.get(row.alert_id, ()))
        )

    async def told_findings(self, incident_id: str) -> Findings | None:
        before: int | None = None
        while True:
            query = select(verdicts.c.revision, verdicts.c.verdict).where(
                verdicts.c.incident_id == incident_id
            )
            if before is not None:
                query = query.where(verdicts.c.revision < before)
            query = query.order_by(verdicts.c.revision.desc()).limit(_VERDICTS_AT_ONCE)
            with translated():
                async with self._reading.connect() as connection:
                    rows = (await connection.execute(query)).all()
            for row in rows:
                verdict = decode(row.verdict, Verdict)
                if verdict.validation.conclusion is not Conclusion.SUPPRESSED:
                    return await self._incidents.findings(Run(incident_id=incident_id, revision=row.revision))
            if not rows:
                return None
            before = rows[-1].revision

    async def tells(self, run: Run, subject: str, kind: str, since: datetime, now: datetime) -> bool:
        told = (
            select(tellings.c.incident_id, tellings.c.revision)
            .where(tellings.c.subject == subject, tellings.c.kind == kind, tellings.c.since >= since)
            .order_by(tellings.c.since.desc())
            .limit(1)
        )
        with translated():
            # Runs of one incident, and incidents of one key, come one after the other.
            async with self._writing.begin() as connection:
                row = (await connection.execute(told)).one_or_none()
                if row is not None:
                    return (row.incident_id, row.revision) == (run.incident_id, run.revision)
                await connection.execute(
                    insert(tellings).values(
                        subject=subject,
                        kind=kind,
                        since=now,
                        incident_id=run.incident_id,
                        revision=run.revision,
                    )
                )
        return True


def _episodes_of(row: Row[Any], turns: Sequence[_Turn]) -> list[Episode]:
    """Read an alert's episodes; one that fires again under its old start has several."""
    started_at = min(row.starts_at, row.received_at)
    ended_at = None if row.status == "firing" else min(row.ends_at or row.status_since, row.status_since)
    if not any(fires for _, fires in turns):
        return [Episode(series=row.series, started_at=started_at, ended_at=ended_at)]
    found: list[Episode] = []
    for at, fires in turns:
        if fires:
            started_at = at
        else:
            found.append(Episode(series=row.series, started_at=started_at, ended_at=at))
    if ended_at is None:
        found.append(Episode(series=row.series, started_at=started_at, ended_at=None))
    return found
