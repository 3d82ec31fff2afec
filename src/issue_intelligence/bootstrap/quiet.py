"""Wires what people ask to be kept quiet: silences, maintenance windows, ignore patterns."""

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.intake.window_text import WindowError, read_window
from issue_intelligence.core.model.maintenance import MaintenanceWindow, WindowOrigin
from issue_intelligence.kit.stable_hash import stable_hash
from issue_intelligence.knowledge.ignore_patterns import IgnorePatterns
from issue_intelligence.knowledge.maintenance import MaintenanceCalendar
from issue_intelligence.knowledge.silences import Silences
from issue_intelligence.settings import Settings, SettingsError
from issue_intelligence.web.api.ignore_patterns import IgnorePatternEndpoints
from issue_intelligence.web.api.maintenance import MaintenanceEndpoints
from issue_intelligence.web.api.quiet_doors import Doors
from issue_intelligence.web.api.silences import SilenceEndpoints


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


def thresholds_of(settings: Settings) -> ValidationThresholds:
    validation = settings.validation
    return ValidationThresholds(
        min_error_count=validation.min_error_count,
        min_confidence=validation.min_confidence,
        create_issue_on_single_error_with_stack_trace=validation.create_issue_on_single_error_with_stack_trace,
    )


def quiet_endpoints(
    settings: Settings, stores: Stores, doors: Doors
) -> tuple[SilenceEndpoints, MaintenanceEndpoints, IgnorePatternEndpoints]:
    clock = SystemClock()
    return (
        SilenceEndpoints(
            silences=Silences(store=stores.silences, firing=stores.firing, clock=clock),
            doors=doors,
            clock=clock,
        ),
        MaintenanceEndpoints(
            calendar=MaintenanceCalendar(store=stores.maintenance, of_file=windows_of(settings), clock=clock),
            doors=doors,
            clock=clock,
        ),
        IgnorePatternEndpoints(
            patterns=IgnorePatterns(
                store=stores.ignore_patterns,
                incidents=stores.incidents,
                thresholds=thresholds_of(settings),
                clock=clock,
            ),
            doors=doors,
            clock=clock,
        ),
    )
