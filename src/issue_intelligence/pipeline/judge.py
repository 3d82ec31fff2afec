"""The one way from what is stored of an incident to a verdict, whether it is decided now or again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.decide.inputs import RuleInput, ValidationThresholds
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.investigate.rank_against import ranked
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.pipeline.excuses import Excuses

# Of one incident, its newest.
MAX_ALERTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    # With the errors in the order of the likely cause.
    given: RuleInput
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    excuses: Excuses
    thresholds: ValidationThresholds
    catalogue: Sequence[Service]
    component_teams: Mapping[str, Sequence[str]]
    default_labels: Sequence[str]

    async def judge(
        self,
        incident: Incident,
        alerts: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> Judgement:
        """Decide about an incident as it stood at `now`; of its newest alerts, the oldest comes first."""
        in_order = ranked(found, alerts[-1][0].starts_at)
        given = RuleInput(
            contexts=tuple(context for _, context in alerts),
            investigation=in_order,
            suppression=await self.excuses.holding(incident, alerts, in_order, now),
            thresholds=self.thresholds,
        )
        verdict = decide(
            given,
            service=service_named(incident.service, self.catalogue),
            component_teams=self.component_teams,
            default_labels=self.default_labels,
        )
        return Judgement(given=given, verdict=verdict)
