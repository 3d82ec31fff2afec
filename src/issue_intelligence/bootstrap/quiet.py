"""Wires what people ask to be kept quiet: silences, maintenance windows, ignore patterns."""

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.judge import thresholds_of
from issue_intelligence.bootstrap.maintenance import windows_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.knowledge.ignore_patterns import IgnorePatterns
from issue_intelligence.knowledge.maintenance import MaintenanceCalendar
from issue_intelligence.knowledge.silences import Silences
from issue_intelligence.settings import Settings
from issue_intelligence.web.api.ignore_patterns import IgnorePatternEndpoints
from issue_intelligence.web.api.maintenance import MaintenanceEndpoints
from issue_intelligence.web.api.quiet_doors import Doors
from issue_intelligence.web.api.silences import SilenceEndpoints


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
