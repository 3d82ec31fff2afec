"""The one way from what is stored of an incident to a verdict, whether it is decided now or again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.decide.inputs import ActiveSuppression, RuleInput, ValidationThresholds
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.investigate.rank_against import ranked
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Verdict

# Of one incident, its newest.
MAX_ALERTS = 50


class FindsExcuse(Protocol):
    async def holding(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
        *,
        deciding: bool,
    ) -> ActiveSuppression | None:
        """Give the excuse that holds, None for none; `deciding` is False where only its end is wanted."""
        ...

    async def outlived(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> str:
        """Say why an excuse that covers it does not hold any more; "" for none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    # With the errors in the order of the likely cause.
    given: RuleInput
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    excuses: FindsExcuse
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
        *,
        held: ActiveSuppression | None = None,
    ) -> Judgement:
        """Decide about an incident as it stood at `now`; of its newest alerts, the oldest comes first.

        `held` is an excuse that is known to have held then, for whoever decides again.
        """
        in_order = ranked(found, alerts[-1][0].starts_at)
        suppression = await self.excuses.holding(incident, alerts, in_order, now, deciding=True) or held
        given = RuleInput(
            contexts=tuple(context for _, context in alerts),
            investigation=in_order,
            suppression=suppression,
            outlived="" if suppression else await self.excuses.outlived(incident, alerts, in_order, now),
            thresholds=self.thresholds,
        )
        verdict = decide(
            given,
            service=service_named(incident.service, self.catalogue),
            component_teams=self.component_teams,
            default_labels=self.default_labels,
        )
        return Judgement(given=given, verdict=verdict)
