"""Which systems are configured, and how each is looked at."""

from collections.abc import Awaitable, Iterator, Sequence

import httpx2

from issue_intelligence.adapters.command.doctor import check_commands
from issue_intelligence.adapters.database.doctor import check_database, check_disk
from issue_intelligence.adapters.github.doctor import check_github
from issue_intelligence.adapters.grafana.doctor import check_grafana
from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.http_probe.doctor import check_public_url
from issue_intelligence.adapters.log_files.doctor import check_log_files
from issue_intelligence.adapters.loki.doctor import check_loki
from issue_intelligence.adapters.prometheus.doctor import check_prometheus
from issue_intelligence.adapters.slack.doctor import check_slack
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.doctor_health import health_checks
from issue_intelligence.bootstrap.exposure import check_exposure, credentials_of, networks_of
from issue_intelligence.bootstrap.maintenance import windows_of
from issue_intelligence.bootstrap.stores import urls_of
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.checkup import run_checks
from issue_intelligence.ports.check import Check, CheckResult, ResultsOf
from issue_intelligence.settings import Settings

DEADLINE_SECONDS = 30
# Every check has connections to spare, so that none waits for another.
_MAX_CONNECTIONS = 100


async def check_everything(settings: Settings) -> tuple[CheckResult, ...]:
    """Look at all that is configured, and name what is not. Raises SettingsError as the start would."""
    check_exposure(settings)
    networks_of(settings.trusted_proxies)
    catalogue = catalogue_of(settings)
    windows_of(settings)
    async with http_client(timeout_seconds=10, max_connections=_MAX_CONNECTIONS) as http:
        checks = (
            *_own(settings, http),
            *_evidence(settings, catalogue, http),
            *health_checks(settings, catalogue, http),
            *_effects(settings, catalogue, http),
        )
        # A health check may be given longer than the rest.
        longest = max(DEADLINE_SECONDS, settings.validation.health_check_timeout_seconds + 5)
        return await run_checks(checks, deadline_seconds=longest)


def _own(settings: Settings, http: httpx2.AsyncClient) -> Iterator[Check]:
    urls = urls_of(settings)
    yield Check(system="Database", look=lambda: check_database(urls))
    yield Check(system="Disk", look=lambda: check_disk(settings.data_dir))
    intake = ResultsOf(system="Intake")
    if credentials_of(settings).configured:
        yield _told(intake.ok("Senders of alerts need a secret."))
    else:
        advice = "Set GRAFANA_WEBHOOK_SECRET or INTAKE_TOKEN."
        yield _told(intake.warning("Everybody who can connect may send alerts.", advice))
    if settings.public_url:
        yield Check(system="Links", look=lambda: check_public_url(http, settings.public_url))
    else:
        yield _unset("Links", "PUBLIC_URL", "so that issues and messages link to this service")


def _evidence(settings: Settings, catalogue: Sequence[Service], http: httpx2.AsyncClient) -> Iterator[Check]:
    if settings.loki_url:
        basic = (settings.loki_username, settings.loki_password.get_secret_value())
        yield Check(
            system="Loki",
            look=lambda: check_loki(
                http,
                settings.loki_url,
                [service for service in catalogue if not service.answers_for_all],
                auth=basic if basic[0] else None,
                token=settings.loki_token.get_secret_value(),
                tenant_id=settings.loki_tenant_id,
            ),
        )
    else:
        yield _unset("Loki", "LOKI_URL", "to read logs there")
    if settings.log_files:
        now = SystemClock().now()
        yield Check(system="Log files", look=lambda: check_log_files(settings.log_files, catalogue, now))
    else:
        yield _unset("Log files", "LOG_FILES", "to read logs from files")
    if settings.prometheus_url:
        yield Check(
            system="Prometheus", look=lambda: check_prometheus(http, settings.prometheus_url, catalogue)
        )
    else:
        yield _unset("Prometheus", "PROMETHEUS_URL", "to know error rates and response times")
    if settings.grafana_url:
        yield Check(
            system="Grafana",
            look=lambda: check_grafana(
                http,
                settings.grafana_url,
                token=settings.grafana_api_key.get_secret_value(),
                datasource_uid=settings.grafana_loki_datasource_uid,
            ),
        )
    else:
        yield _unset("Grafana", "GRAFANA_URL", "so that issues link to it")


def _effects(settings: Settings, catalogue: Sequence[Service], http: httpx2.AsyncClient) -> Iterator[Check]:
    token = settings.github_token.get_secret_value()
    repositories = [settings.github_repository] if settings.github_repository else []
    if token and repositories:
        yield Check(
            system="GitHub", look=lambda: check_github(http, settings.github_api_url, token, repositories)
        )
    elif token or repositories:
        missing = "GITHUB_REPOSITORY" if token else "GITHUB_TOKEN"
        half = ResultsOf(system="GitHub").failed(f"{missing} is missing.", f"Set {missing} as well.")
        yield _told(half)
    else:
        yield _unset("GitHub", "GITHUB_TOKEN and GITHUB_REPOSITORY", "to write issues there, not to files")
    bot_token = settings.slack_bot_token.get_secret_value()
    if bot_token:
        yield Check(
            system="Slack",
            look=lambda: check_slack(http, settings.slack_api_url, bot_token, _channels(settings, catalogue)),
        )
    else:
        yield _unset("Slack", "SLACK_BOT_TOKEN", "to tell people there")
    if any(service.restart_command for service in catalogue):
        yield Check(system="Restart commands", look=lambda: check_commands(catalogue))
    else:
        yield _unset("Restart commands", "`platform` of a service", "so that it can be restarted")


def _channels(settings: Settings, catalogue: Sequence[Service]) -> dict[str, str]:
    own = {
        f"slack_channel of {service.name}": service.slack_channel
        for service in catalogue
        if service.slack_channel
    }
    return {
        "SLACK_CHANNEL_CRITICAL": settings.slack_channel_critical,
        "SLACK_CHANNEL_HIGH": settings.slack_channel_high,
        "SLACK_CHANNEL_MEDIUM": settings.slack_channel_medium,
        "SLACK_CHANNEL_RESOLVED": settings.slack_channel_resolved,
        **own,
    }


def _told(result: CheckResult) -> Check:
    return Check(system=result.system, look=lambda: _known(result))


def _known(result: CheckResult) -> Awaitable[tuple[CheckResult, ...]]:
    async def answer() -> tuple[CheckResult, ...]:
        return (result,)

    return answer()


def _unset(system: str, variables: str, purpose: str) -> Check:
    return _told(ResultsOf(system=system).not_configured("Not configured.", f"Set {variables} {purpose}."))
