"""The remediation ledger on SQLite or PostgreSQL."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode, encode
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.report_tables import audit, known_issues
from issue_intelligence.adapters.database.report_tables import remediation_intents as intents
from issue_intelligence.core.model.remediation import ActionReport, Outcome, RemediationResult, ServiceLook
from issue_intelligence.core.remediate.guardrails import PastAttempts
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.remediation_ledger import Attempt

# An arbitrary number that only reservations use.
_TURNS = 7_203_114_504
_AN_HOUR = timedelta(hours=1)
# Enough to see any row of failures that matters.
_NEWEST = 20
# What says that the runbook is no good; of an unknown outcome it would be a guess.
_FAILURES = (Outcome.NO_CHANGE, Outcome.WORSE, Outcome.FAILED)


class DatabaseRemediationLedger:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def attempt_of(self, incident_id: str) -> Attempt | None:
        with translated():
            async with self._reading.connect() as connection:
                return await _attempt_of(connection, incident_id)

    async def newest_of(self, service: str, action: str) -> Attempt | None:
        query = (
            select(intents)
            .where(intents.c.service == service, intents.c.action == action, intents.c.cleared_at.is_(None))
            .order_by(intents.c.intended_at.desc())
            .limit(1)
        )
        with translated():
            async with self._reading.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
        return None if row is None else _attempt(row)

    async def past(self, *, incident_id: str, service: str, action: str, now: datetime) -> PastAttempts:
        with translated():
            async with self._reading.connect() as connection:
                return await _past(connection, incident_id, service, action, now)

    async def reserve(self, attempt: Attempt, *, may: Callable[[PastAttempts], bool]) -> bool:
        row = {
            "incident_id": attempt.incident_id,
            "revision": attempt.revision,
            "service": attempt.service,
            "action": attempt.action,
            "known_issue_id": attempt.known_issue_id,
            "why": attempt.why,
            "before": encode(attempt.before),
            "intended_at": attempt.intended_at,
        }
        with translated():
            async with self._writing.begin() as connection:
                # SQLite has given this transaction the only write lock by now.
                if connection.dialect.name == "postgresql":
                    await connection.execute(select(func.pg_advisory_xact_lock(_TURNS)))
                past = await _past(
                    connection, attempt.incident_id, attempt.service, attempt.action, attempt.intended_at
                )
                if past.of_incident or not may(past):
                    return False
                await connection.execute(insert(intents).values(row))
                details = {"service": attempt.service, "why": attempt.why, "revision": attempt.revision}
                await _audit(connection, attempt, "begun", details, attempt.intended_at)
        return True

    async def performed(self, attempt: Attempt, report: ActionReport, now: datetime) -> Attempt:
        note = (
            update(intents)
            .where(intents.c.incident_id == attempt.incident_id, intents.c.report.is_(None))
            .values(report=encode(report), performed_at=now)
        )
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(note)
                stands = await _attempt_of(connection, attempt.incident_id)
        return stands or attempt

    async def prove(self, attempt: Attempt, result: RemediationResult) -> RemediationResult:
        outcome, now = result.outcome or Outcome.UNKNOWN, result.finished_at or attempt.intended_at
        note = (
            update(intents)
            .where(intents.c.incident_id == attempt.incident_id, intents.c.outcome.is_(None))
            .values(outcome=outcome.value, result=encode(result), proven_at=now)
            .returning(intents.c.incident_id)
        )
        with translated():
            async with self._writing.begin() as connection:
                if (await connection.execute(note)).one_or_none() is None:
                    stands = await _attempt_of(connection, attempt.incident_id)
                    return stands.result if stands and stands.result else result
                await _count_for_known_issue(connection, attempt.known_issue_id, outcome)
                details = {
                    "service": attempt.service,
                    "outcome": outcome.value,
                    "reason": result.reason,
                    "known_issue": attempt.known_issue_id,
                }
                await _audit(connection, attempt, "ended", details, now)
        return result

    async def relapse(self, attempt: Attempt, result: RemediationResult, run: Run, now: datetime) -> None:
        note = (
            update(intents)
            .where(intents.c.incident_id == attempt.incident_id, intents.c.relapsed_at.is_(None))
            .values(relapsed_at=now, outcome=(result.outcome or Outcome.UNKNOWN).value, result=encode(result))
            .returning(intents.c.incident_id)
        )
        with translated():
            async with self._writing.begin() as connection:
                if (await connection.execute(note)).one_or_none() is not None:
                    details = {"service": attempt.service, "reason": result.reason, "revision": run.revision}
                    await _audit(connection, attempt, "did_not_last", details, now)


async def _attempt_of(connection: AsyncConnection, incident_id: str) -> Attempt | None:
    query = select(intents).where(intents.c.incident_id == incident_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _attempt(row)


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        incident_id=row.incident_id,
        revision=row.revision,
        service=row.service,
        action=row.action,
        known_issue_id=row.known_issue_id,
        why=row.why,
        before=decode(row.before, ServiceLook),
        intended_at=row.intended_at,
        report=decode(row.report, ActionReport) if row.report is not None else None,
        performed_at=row.performed_at,
        result=decode(row.result, RemediationResult) if row.result is not None else None,
    )


async def _past(
    connection: AsyncConnection, incident_id: str, service: str, action: str, now: datetime
) -> PastAttempts:
    own = select(intents.c.incident_id).where(intents.c.incident_id == incident_id)
    newest = (
        select(intents.c.intended_at, intents.c.outcome)
        .where(intents.c.service == service, intents.c.action == action, intents.c.cleared_at.is_(None))
        .order_by(intents.c.intended_at.desc())
        .limit(_NEWEST)
    )
    lately = select(func.count()).where(intents.c.intended_at > now - _AN_HOUR)
    rows = (await connection.execute(newest)).all()
    failures = _failures_in_a_row(rows)
    return PastAttempts(
        of_incident=(await connection.execute(own)).one_or_none() is not None,
        last_at=rows[0].intended_at if rows else None,
        under_way_since=rows[0].intended_at if rows and rows[0].outcome is None else None,
        failures_in_a_row=len(failures),
        last_failure_at=failures[0] if failures else None,
        within_an_hour=(await connection.execute(lately)).scalar_one(),
    )


def _failures_in_a_row(rows: Any) -> list[datetime]:
    """Give the times of the newest that did not help, up to one that did; one under way is passed over."""
    times: list[datetime] = []
    for row in rows:
        if row.outcome == Outcome.HELPED.value:
            break
        if row.outcome is not None:
            times.append(row.intended_at)
    return times


async def _count_for_known_issue(
    connection: AsyncConnection, known_issue_id: str | None, outcome: Outcome
) -> None:
    if known_issue_id is None or outcome not in (Outcome.HELPED, *_FAILURES):
        return
    helped = outcome is Outcome.HELPED
    counter = known_issues.c.auto_fix_success_count if helped else known_issues.c.auto_fix_fail_count
    counted = update(known_issues).where(known_issues.c.id == known_issue_id).values({counter: counter + 1})
    await connection.execute(counted)


async def _audit(
    connection: AsyncConnection, attempt: Attempt, what: str, details: dict[str, Any], at: datetime
) -> None:
    await connection.execute(
        insert(audit).values(
            at=at,
            actor="system",
            action=f"remediation_{what}",
            subject=f"incident/{attempt.incident_id}",
            details={"action": attempt.action, **details},
        )
    )
