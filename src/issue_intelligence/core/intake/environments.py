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
    return len({_plain(one), _plain(other)} - {""}) <= 1


def is_same_environment(one: str, other: str) -> bool:
    """Compare the same way; one that nobody named is only the same as another of the kind."""
    return _plain(one) == _plain(other)


def _plain(environment: str) -> str:
    name = environment.strip().casefold()
    return "" if name == UNKNOWN else _SHORT_FORMS.get(name, name)
