"""What people are told about an incident."""

from dataclasses import dataclass

from issue_intelligence.core.model.verdict import Conclusion, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotice:
    """What people should know of an incident now; redacted."""

    incident_id: str
    service: str
    alert_name: str
    conclusion: Conclusion
    confidence: int
    severity: Severity
    headline: str
    # What was done: "issue created", "no issue: …".
    result: str
    details: tuple[str, ...] = ()
    issue_url: str = ""
