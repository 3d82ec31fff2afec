"""The service catalogue of the settings."""

from dataclasses import replace

from issue_intelligence.core.model.service import CriticalFlow, Service, ServiceQueries
from issue_intelligence.settings import Settings, SettingsError
from issue_intelligence.settings.sections import ServiceSettings

DATABASE = "database"
REDIS = "redis"


def catalogue_of(settings: Settings) -> tuple[Service, ...]:
    """The services of the file; without any, the mission's variables describe a catalogue of one.

    `dependencies` of the result name what is really there. Raises SettingsError when the file's do not.
    """
    if settings.services:
        services = tuple(_service(each) for each in settings.services)
        _check_dependencies(services, settings)
        return _with_unnamed(services, settings)
    stores = _stores_of(settings)
    if settings.app_health_url or settings.app_api_url or stores:
        return (
            Service(
                name="app",
                health_url=settings.app_health_url,
                api_url=settings.app_api_url,
                dependencies=tuple(stores),
                answers_for_all=True,
            ),
        )
    return ()


def _stores_of(settings: Settings) -> dict[str, str]:
    """Give the names that APP_DATABASE_URL and REDIS_URL have among dependencies, if they are set."""
    urls = {DATABASE: settings.app_database_url, REDIS: settings.redis_url}
    return {name: url.get_secret_value() for name, url in urls.items() if url.get_secret_value()}


def _check_dependencies(services: tuple[Service, ...], settings: Settings) -> None:
    names = {service.name for service in services}
    stores = _stores_of(settings)
    variables = {DATABASE: "APP_DATABASE_URL", REDIS: "REDIS_URL"}
    problems = []
    for number, service in enumerate(services):
        for name in service.dependencies:
            if name in names or name in stores:
                continue
            key = f"services.{number}.dependencies"
            if name in variables:
                problems.append(f"{key}: {service.name} depends on {name}, and {variables[name]} is not set")
            else:
                problems.append(
                    f'{key}: {name} is neither the name of another service nor "{DATABASE}" or "{REDIS}"'
                )
    if problems:
        raise SettingsError("\n".join(problems))


def _with_unnamed(services: tuple[Service, ...], settings: Settings) -> tuple[Service, ...]:
    """Give every service the database and the Redis that none names: set, they are meant to be asked."""
    named = {name for service in services for name in service.dependencies}
    entries = {service.name for service in services}
    unnamed = tuple(name for name in _stores_of(settings) if name not in named | entries)
    return tuple(replace(each, dependencies=(*each.dependencies, *unnamed)) for each in services)


def _service(given: ServiceSettings) -> Service:
    plain = given.model_dump(exclude={"critical_flows", "platform", "metrics"})
    plain["dependencies"] = tuple(dict.fromkeys(given.dependencies))
    return Service(
        **plain,
        critical_flows=tuple(CriticalFlow(**flow.model_dump()) for flow in given.critical_flows),
        restart_command=given.platform.command if given.platform else (),
        queries=ServiceQueries(**given.metrics.model_dump()),
    )
