"""The health checks as the doctor makes them: nothing is posted, and each thing is asked once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import httpx2

from issue_intelligence.adapters.postgres_probe.explain import Failure
from issue_intelligence.adapters.postgres_probe.probe import PostgresProbe
from issue_intelligence.adapters.redis.probe import RedisProbe
from issue_intelligence.bootstrap.health import database_probe_of, health_checks_of, redis_probe_of
from issue_intelligence.core.model.evidence import HealthProbe, ServiceState
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.health_checks import HealthChecks
from issue_intelligence.ports.check import Check, CheckResult, ResultsOf
from issue_intelligence.settings import Settings

_HEALTH = ResultsOf(system="Health")
_DATABASE = ResultsOf(system="Application's database")
_REDIS = ResultsOf(system="Redis")


def health_checks(
    settings: Settings, catalogue: Sequence[Service], http: httpx2.AsyncClient
) -> Iterator[Check]:
    """Give the checks of each service, then those of database and Redis. Raises SettingsError."""
    asked = tuple(_harmless(service) for service in catalogue)
    checks = health_checks_of(settings, asked, http)
    for service, given in zip(asked, catalogue, strict=True):
        posted = tuple(flow.name for flow in given.critical_flows if flow not in service.critical_flows)
        yield Check(system="Health", look=_LookAtService(checks, service, posted))
    if not any(service.health_url for service in catalogue):
        yield Check(system="Health", look=_no_health_url)
    database, redis = database_probe_of(settings), redis_probe_of(settings)
    yield Check(system="Application's database", look=_LookAtDatabase(database))
    yield Check(system="Redis", look=_LookAtRedis(redis))


def _harmless(service: Service) -> Service:
    # What it depends on is an entry of its own, or is asked at the end.
    flows = tuple(flow for flow in service.critical_flows if flow.method != "POST")
    return replace(service, dependencies=(), critical_flows=flows)


class _LookAtService:
    def __init__(self, checks: HealthChecks, service: Service, posted: Sequence[str]) -> None:
        self._checks = checks
        self._service = service
        self._posted = posted

    async def __call__(self) -> tuple[CheckResult, ...]:
        found = [result_of(probe) for probe in await self._checks.check(self._service)]
        if self._posted:
            what = f"Not sent, since they post: {', '.join(self._posted)} of {self._service.name}."
            found.append(_HEALTH.warning(what, "Try these critical flows by hand."))
        return tuple(found)


def result_of(probe: HealthProbe) -> CheckResult:
    """Say what a probe found."""
    sentence = f"{probe.label}: {probe.detail}."
    if not probe.looked:
        return _HEALTH.failed(
            f"{probe.label} could not be looked at: {probe.detail}.", "Look at our own log."
        )
    if probe.state is ServiceState.UP:
        return _HEALTH.ok(sentence)
    advice = f"See whether {probe.name} runs, or correct its URL."
    if probe.state is ServiceState.DEGRADED:
        return _HEALTH.warning(sentence, advice)
    return _HEALTH.failed(sentence, advice)


async def _no_health_url() -> tuple[CheckResult, ...]:
    advice = "Set APP_HEALTH_URL, or `health_url` of each service."
    return (_HEALTH.not_configured("No service has a health URL.", advice),)


class _LookAtDatabase:
    def __init__(self, probe: PostgresProbe | None) -> None:
        self._probe = probe

    async def __call__(self) -> tuple[CheckResult, ...]:
        if self._probe is None:
            return (_DATABASE.not_configured("Not configured.", "Set APP_DATABASE_URL to have it checked."),)
        found = await self._probe.look()
        if isinstance(found, Failure):
            advice = found.advice or "Correct APP_DATABASE_URL, or see to the database."
            return (_DATABASE.failed(_sentence(found.sentence), _sentence(advice)),)
        return (_DATABASE.ok(f"It answered SELECT 1 in {found * 1000:.0f} ms."),)


class _LookAtRedis:
    def __init__(self, probe: RedisProbe | None) -> None:
        self._probe = probe

    async def __call__(self) -> tuple[CheckResult, ...]:
        if self._probe is None:
            return (_REDIS.not_configured("Not configured.", "Set REDIS_URL to have it checked."),)
        (found,) = await self._probe.ask()
        if found.state is ServiceState.UP:
            return (_REDIS.ok(f"It answered PING in {found.response_time_ms:.0f} ms."),)
        sentence = _sentence(found.detail)
        if found.state is ServiceState.DEGRADED:
            return (_REDIS.warning(sentence, "See to it before the application does."),)
        return (_REDIS.failed(sentence, "Correct REDIS_URL, or see to the server."),)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
