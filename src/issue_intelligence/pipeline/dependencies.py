"""Looks whether what an incident's service needs is in trouble, and told of already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.decide.dependency_excuse import suppression_by_dependency
from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.decide.inputs import ActiveSuppression
from issue_intelligence.core.decide.traits import symptoms_of
from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.model.correlation import Peer
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.ports.incident_joins import IncidentJoins


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    joins: IncidentJoins
    graph: DependencyGraph

    async def excuse(
        self, incident: Incident, alerts: Sequence[Alert], found: Investigation, now: datetime
    ) -> ActiveSuppression | None:
        """Give the excuse that holds now, None for none."""
        needed = self.graph.needed_by(incident.service)
        if not needed or not alerts:
            return None
        began_at = min(alert.starts_at for alert in alerts)
        mine = Peer(incident=incident, traits=symptoms_of(incident, found, began_at=began_at))
        others = await self.joins.peers_of_services(needed)
        return suppression_by_dependency(mine, others, self.graph, now=now)
