"""Sums up probes."""

from collections.abc import Iterable, Sequence

from issue_intelligence.core.model.evidence import HealthCheck, HealthProbe, ProbeKind, ServiceState

# Names under which services report their own database.
_DATABASE_NAMES = frozenset(
    [
        "database",
        "db",
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "sqlite",
        "mongo",
        "mongodb",
        "prisma",
        "datasource",
    ]
)
_OWN = (ProbeKind.HEALTH_URL, ProbeKind.API_URL)
_ORDER = (ServiceState.UP, ServiceState.DEGRADED, ServiceState.DOWN)


def health_from(probes: Sequence[HealthProbe]) -> HealthCheck:
    """Sum up the probes of one service.

    What could not be looked at counts as unknown, which is not the same as being well.
    """
    looked = [probe for probe in probes if probe.looked]
    own = [probe for probe in looked if probe.kind in _OWN]
    databases = [probe for probe in looked if is_database(probe)]
    return HealthCheck(
        api_responsive=_none_failed(own),
        database_connected=_none_failed(databases),
        response_time_ms=next(
            (probe.response_time_ms for probe in own if probe.response_time_ms is not None), None
        ),
        external_services=_external_services(looked),
        probes=tuple(probes),
    )


def is_database(probe: HealthProbe) -> bool:
    """Tell whether it speaks of the service's database: asked by us, or named by the service."""
    reported = probe.kind is ProbeKind.REPORTED and probe.name.casefold() in _DATABASE_NAMES
    return reported or probe.kind is ProbeKind.DATABASE


def _none_failed(probes: Sequence[HealthProbe]) -> bool | None:
    return not any(probe.failed for probe in probes) if probes else None


def _external_services(probes: Iterable[HealthProbe]) -> dict[str, ServiceState]:
    """Give each its state; of two checks of the same name the worse one speaks."""
    states: dict[str, ServiceState] = {}
    for probe in probes:
        if probe.kind in (*_OWN, ProbeKind.CRITICAL_FLOW) or is_database(probe):
            continue
        states[probe.name] = max(states.get(probe.name, ServiceState.UP), probe.state, key=_ORDER.index)
    return states
