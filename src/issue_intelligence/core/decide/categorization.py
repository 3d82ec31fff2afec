"""Where the problem belongs: severity, type, component, labels and team."""

from collections.abc import Mapping, Sequence

from issue_intelligence.core.decide.component import component_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.issue_type import type_of
from issue_intelligence.core.decide.severity import severity_of
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import IssueCategorization, ValidationResult

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
    kind, type_reason = type_of(given, validation.conclusion, validation.known_issue)
    component, component_reason = component_of(given, service)
    labels = (*default_labels, f"severity:{severity}", f"type:{kind}", f"component:{component}")
    return IssueCategorization(
        severity=severity,
        type=kind,
        component=component,
        labels=tuple(dict.fromkeys(labels)),
        assign_team=", ".join(component_teams.get(component, ())) or None,
        reasons=(severity_reason, type_reason, component_reason),
    )
