"""Fills a database with a month of decided alerts, as the service would have stored them."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.past_causes import Cause, alerts_at, causes_at, gathered, moved
from issue_intelligence.adapters.database.codec import encode
from issue_intelligence.adapters.database.engines import Databases, database_urls, open_databases
from issue_intelligence.adapters.database.feedback_tables import feedback
from issue_intelligence.adapters.database.incident_rows import incident_from
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.migrate import upgrade
from issue_intelligence.adapters.database.tables import (
    alert_events,
    alert_updates,
    evidence,
    incidents,
    verdicts,
)
from issue_intelligence.adapters.database.types import JsonValue, UtcDateTime
from issue_intelligence.bootstrap.judge import judge_again_of
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.intake.incident_key import incident_key
from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.pipeline.judge import MAX_ALERTS, Judge
from issue_intelligence.ports.incident_store import DispatchedAlert, DispatchedEvent
from issue_intelligence.settings import load_settings

ALERTS = 100_000
DAYS = 30
INCIDENTS_A_DAY = 660
STORM_ALERTS = 400
# Of so many incidents one is called real or a false positive.
ONE_LABELLED_OF = 20
_EVENT_ALERTS = 500
_DECIDED_AFTER = timedelta(minutes=1)
_RESOLVED_AFTER = timedelta(minutes=30)


def fill(folder: Path) -> None:
    """Fill a new database in `folder`; its alerts are of the thirty days before today."""
    urls = database_urls("", folder)
    upgrade(urls)
    asyncio.run(_fill(open_databases(urls)))


async def _fill(databases: Databases) -> None:
    store, choice = DatabaseIncidentStore(databases), random.Random(11)
    judge = judge_again_of(load_settings(), (), ())
    today = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)  # noqa: TID251
    first_at = today - timedelta(days=DAYS)
    analysed = causes_at(first_at)
    marks = (f"{number:016x}" for number in count(1))
    events = count(1)
    for back in range(DAYS, 0, -1):
        at = today - timedelta(days=back)
        causes = {cause.alert_name: moved(cause, first_at, at) for cause in analysed}
        total = ALERTS // DAYS + (back <= ALERTS % DAYS)
        alerts = _alerts_of_day(at, list(causes.values()), marks, choice, total)
        while some := tuple(_placed(alert) for alert in islice(alerts, _EVENT_ALERTS)):
            event = DispatchedEvent(event_id=next(events), received_at=at, alerts=some)
            await store.record_events([event], at, rejoin_window=timedelta(hours=1))
        decided = await _decide_day(databases, store, judge, causes, at)
        async with databases.pipeline.begin() as connection:
            await _store_day(connection, decided, at, choice)
    await databases.dispose()


def _alerts_of_day(
    at: datetime, causes: Sequence[Cause], marks: Iterator[str], choice: random.Random, total: int
) -> Iterator[Alert]:
    """Give the day's alerts: one storm, and the others spread over the other incidents."""
    sizes = [STORM_ALERTS] + [1] * (INCIDENTS_A_DAY - 1)
    for _ in range(total - sum(sizes)):
        sizes[choice.randrange(1, INCIDENTS_A_DAY)] += 1
    for number, size in enumerate(sizes):
        name = causes[number % len(causes)].alert_name
        yield from islice(alerts_at(at, f"service-{number:03d}", name, marks), size)


def _placed(alert: Alert) -> DispatchedAlert:
    context = alert_context(alert, ())
    key = incident_key(context.affected_service, context.environment, context.alert_name)
    return DispatchedAlert(alert=alert, context=context, incident_key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    incident: Incident
    found: Investigation
    verdict: Verdict


async def _decide_day(
    databases: Databases,
    store: DatabaseIncidentStore,
    judge: Judge,
    causes: Mapping[str, Cause],
    at: datetime,
) -> list[_Decided]:
    """Decide about the day's incidents as the service does."""
    async with databases.pipeline.connect() as connection:
        query = select(incidents).where(incidents.c.status != "closed")
        opened = [incident_from(row) for row in await connection.execute(query)]
    decided = []
    for incident in opened:
        found = causes[incident.alert_name].at_service(incident.service, at)
        alerts = await store.alerts_of(incident.id, MAX_ALERTS)
        judgement = await judge.judge(incident, alerts, found, at + _DECIDED_AFTER)
        decided.append(
            _Decided(incident=incident, found=judgement.given.investigation, verdict=judgement.verdict)
        )
    return decided


async def _store_day(
    connection: AsyncConnection, decided: Sequence[_Decided], at: datetime, choice: random.Random
) -> None:
    """Store what was found and decided, and that all of it resolved half an hour later."""
    resolved_at = at + _RESOLVED_AFTER
    await connection.execute(insert(verdicts), [_verdict_row(each, at) for each in decided])
    await connection.execute(insert(evidence), [row for each in decided for row in _evidence_rows(each, at)])
    spoken = choice.sample(decided, len(decided) // ONE_LABELLED_OF)
    await connection.execute(insert(feedback), [_feedback_row(each, at) for each in spoken])
    resolved = select(
        alert_events.c.alert_id,
        literal(resolved_at, UtcDateTime),
        literal("resolved"),
        literal({}, JsonValue),
    ).where(alert_events.c.received_at == at)
    columns = ["alert_id", "at", "update_type", "details"]
    await connection.execute(insert(alert_updates).from_select(columns, resolved))
    await connection.execute(
        update(alert_events)
        .where(alert_events.c.received_at == at)
        .values(status="resolved", status_since=resolved_at, ends_at=resolved_at)
    )
    await connection.execute(
        update(incidents)
        .where(incidents.c.status != "closed")
        .values(status="closed", resolved_at=resolved_at, handled_revision=incidents.c.revision)
    )


def _verdict_row(each: _Decided, at: datetime) -> dict[str, Any]:
    return {
        "incident_id": each.incident.id,
        "revision": 1,
        "version": each.verdict.version,
        "decided_at": at + _DECIDED_AFTER,
        "issue_key": each.incident.key[:32],
        "alert_count": each.incident.alert_count,
        "verdict": encode(each.verdict),
    }


def _evidence_rows(each: _Decided, at: datetime) -> Iterator[dict[str, Any]]:
    for name, found in gathered(each.found):
        yield {
            "incident_id": each.incident.id,
            "revision": 1,
            "collector": name.value,
            "version": each.found.version,
            "collected_at": at + _DECIDED_AFTER,
            "evidence": encode(found),
        }


def _feedback_row(each: _Decided, at: datetime) -> dict[str, Any]:
    real = each.verdict.validation.is_real_issue
    return {
        "id": each.incident.id,
        "incident_id": each.incident.id,
        "kind": "real" if real else "false_positive",
        "right": "",
        "by": "ana",
        "note": "",
        "source": "api",
        "withdrawn": False,
        "said_at": at + timedelta(hours=2),
    }
