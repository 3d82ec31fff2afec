"""Limits of what is usual, of flapping and of short failures are checked at the start."""

import pytest

from issue_intelligence.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("baseline_timezone", "Middle-earth/Bree"),
        ("baseline_timezone", ""),
        ("baseline_timezone", "../../etc/passwd"),
        ("flapping_cycles", 1),
        ("flapping_window_seconds", 59),
        ("self_resolved_grace_seconds", -1),
        ("self_resolved_grace_seconds", 3_601),
    ],
)
def test_bad_value_stops_the_start_and_is_named(key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=key):
        load_settings(validation={key: value})


def test_grace_of_nothing_turns_it_off_and_zones_are_known() -> None:
    settings = load_settings(
        validation={"self_resolved_grace_seconds": 0, "baseline_timezone": "Europe/Berlin"}
    )
    assert settings.validation.self_resolved_grace_seconds == 0
    assert settings.validation.baseline_timezone == "Europe/Berlin"
