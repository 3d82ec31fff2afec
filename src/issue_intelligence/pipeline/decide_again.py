"""Decides again from stored evidence: one alert's incident (replay), or all of a span (backtest)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.decide.comparison import Comparison, Labelled, compare, held_against
from issue_intelligence.core.decide.deployments import DeploymentLimits, suppression_by_deployments
from issue_intelligence.core.decide.inputs import ActiveSuppression
from issue_intelligence.core.decide.self_resolved import RECURRING_TIMES
from issue_intelligence.core.decide.suppression import suppression_by_silences
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.silence import Silence
from issue_intelligence.core.model.verdict import ExcuseKind, RuleName, Verdict
from issue_intelligence.pipeline.judge import Judge
from issue_intelligence.ports.decision_archive import (
    DecisionArchive,
    DecisionPack,
    NoDecision,
    PastDecision,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastExcuses:
    """Finds again the excuses that depend on settings, or that people gave."""

    # Those in force at one time or another.
    silences: tuple[Silence, ...]
    deployment_limits: DeploymentLimits

    async def holding(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
        *,
        deciding: bool,  # noqa: ARG002  (whoever decides again always decides)
    ) -> ActiveSuppression | None:
        alerts = [alert for alert, _ in dated]
        changes = (found.changes.data if found.changes else None) or ()
        in_force = [each for each in self.silences if each.starts_at <= now < each.ends_at]
        return suppression_by_silences(in_force, alerts, now) or suppression_by_deployments(
            changes, alerts, incident, now=now, limits=self.deployment_limits
        )

    async def outlived(
        self,
        incident: Incident,  # noqa: ARG002
        dated: Sequence[tuple[Alert, AlertContext]],  # noqa: ARG002
        found: Investigation,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> str:
        # What people ignored then is not stored; that it did not hold shows in the verdict of then.
        return ""


# These are found again.
_FOUND_AGAIN = (ExcuseKind.SILENCE, ExcuseKind.DEPLOYMENT)


def excuse_kept(before: Verdict) -> ActiveSuppression | None:
    """Give the excuse that decided then and cannot be found again: what it rests on is not stored."""
    kind = before.validation.excuse
    if kind is None or kind in _FOUND_AGAIN:
        return None
    text = before.validation.reason.partition(": ")[2].rstrip(".") or before.validation.reason
    recurred = RECURRING_TIMES if before.reasons[0].rule is RuleName.RECURRING_SHORT_FAILURE else 0
    return ActiveSuppression(kind=kind, text=text, until=None, recurred=recurred)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedAgain:
    """An incident whose decision is another one now."""

    incident_id: str
    service: str
    alert_name: str
    decided_at: datetime
    # Of all its alerts in the span.
    alert_ids: tuple[str, ...]
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class PackResult:
    """What came of some decisions."""

    # Alerts that were decided again; and those that had no decision, or one that nobody can read.
    alerts: int
    undecided: int
    unreadable: int
    incidents: int
    changed: tuple[DecidedAgain, ...]
    # The decisions that people spoke about, as they were and as they are now.
    before: tuple[Labelled, ...]
    after: tuple[Labelled, ...]


async def replay(archive: DecisionArchive, judge: Judge, alert_id: str) -> Comparison | NoDecision:
    """Decide again about an alert's incident, as things stood when it was last decided."""
    past = await archive.of_alert(alert_id)
    return past if isinstance(past, NoDecision) else await _again(judge, past)


async def backtest(
    archive: DecisionArchive, judge: Judge, since: datetime, executor: Executor, *, at_once: int
) -> AsyncIterator[PackResult]:
    """Decide again about every incident with an alert since then, each once, `at_once` packs at a time."""
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Future[PackResult]] = set()
    async for pack in archive.packs(since):
        if len(under_way) >= at_once:
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                yield each.result()
        under_way.add(loop.run_in_executor(executor, decide_pack, judge, pack))
    for finished in asyncio.as_completed(under_way):
        yield await finished


def decide_pack(judge: Judge, pack: DecisionPack) -> PackResult:
    """Decide again about some incidents; a plain function, so that another process can do it."""
    return asyncio.run(_decide_pack(judge, pack))


async def _decide_pack(judge: Judge, pack: DecisionPack) -> PackResult:
    unpacked = pack.unpack()
    changed: list[DecidedAgain] = []
    before: list[Labelled | None] = []
    after: list[Labelled | None] = []
    for past in unpacked.decisions:
        comparison = await _again(judge, past)
        before.append(held_against(comparison.before, past.said))
        after.append(held_against(comparison.after, past.said))
        if comparison.is_another_decision:
            changed.append(_decided_again(past, comparison))
    return PackResult(
        alerts=sum(len(past.alert_ids) for past in unpacked.decisions),
        undecided=unpacked.undecided,
        unreadable=unpacked.unreadable,
        incidents=len(unpacked.decisions),
        changed=tuple(changed),
        before=_spoken_about(before),
        after=_spoken_about(after),
    )


async def _again(judge: Judge, past: PastDecision) -> Comparison:
    judgement = await judge.judge(
        past.incident, past.alerts, past.investigation, past.decided_at, held=excuse_kept(past.verdict)
    )
    return compare(past.verdict, judgement.verdict)


def _decided_again(past: PastDecision, comparison: Comparison) -> DecidedAgain:
    return DecidedAgain(
        incident_id=past.incident.id,
        service=past.incident.service,
        alert_name=past.incident.alert_name,
        decided_at=past.decided_at,
        alert_ids=past.alert_ids,
        comparison=comparison,
    )


def _spoken_about(labelled: Sequence[Labelled | None]) -> tuple[Labelled, ...]:
    return tuple(each for each in labelled if each is not None)
