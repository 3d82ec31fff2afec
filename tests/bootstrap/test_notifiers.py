"""Whom we tell, and what the start says of it."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.notifiers import notifiers_of, where_notices_go
from issue_intelligence.bootstrap.stores import open_stores
from issue_intelligence.settings import Settings, SettingsError, load_settings

TOKEN = {"slack_bot_token": "xoxb-secret"}


def told(settings: Settings) -> list[str]:
    notifiers = notifiers_of(settings, open_stores(settings), catalogue_of(settings), Console())
    return [notifier.description for notifier in notifiers]


@pytest.mark.parametrize(
    ("given", "notifiers", "said"),
    [
        ({}, ["the terminal"], "the terminal"),
        (
            TOKEN | {"slack_channel_high": " #high ", "slack_channel_resolved": "#fine"},
            ["the terminal", "Slack"],
            "the terminal, Slack: #high, #fine",
        ),
        (
            TOKEN | {"services": [{"name": "shop", "slack_channel": "#shop"}]},
            ["the terminal", "Slack"],
            "the terminal, Slack: #shop",
        ),
        # A channel without a token does nothing, and the start says so.
        (
            {"slack_channel_high": "#high"},
            ["the terminal"],
            "the terminal (Slack's #high not: set SLACK_BOT_TOKEN)",
        ),
        # Slack is outside.
        (
            TOKEN | {"slack_channel_high": "#high", "mode": "observe"},
            ["the terminal"],
            "the terminal (Slack not: in mode observe nothing outside is touched)",
        ),
    ],
)
def test_notifiers(given: dict[str, Any], notifiers: list[str], said: str, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, **given)
    assert told(settings) == notifiers
    assert where_notices_go(settings) == said
    assert "xoxb" not in said


@pytest.mark.parametrize("given", [{}, {"slack_channel_resolved": "#fine"}])
def test_token_without_a_channel_stops_the_start(given: dict[str, Any], tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, **TOKEN, **given)
    with pytest.raises(
        SettingsError, match=r"SLACK_BOT_TOKEN.*SLACK_CHANNEL_CRITICAL.*slack_channel"
    ) as caught:
        told(settings)
    assert "xoxb" not in str(caught.value)
