"""Settings as they would be, for one run of `backtest` or `replay`."""

from collections.abc import Sequence

from pydantic import ValidationError

from issue_intelligence.settings.errors import SettingsError, sentences
from issue_intelligence.settings.model import Settings

_SECTION = "validation"
# What these change happens before there is evidence, so stored evidence shows nothing of it.
_BEFORE_EVIDENCE = frozenset({"health_check_timeout_seconds", "deduplication_window_seconds"})


def with_tried(settings: Settings, assignments: Sequence[str]) -> Settings:
    """Give the settings with "validation.key=value" of each. Raises SettingsError that names the key."""
    tried: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = (part.strip() for part in assignment.partition("="))
        section, _, name = key.partition(".")
        if not equals or not value:
            raise SettingsError(f"{key}: say what it is to be: {_SECTION}.min_confidence=70")
        if section != _SECTION or not name:
            raise SettingsError(f"{key}: only keys of {_SECTION} can be tried: {_SECTION}.min_confidence=70")
        tried[name] = value
    section_now = getattr(settings, _SECTION)
    try:
        changed = type(section_now).model_validate(section_now.model_dump() | tried)
    except ValidationError as error:
        raise SettingsError("\n".join(f"{_SECTION}.{each}" for each in sentences(error))) from error
    return settings.model_copy(update={_SECTION: changed})


def without_effect(assignments: Sequence[str]) -> list[str]:
    """Name the keys among them that change nothing for evidence that is gathered already."""
    keys = [assignment.partition("=")[0].strip() for assignment in assignments]
    return [key for key in keys if key.partition(".")[2] in _BEFORE_EVIDENCE]
