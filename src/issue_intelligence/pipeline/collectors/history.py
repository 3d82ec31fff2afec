"""Looks up what happened before, and whether an issue is open for it."""

from dataclasses import dataclass

from issue_intelligence.core.decide.facts import harmless_among
from issue_intelligence.core.decide.issue_key import issue_key
from issue_intelligence.core.investigate.history import history_from
from issue_intelligence.core.investigate.known_issues import best_match
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.pipeline.collectors.subject import Found, Subject
from issue_intelligence.pipeline.issue_links import link_in
from issue_intelligence.ports.incident_store import IncidentStore, PastIncident
from issue_intelligence.ports.issue_ledger import IssueLedger
from issue_intelligence.ports.log_source import LogPlace
from issue_intelligence.ports.tracker import Tracker

MAX_PAST_INCIDENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCollector:
    incidents: IncidentStore
    ledger: IssueLedger
    tracker: Tracker

    def place(self, _subject: Subject) -> LogPlace:
        return LogPlace(source="history")

    async def collect(self, subject: Subject) -> Found:
        investigation = await self.incidents.investigation(subject.run)
        matches = investigation.known_issues.data if investigation.known_issues else None
        known = best_match(matches or (), investigation.logs.data if investigation.logs else None)
        key = issue_key(
            subject.incident.service,
            subject.incident.environment,
            subject.incident.alert_name,
            investigation.logs.data if investigation.logs else None,
            known_issue=known.known_issue if known else None,
            harmless=harmless_among(matches or ()),
            monitoring_fault=subject.context.monitoring_fault is not None,
        )
        past = await self.incidents.past_incidents(subject.incident, key, MAX_PAST_INCIDENTS)
        history = history_from(
            subject.incident.opened_at,
            [(incident.opened_at, self._number(incident)) for incident in past],
            await self._open_issue(key),
            found_real=[incident.is_real for incident in past],
        )
        return Found(source="our own record", data=history)

    def _number(self, incident: PastIncident) -> int | None:
        # A number of another tracker would read as somebody else's issue.
        return incident.issue_number if incident.issue_place == self.tracker.place else None

    async def _open_issue(self, key: str) -> int | None:
        link = await link_in(self.tracker, await self.ledger.link(key))
        tracked = await self.tracker.get(link.number) if link else None
        return tracked.number if tracked and tracked.state is IssueState.OPEN else None
