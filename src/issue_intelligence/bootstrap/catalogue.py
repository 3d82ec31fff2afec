"""The service catalogue of the settings."""

from issue_intelligence.core.model.service import CriticalFlow, Service, ServiceQueries
from issue_intelligence.settings import Settings
from issue_intelligence.settings.sections import ServiceSettings


def catalogue_of(settings: Settings) -> tuple[Service, ...]:
    """The services of the file; without any, the mission's variables describe a catalogue of one."""
    if settings.services:
        return tuple(_service(each) for each in settings.services)
    if settings.app_health_url:
        return (
            Service(
                name="app",
                health_url=settings.app_health_url,
                api_url=settings.app_api_url,
                answers_for_all=True,
            ),
        )
    return ()


def _service(given: ServiceSettings) -> Service:
    plain = given.model_dump(exclude={"critical_flows", "platform", "metrics"})
    return Service(
        **plain,
        critical_flows=tuple(CriticalFlow(**flow.model_dump()) for flow in given.critical_flows),
        restart_command=given.platform.command if given.platform else (),
        queries=ServiceQueries(**given.metrics.model_dump()),
    )
