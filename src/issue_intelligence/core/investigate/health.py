"""Sums up probes."""

from collections.abc import Sequence

from issue_intelligence.core.model.evidence import HealthCheck, HealthProbe, ServiceState

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


def health_from(probes: Sequence[HealthProbe]) -> HealthCheck:
    """Sum up the probes of one service, the first of which is its own health URL.

    Without a probe nothing is known, which is not the same as being well.
    """
    if not probes:
        return HealthCheck(api_responsive=None, database_connected=None, response_time_ms=None)
    own, *reported = probes
    databases = [probe for probe in reported if probe.name.casefold() in _DATABASE_NAMES]
    return HealthCheck(
        api_responsive=own.state is not ServiceState.DOWN,
        database_connected=(
            all(probe.state is not ServiceState.DOWN for probe in databases) if databases else None
        ),
        response_time_ms=own.response_time_ms,
        external_services={probe.name: probe.state for probe in reported if probe not in databases},
        probes=tuple(probes),
    )
