"""Keeps what runs found and decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode, decode_evidence, encode
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import (
    dead_letters,
    effects,
    known_issues,
    remediation_attempts,
)
from issue_intelligence.adapters.database.tables import (
    evidence,
    incidents,
    issue_patterns,
    verdicts,
)
from issue_intelligence.core.model.correlation import Correlation
from issue_intelligence.core.model.evidence import (
    EVIDENCE_VERSION,
    CollectorName,
    Evidence,
    Investigation,
)
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.ports.incident_store import Findings, Run
from issue_intelligence.ports.issue_ledger import EffectKind

# Steps of the workflow that come when the issue has got its news.
_AFTER_THE_ISSUE = ("notify", "finish")


def upsert(connection: AsyncConnection, table: Any) -> Any:
    """INSERT that can say ON CONFLICT, in the dialect at hand."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


class DatabaseFindings:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def save_evidence(self, run: Run, found: Evidence[Any]) -> None:
        row = {
            "incident_id": run.incident_id,
            "revision": run.revision,
            "collector": found.collector.value,
            "version": EVIDENCE_VERSION,
            "collected_at": found.collected_at,
            "evidence": encode(found),
        }
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, evidence).values(row)
                await connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["incident_id", "revision", "collector"],
                        set_={"evidence": row["evidence"], "collected_at": found.collected_at},
                    )
                )

    async def investigation(self, run: Run) -> Investigation:
        with translated():
            async with self._reading.connect() as connection:
                return await investigation_of(connection, run)

    async def save_verdict(self, run: Run, findings: Findings, now: datetime) -> None:
        row = {
            "incident_id": run.incident_id,
            "revision": run.revision,
            "version": findings.verdict.version,
            "decided_at": now,
            "issue_key": findings.issue_key,
            "alert_count": findings.alert_count,
            "verdict": encode(findings.verdict),
        }
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, verdicts).values(row)
                # A decided run stays decided: a crash after this commit must not change its mind.
                statement = statement.on_conflict_do_nothing().returning(verdicts.c.revision)
                if (await connection.execute(statement)).one_or_none() is None:
                    return
                await connection.execute(
                    update(incidents)
                    .where(incidents.c.id == run.incident_id)
                    .values(issue_key=findings.issue_key)
                )
                if run.revision == 1 or await _is_first_verdict(connection, run):
                    await _count_pattern(connection, findings, now)
                    await _count_known_issue(connection, findings, now)

    async def findings(self, run: Run) -> Findings | None:
        query = select(verdicts).where(
            verdicts.c.incident_id == run.incident_id, verdicts.c.revision == run.revision
        )
        return await self._findings(query)

    async def findings_before(self, run: Run) -> Findings | None:
        return await self._findings(_newest_before(run))

    async def findings_told_before(self, run: Run) -> Findings | None:
        failed = (
            select(dead_letters.c.id)
            .where(
                dead_letters.c.incident_id == verdicts.c.incident_id,
                dead_letters.c.revision == verdicts.c.revision,
                dead_letters.c.step.not_in(_AFTER_THE_ISSUE),
            )
            .exists()
        )
        put_off = (
            select(effects.c.marker)
            .where(
                effects.c.incident_id == verdicts.c.incident_id,
                effects.c.revision == verdicts.c.revision,
                effects.c.kind == EffectKind.COMMENT.value,
                effects.c.state == "waiting",
            )
            .exists()
        )
        return await self._findings(_newest_before(run).where(~failed, ~put_off))

    async def _findings(self, query: Select[Any]) -> Findings | None:
        with translated():
            async with self._reading.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
                if row is None:
                    return None
                run = Run(incident_id=row.incident_id, revision=row.revision)
                investigation = await investigation_of(connection, run)
        return Findings(
            investigation=investigation,
            verdict=decode(row.verdict, Verdict),
            issue_key=row.issue_key,
            alert_count=row.alert_count,
            correlation=decode(row.correlation, Correlation) if row.correlation else Correlation(),
        )

    async def save_remediation(self, run: Run, result: RemediationResult, now: datetime) -> None:
        row = {
            "id": f"{run.incident_id[:24]}{run.revision:08d}",
            "incident_id": run.incident_id,
            "revision": run.revision,
            "known_issue_id": result.known_issue_id,
            "attempted_at": result.started_at or now,
            "attempted": result.attempted,
            "strategy": fitting(result.action, remediation_attempts.c.strategy),
            "success": result.success,
            "error_message": None if result.success else result.reason,
            "logs": list(result.logs),
            "result": encode(result),
        }
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, remediation_attempts).values(row)
                await connection.execute(statement.on_conflict_do_nothing())

    async def remediation(self, run: Run) -> RemediationResult | None:
        return await self._remediation(run, remediation_attempts.c.revision == run.revision)

    async def remediation_before(self, run: Run) -> RemediationResult | None:
        return await self._remediation(run, remediation_attempts.c.revision < run.revision)

    async def _remediation(self, run: Run, which: ColumnElement[bool]) -> RemediationResult | None:
        query = (
            select(remediation_attempts.c.result)
            .where(remediation_attempts.c.incident_id == run.incident_id, which)
            .order_by(remediation_attempts.c.revision.desc())
            .limit(1)
        )
        with translated():
            async with self._reading.connect() as connection:
                text = (await connection.execute(query)).scalar_one_or_none()
        return None if text is None else decode(text, RemediationResult)


def _newest_before(run: Run) -> Select[Any]:
    return (
        select(verdicts)
        .where(verdicts.c.incident_id == run.incident_id, verdicts.c.revision < run.revision)
        .order_by(verdicts.c.revision.desc())
        .limit(1)
    )


async def investigation_of(connection: AsyncConnection, run: Run) -> Investigation:
    """Give what this run's collectors brought; empty for one that saved nothing."""
    query = select(evidence.c.collector, evidence.c.evidence).where(
        evidence.c.incident_id == run.incident_id, evidence.c.revision == run.revision
    )
    found: dict[str, Any] = {
        row.collector: decode_evidence(CollectorName(row.collector), row.evidence)
        for row in await connection.execute(query)
    }
    return Investigation(**found)


async def _is_first_verdict(connection: AsyncConnection, run: Run) -> bool:
    query = select(verdicts.c.revision).where(verdicts.c.incident_id == run.incident_id).limit(2)
    return len((await connection.execute(query)).all()) == 1


async def _count_pattern(connection: AsyncConnection, findings: Findings, now: datetime) -> None:
    logs = findings.investigation.logs
    pattern = logs.data.error_pattern if logs and logs.data else None
    if not pattern:
        return
    categorization = findings.verdict.categorization
    statement = upsert(connection, issue_patterns).values(
        id=findings.issue_key,
        pattern=pattern,
        category=categorization.type.value,
        component=fitting(categorization.component, issue_patterns.c.component),
        known_false_positive=False,
        occurrences=1,
        last_seen=now,
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"occurrences": issue_patterns.c.occurrences + 1, "last_seen": now}
        )
    )


async def _count_known_issue(connection: AsyncConnection, findings: Findings, now: datetime) -> None:
    known = findings.verdict.validation.known_issue
    if known is None:
        return
    await connection.execute(
        update(known_issues)
        .where(known_issues.c.id == known.id)
        .values(occurrences=known_issues.c.occurrences + 1, last_seen=now)
    )
