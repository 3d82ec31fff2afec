"""Holds an incident against the others, so that one cause is told once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.decide.grouping import regroup
from issue_intelligence.core.decide.traits import traits_of
from issue_intelligence.core.model.correlation import Peer, Regrouping
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.incident_joins import IncidentJoins
from issue_intelligence.ports.incident_store import IncidentStore, Run

log = structlog.get_logger()

MAX_ALERTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelateStage:
    incidents: IncidentStore
    joins: IncidentJoins
    # How long after its end an incident still counts.
    recent: timedelta
    clock: Clock
    graph: DependencyGraph = field(default_factory=lambda: DependencyGraph(()))

    async def correlate(self, run: Run) -> str:
        """Join what belongs together; give the id of the incident that leads this one, "" for none.

        A look that decided nothing anew changes nothing.
        """
        incident = await self.incidents.incident(run.incident_id)
        findings = await self.incidents.findings(run)
        if findings is None:
            return incident.joined.into if incident.joined else ""
        alerts = await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)
        traits = traits_of(
            incident,
            findings.verdict,
            findings.investigation,
            issue_key=findings.issue_key,
            began_at=min(alert.starts_at for alert, _ in alerts),
        )
        correlation = await self.joins.correlate(
            run, traits, self.clock.now(), recent=self.recent, decide=self._decide
        )
        join = correlation.joined
        if join is not None:
            log.info("incident_joined", incident_id=run.incident_id, into=join.into, reason=join.reason.value)
        return join.into if join else ""

    def _decide(self, mine: Peer, others: Sequence[Peer], is_first: bool) -> Regrouping:  # noqa: FBT001
        return regroup(mine, others, self.graph, is_first=is_first)
