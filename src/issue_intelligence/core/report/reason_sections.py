"""Why we think so, and what the thought had to do without."""

from collections.abc import Iterator
from typing import Any

from issue_intelligence.core.model.evidence import Evidence, EvidenceStatus
from issue_intelligence.core.model.verdict import Conclusion, Reason
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import code_span, inline
from issue_intelligence.core.report.plain_words import sentence

CONCLUSIONS = {
    Conclusion.REAL: "a real problem of the service",
    Conclusion.POSSIBLE: "possibly a problem of the service",
    Conclusion.NOT_REAL: "not a problem of the service",
    Conclusion.SUPPRESSED: "expected for now",
    Conclusion.MONITORING: "a problem of the monitoring, not of the service",
    Conclusion.UNCONFIRMED: "not confirmed",
}


# More never speak at once, since many exclude each other; the issue has room for these.
MOST_REASONS = 12


def why_this_is_an_issue(report: IncidentReport) -> str:
    """Give the decisive rule first, then each other that spoke, by what it adds or takes."""
    validation = report.verdict.validation
    verdict = f"We take it for {CONCLUSIONS[validation.conclusion]}, {validation.confidence} % sure."
    if any(reason.points for reason in report.verdict.reasons):
        start = validation.confidence - sum(reason.points for reason in report.verdict.reasons)
        verdict += (
            f" Knowing nothing, it would be {start} %; behind each reason stands what it adds or takes."
        )
    ordered = sorted(report.verdict.reasons, key=lambda reason: (not reason.decisive, -abs(reason.points)))
    lines = [_reason(reason) for reason in ordered[:MOST_REASONS]] or [f"- {sentence(validation.reason)}"]
    lines += [f"- {sentence(text, 200)}" for text in report.verdict.categorization.reasons[:5]]
    return "\n".join(("### Why this is an issue", verdict, "", *lines))


def _reason(reason: Reason) -> str:
    text = sentence(reason.text, 250)
    name = f"`{reason.rule.value}`{f', {reason.points:+d}' if reason.points else ''}"
    return f"- **Decisive**: {text} ({name})" if reason.decisive else f"- {text} ({name})"


def what_is_not_known(report: IncidentReport) -> str:
    gaps = [*_silent_collectors(report), *_missing_numbers(report)]
    lines = [f"- {gap}" for gap in gaps] or ["Every source answered and every number above is known."]
    return "\n".join(("### What is not known", *lines))


def _silent_collectors(report: IncidentReport) -> Iterator[str]:
    found = report.investigation
    collectors: tuple[tuple[str, str, Evidence[Any] | None], ...] = (
        ("logs", "log lines and stack traces", found.logs),
        ("metrics", "error rates and response times", found.metrics),
        ("health", "the health of the service", found.health),
        ("history", "earlier occurrences", found.history),
        ("known issues", "the knowledge base", found.known_issues),
        ("recent changes", "deployments and configuration changes", found.changes),
    )
    for name, subject, evidence in collectors:
        if evidence is None:
            yield f"**{name}**: not looked at, so {subject} played no part."
        elif evidence.status is EvidenceStatus.NOT_CONFIGURED:
            yield f"**{name}**: no source is configured, so {subject} played no part."
        elif evidence.status is EvidenceStatus.FAILED:
            source = code_span(evidence.source or "the source", 200)
            why = inline(evidence.error or "no reason given", 400)
            yield f"**{name}**: {source} failed ({why}), so this was decided without {subject}."
        elif evidence.error:
            yield f"**{name}**: not all could be read ({inline(evidence.error, 400)})."


def _missing_numbers(report: IncidentReport) -> Iterator[str]:
    """Name numbers that are unknown although their collector answered."""
    logs, metrics, health = report.logs, report.metrics, report.health
    if logs and logs.affected_users is None:
        yield "**affected users**: no error line names any."
    if logs and logs.truncated:
        yield "**older log lines**: there were more lines than were read, and the oldest are missing."
    if metrics and metrics.error_rate is None:
        yield "**error rate**: what share of the requests failed is not known."
    if metrics and metrics.baseline_error_count is None:
        yield "**usual error count**: there is no baseline yet, nothing earlier to compare with."
    if health and health.api_responsive is None:
        yield "**API**: nothing checks it."
    for probe in health.probes if health else ():
        if not probe.looked:
            yield f"**{inline(probe.label, 130)}**: could not be looked at ({inline(probe.detail, 300)})."
    if health and health.database_connected is None:
        yield "**database**: nothing checks it."
