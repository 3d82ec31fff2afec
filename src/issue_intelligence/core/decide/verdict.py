"""The whole decision about an incident, from stored evidence alone."""

from collections.abc import Mapping, Sequence

from issue_intelligence.core.decide.categorization import DEFAULT_LABELS, categorize
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.validation import validate
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Verdict


def decide(
    given: RuleInput,
    *,
    service: Service | None,
    component_teams: Mapping[str, Sequence[str]],
    default_labels: Sequence[str] = DEFAULT_LABELS,
) -> Verdict:
    """Decide; the same input always gives the same verdict."""
    validation, reasons = validate(given)
    categorization = categorize(
        given, validation, service=service, component_teams=component_teams, default_labels=default_labels
    )
    return Verdict(validation=validation, categorization=categorization, reasons=reasons)
