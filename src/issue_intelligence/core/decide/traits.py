"""Takes from an incident's findings what tells whether another incident is the same matter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from issue_intelligence.core.decide.connection_words import speaks_of_connection
from issue_intelligence.core.decide.facts import harmless_among
from issue_intelligence.core.investigate.unexplained import without_explained
from issue_intelligence.core.model.correlation import IncidentTraits, Peer
from issue_intelligence.core.model.evidence import Change, Investigation, ProbeKind
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.logs import LogAnalysis, RankedError
from issue_intelligence.core.model.verdict import Conclusion, Severity, Verdict

DEPLOYED_BEFORE = timedelta(minutes=30)
_NEEDED = (ProbeKind.DATABASE, ProbeKind.REDIS, ProbeKind.DEPENDENCY)
_OWN = (ProbeKind.HEALTH_URL, ProbeKind.API_URL)
_MAX_TEXT = 300
_READ_ERRORS = 10
_MAX_IDS = 30
# A value that redaction replaced says nothing about another incident's.
_REPLACED = "[REDACTED"


def traits_of(
    incident: Incident, verdict: Verdict, found: Investigation, *, issue_key: str, began_at: datetime
) -> IncidentTraits:
    """Give the traits; `began_at` is the start of its first alert."""
    conclusion = verdict.validation.conclusion
    traits = symptoms_of(incident, found, began_at=began_at, conclusion=conclusion)
    return replace(
        traits,
        severity=verdict.categorization.severity,
        tells=verdict.validation.deserves_issue,
        issue_key=issue_key,
    )


def symptoms_of(
    incident: Incident,
    found: Investigation,
    *,
    began_at: datetime,
    conclusion: Conclusion = Conclusion.UNCONFIRMED,
) -> IncidentTraits:
    """Give what the evidence alone tells, as before a verdict: then it tells nobody, and is not severe."""
    logs = _telling_logs(conclusion, found)
    probes = found.health.data.probes if found.health and found.health.data else ()
    # Whatever the log says while the monitoring is blind is not what the alert is about.
    top = None if conclusion is Conclusion.MONITORING else own_error(logs)
    needed = [probe for probe in probes if probe.kind in _NEEDED and probe.looked]
    return IncidentTraits(
        conclusion=conclusion,
        severity=Severity.LOW,
        tells=False,
        issue_key="",
        error=top.fingerprint if top else "",
        pattern=top.pattern[:_MAX_TEXT] if top else "",
        message=_plain(top.message) if top else "",
        has_trace=top.has_trace if top else False,
        speaks_of_connection=blames_connection(logs),
        request_ids=_ids([top] if top else []),
        further_request_ids=_ids(logs.errors[1:_READ_ERRORS] if logs and top else []),
        deployments=tuple(_deployments(found, incident, began_at)),
        down=tuple(dict.fromkeys(probe.name for probe in needed if probe.failed)),
        up=tuple(dict.fromkeys(probe.name for probe in needed if not probe.failed)),
        unwell=any(probe.kind in _OWN and probe.failed for probe in probes),
    )


def told_once(traits: IncidentTraits, before: Peer) -> IncidentTraits:
    """An incident that people have heard of is told, though its log has calmed down since."""
    told = before.traits is not None and before.traits.tells and before.incident.joined is None
    if not told or traits.conclusion is Conclusion.NOT_REAL:
        return traits
    return replace(traits, tells=True)


def _telling_logs(conclusion: Conclusion, investigation: Investigation) -> LogAnalysis | None:
    """Leave out what known issues call harmless, unless that is all there is."""
    logs = investigation.logs.data if investigation.logs else None
    if logs is None or conclusion is Conclusion.NOT_REAL:
        return logs
    matches = (investigation.known_issues.data if investigation.known_issues else None) or ()
    return without_explained(logs, harmless_among(matches))


def own_error(logs: LogAnalysis | None) -> RankedError | None:
    """Give the likely cause; None when nothing but failed requests was logged, which are a consequence."""
    if logs is None or not logs.errors or logs.errors[0].is_request:
        return None
    return logs.errors[0]


def blames_connection(logs: LogAnalysis | None) -> bool:
    """Tell whether the likely cause, and each stack trace near it, is about something out of reach."""
    top = own_error(logs)
    if logs is None or top is None:
        return False
    causes = {
        trace.fingerprint: (
            trace.exception,
            trace.message,
            *(f"{c.exception} {c.message}" for c in trace.causes),
        )
        for trace in logs.stack_traces
    }
    read = [top, *(each for each in logs.errors[1:_READ_ERRORS] if each.has_trace)]
    return all(
        speaks_of_connection(each.message, each.announcement, *causes.get(each.fingerprint, ()))
        for each in read
    )


def _plain(text: str) -> str:
    return " ".join(text.split())[:_MAX_TEXT]


def _ids(errors: Sequence[RankedError]) -> tuple[str, ...]:
    ids = (each for error in errors for each in error.request_ids if _REPLACED not in each)
    return tuple(dict.fromkeys(ids))[:_MAX_IDS]


def _deployments(investigation: Investigation, incident: Incident, began_at: datetime) -> Iterator[str]:
    changes: Sequence[Change] = (investigation.changes.data if investigation.changes else None) or ()
    for change in changes:
        at = change.finished_at or change.started_at
        is_own = change.service.casefold() == incident.service.casefold()
        if is_own and change.started_at <= began_at <= at + DEPLOYED_BEFORE:
            version = f" {change.version}" if change.version else ""
            yield f"{change.service}{version} at {change.started_at:%Y-%m-%d %H:%M} UTC"
