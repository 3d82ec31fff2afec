"""Where the problem belongs: severity, type, component, labels and team."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from issue_intelligence.core.decide.component import component_of
from issue_intelligence.core.decide.facts import harmless_entries, logs_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.issue_type import type_of
from issue_intelligence.core.decide.severity import severity_of
from issue_intelligence.core.investigate.unexplained import without_explained
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion, IssueCategorization, ValidationResult

DEFAULT_LABELS = ("automated-alert", "needs-triage")


def categorize(
    given: RuleInput,
    validation: ValidationResult,
    *,
    service: Service | None,
    component_teams: Mapping[str, Sequence[str]],
    default_labels: Sequence[str] = DEFAULT_LABELS,
) -> IssueCategorization:
    """Categorize what validation concluded.

    `service` is the catalogue's entry, None when there is none. `component_teams` gives the teams
    of each component ("@backend-team"); several are joined by a comma.
    """
    severity, severity_reason = severity_of(given, validation.conclusion)
    telling = _without_harmless(given, validation.conclusion)
    kind, type_reason = type_of(telling, validation.conclusion, validation.known_issue)
    component, component_reason = component_of(telling, service)
    labels = (*default_labels, f"severity:{severity}", f"type:{kind}", f"component:{component}")
    return IssueCategorization(
        severity=severity,
        type=kind,
        component=component,
        labels=tuple(dict.fromkeys(labels)),
        assign_team=", ".join(component_teams.get(component, ())) or None,
        reasons=(severity_reason, type_reason, component_reason),
    )


def _without_harmless(given: RuleInput, conclusion: Conclusion) -> RuleInput:
    """Take harmless errors out of a real problem's evidence, so that they do not speak for it."""
    evidence, logs = given.investigation.logs, logs_of(given)
    if evidence is None or logs is None or conclusion is Conclusion.NOT_REAL:
        return given
    left = replace(evidence, data=without_explained(logs, harmless_entries(given)))
    return replace(given, investigation=replace(given.investigation, logs=left))
