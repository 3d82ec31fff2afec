"""Everything a report is written from."""

from dataclasses import dataclass

from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.correlation import Member
from issue_intelligence.core.model.evidence import (
    Change,
    EvidenceStatus,
    HealthCheck,
    HistoricalContext,
    Investigation,
    Metrics,
)
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.known_issue import KnownIssueMatch
from issue_intelligence.core.model.logs import LogAnalysis, RankedError, StackTrace
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    """One incident as people shall read of it; the caller has redacted all of its text."""

    incident: Incident
    # At least one, oldest episode first.
    alerts: tuple[tuple[Alert, AlertContext], ...]
    investigation: Investigation
    verdict: Verdict
    # None when remediation has not been looked at.
    remediation: RemediationResult | None
    # Base address of our own pages, without a final slash; "" when nobody set one.
    public_url: str = ""
    # What is part of it, in the order in which it joined.
    members: tuple[Member, ...] = ()

    def __post_init__(self) -> None:
        if not self.alerts:
            raise ValueError("a report needs at least one alert")

    @property
    def page_url(self) -> str:
        """Our own page that shows everything found; "" when nobody said how people reach us."""
        return f"{self.public_url}/admin/incidents/{self.incident.id}" if self.public_url else ""

    @property
    def first_alert(self) -> Alert:
        return self.alerts[0][0]

    @property
    def last_alert(self) -> Alert:
        return self.alerts[-1][0]

    @property
    def context(self) -> AlertContext:
        """The newest alert's context: what the sender says now."""
        return self.alerts[-1][1]

    @property
    def is_about_monitoring(self) -> bool:
        """True when the text must speak of the monitoring and not of the service."""
        return self.verdict.validation.conclusion is Conclusion.MONITORING

    @property
    def logs(self) -> LogAnalysis | None:
        evidence = self.investigation.logs
        return evidence.data if evidence else None

    @property
    def log_query(self) -> str:
        """The LogQL that was sent; without a log source, what would show the log; "" for neither."""
        evidence = self.investigation.logs
        if evidence is None or evidence.status is EvidenceStatus.NOT_CONFIGURED:
            return self.context.log_query
        return evidence.query

    @property
    def main_trace(self) -> StackTrace | None:
        """The stack trace of the likely cause; of evidence without ranked errors the first there is."""
        if self.logs is None:
            return None
        if self.top_error is None:
            return self.logs.stack_traces[0] if self.logs.stack_traces else None
        name = self.top_error.fingerprint
        return next((trace for trace in self.logs.stack_traces if trace.fingerprint == name), None)

    @property
    def top_error(self) -> RankedError | None:
        """The likely cause."""
        return self.logs.errors[0] if self.logs and self.logs.errors else None

    @property
    def metrics(self) -> Metrics | None:
        evidence = self.investigation.metrics
        return evidence.data if evidence else None

    @property
    def health(self) -> HealthCheck | None:
        evidence = self.investigation.health
        return evidence.data if evidence else None

    @property
    def history(self) -> HistoricalContext | None:
        evidence = self.investigation.history
        return evidence.data if evidence else None

    @property
    def known_issue_match(self) -> KnownIssueMatch | None:
        """The match of the known issue that the verdict names."""
        known = self.verdict.validation.known_issue
        evidence = self.investigation.known_issues
        if known is None or evidence is None or evidence.data is None:
            return None
        return next((match for match in evidence.data if match.known_issue.id == known.id), None)

    @property
    def changes(self) -> tuple[Change, ...]:
        evidence = self.investigation.changes
        return (evidence.data if evidence else None) or ()
