"""Reads the maintenance windows of the configuration."""

from issue_intelligence.core.intake.window_text import WindowError, read_window
from issue_intelligence.core.model.maintenance import MaintenanceWindow, WindowOrigin
from issue_intelligence.kit.stable_hash import stable_hash
from issue_intelligence.settings import Settings, SettingsError


def windows_of(settings: Settings) -> tuple[MaintenanceWindow, ...]:
    """Give the windows of the file. Raises SettingsError that names the key."""
    windows, problems = [], []
    for number, given in enumerate(settings.maintenance):
        window_id = stable_hash("maintenance", str(number), given.name)[:32]
        try:
            windows.append(read_window(given.text(), window_id=window_id, by="", origin=WindowOrigin.FILE))
        except WindowError as error:
            problems.append(f"maintenance.{number}.{error.field}: {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(windows)
