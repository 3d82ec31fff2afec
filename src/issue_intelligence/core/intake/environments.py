"""Whether two names may mean one environment."""

from issue_intelligence.core.intake.service_labels import UNKNOWN

_SHORT_FORMS = {
    "prod": "production",
    "live": "production",
    "stage": "staging",
    "stg": "staging",
    "dev": "development",
}


def may_be_same_environment(one: str, other: str) -> bool:
    """Compare without regard to case and common short forms; one that nobody named may be any."""
    names = {_SHORT_FORMS.get(name, name) for name in (one.strip().casefold(), other.strip().casefold())}
    return len(names - {"", UNKNOWN}) <= 1
