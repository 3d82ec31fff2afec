"""Wires whom we tell."""

from collections.abc import Sequence

from rich.console import Console

from issue_intelligence.adapters.console.notifier import ConsoleNotifier
from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.chat import SlackChat, web_client
from issue_intelligence.adapters.slack.notifier import SlackNotifier
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.ports.notifier import Notifier
from issue_intelligence.settings import Settings, SettingsError

_TERMINAL = "the terminal"


def notifiers_of(
    settings: Settings, stores: Stores, catalogue: Sequence[Service], console: Console
) -> tuple[Notifier, ...]:
    """Give the terminal and, when it is configured and the mode allows it, Slack. Raises SettingsError."""
    token = settings.slack_bot_token.get_secret_value()
    channels = _channels(settings, catalogue)
    if token and not _has_a_channel(channels):
        raise SettingsError(
            "SLACK_BOT_TOKEN is set and no channel is: set SLACK_CHANNEL_CRITICAL, SLACK_CHANNEL_HIGH or "
            "SLACK_CHANNEL_MEDIUM, or slack_channel of a service"
        )
    terminal = ConsoleNotifier(console)
    if not token or settings.mode is Mode.OBSERVE:
        return (terminal,)
    slack = SlackNotifier(
        SlackChat(web_client(token, settings.slack_api_url)),
        channels=channels,
        threads=stores.notice_threads,
        clock=SystemClock(),
    )
    return (terminal, slack)


def where_notices_go(settings: Settings) -> str:
    """Say it for the start's log; a forgotten token or channel shows there first."""
    listed = ", ".join(_channels(settings, catalogue_of(settings)).listed())
    if not settings.slack_bot_token.get_secret_value():
        unused = f" (Slack's {listed} not: set SLACK_BOT_TOKEN)" if listed else ""
        return _TERMINAL + unused
    if settings.mode is Mode.OBSERVE:
        return f"{_TERMINAL} (Slack not: in mode observe nothing outside is touched)"
    return f"{_TERMINAL}, Slack: {listed}"


def _channels(settings: Settings, catalogue: Sequence[Service]) -> SlackChannels:
    return SlackChannels(
        critical=settings.slack_channel_critical.strip(),
        high=settings.slack_channel_high.strip(),
        medium=settings.slack_channel_medium.strip(),
        resolved=settings.slack_channel_resolved.strip(),
        by_service={
            service.name: service.slack_channel.strip()
            for service in catalogue
            if service.slack_channel.strip()
        },
    )


def _has_a_channel(channels: SlackChannels) -> bool:
    return bool(channels.critical or channels.high or channels.medium or channels.by_service)
