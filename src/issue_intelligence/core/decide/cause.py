"""What an incident is about, as seen without any excuse."""

from dataclasses import replace

from issue_intelligence.core.decide.facts import (
    errors_in_five_minutes,
    failed_health,
    harmless_entries,
    logs_of,
)
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.issue_key import issue_key
from issue_intelligence.core.decide.validation import validate
from issue_intelligence.core.investigate.unexplained import without_explained
from issue_intelligence.core.model.evidence import EvidenceStatus
from issue_intelligence.core.model.ignore_pattern import Cause
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.verdict import Conclusion


def cause_of(incident: Incident, given: RuleInput) -> Cause:
    """Name the cause; the same whether or not an excuse holds, so that an ignored one is known again."""
    validation, _ = validate(replace(given, suppression=None, outlived=""))
    harmless = () if validation.conclusion is Conclusion.NOT_REAL else harmless_entries(given)
    evidence = given.investigation.logs
    analysis = evidence.data if evidence else None
    key = issue_key(
        incident.service,
        incident.environment,
        incident.alert_name,
        analysis,
        known_issue=validation.known_issue,
        harmless=harmless,
        monitoring_fault=given.contexts[-1].monitoring_fault is not None,
    )
    logs = logs_of(given)
    errors = without_explained(logs, harmless).errors if logs else ()
    return Cause(
        key=key,
        text=(errors[0].message or errors[0].pattern) if errors else incident.alert_name,
        errors=tuple(error.fingerprint for error in errors),
        error_count=errors_in_five_minutes(given),
        failed_health=failed_health(given),
        logs_unread=evidence is None or evidence.status is EvidenceStatus.FAILED,
    )
