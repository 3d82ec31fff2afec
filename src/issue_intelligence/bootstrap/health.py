"""Which checks each service has."""

from collections.abc import Iterator, Mapping, Sequence

import httpx2

from issue_intelligence.adapters.http_probe.probes import ApiUrlProbe, FlowProbe, HealthUrlProbe
from issue_intelligence.adapters.http_probe.request import HttpAsker
from issue_intelligence.adapters.postgres_probe.probe import PostgresProbe
from issue_intelligence.adapters.postgres_probe.url import connection_of as database_connection_of
from issue_intelligence.adapters.redis.probe import RedisProbe
from issue_intelligence.adapters.redis.url import connection_of as redis_connection_of
from issue_intelligence.bootstrap.catalogue import DATABASE, REDIS
from issue_intelligence.core.model.evidence import ProbeKind
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.health_checks import HealthChecks
from issue_intelligence.ports.health_probe import Probe
from issue_intelligence.settings import Settings, SettingsError

# Probes end by themselves within their time-out; what does not is cut off this much later.
GRACE_SECONDS = 2


def health_checks_of(
    settings: Settings, catalogue: Sequence[Service], http: httpx2.AsyncClient
) -> HealthChecks:
    """Wire the probes. Raises SettingsError when APP_DATABASE_URL or REDIS_URL is no such URL."""
    timeout_seconds = settings.validation.health_check_timeout_seconds
    asker = HttpAsker(client=http, timeout_seconds=timeout_seconds)
    stores: dict[str, Probe] = {}
    if (database := database_probe_of(settings)) is not None:
        stores[DATABASE] = database
    if (redis := redis_probe_of(settings)) is not None:
        stores[REDIS] = redis
    # Read backwards, so that of two entries of one name the first keeps it, as with alerts.
    by_name = {service.name: service for service in reversed(catalogue)}
    return HealthChecks(
        probes={name: tuple(_probes(each, by_name, stores, asker)) for name, each in by_name.items()},
        deadline_seconds=timeout_seconds + GRACE_SECONDS,
    )


def _probes(
    service: Service, by_name: Mapping[str, Service], stores: Mapping[str, Probe], asker: HttpAsker
) -> Iterator[Probe]:
    """The service's own health URL first, since it speaks for the service."""
    if service.health_url:
        yield HealthUrlProbe(asker=asker, name=service.name, url=service.health_url)
    if service.api_url:
        yield ApiUrlProbe(asker=asker, name=service.name, url=service.api_url)
    for name in service.dependencies:
        other = by_name.get(name)
        if other is None:
            yield stores[name]
        elif other.health_url:
            yield HealthUrlProbe(asker=asker, name=name, url=other.health_url, kind=ProbeKind.DEPENDENCY)
        elif other.api_url:
            yield ApiUrlProbe(asker=asker, name=name, url=other.api_url, kind=ProbeKind.DEPENDENCY)
    for flow in service.critical_flows:
        yield FlowProbe(asker=asker, flow=flow)


def database_probe_of(settings: Settings) -> PostgresProbe | None:
    url = settings.app_database_url.get_secret_value()
    if not url:
        return None
    try:
        connection = database_connection_of(url)
    except ValueError as error:
        raise SettingsError(f"APP_DATABASE_URL: {error}") from None
    return PostgresProbe(connection, timeout_seconds=settings.validation.health_check_timeout_seconds)


def redis_probe_of(settings: Settings) -> RedisProbe | None:
    url = settings.redis_url.get_secret_value()
    if not url:
        return None
    try:
        connection = redis_connection_of(url)
    except ValueError as error:
        raise SettingsError(f"REDIS_URL: {error}") from None
    return RedisProbe(connection, timeout_seconds=settings.validation.health_check_timeout_seconds)
