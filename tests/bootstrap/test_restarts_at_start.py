"""What the first line of the log says of restarts."""

from typing import Any

import pytest

from issue_intelligence.bootstrap.remediation import what_may_be_restarted
from issue_intelligence.settings import Settings

SHOP = {"name": "shop", "platform": {"kind": "command", "command": ["true"]}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"services": [SHOP, {"name": "cart"}]}, "shop"),
        ({"services": [SHOP, {**SHOP, "name": "cart"}]}, "shop, cart"),
        ({"services": [{"name": "cart"}]}, "none: no service has a platform"),
        ({}, "none: no service has a platform"),
        ({"services": [SHOP], "mode": "report"}, "none: MODE is report"),
        ({"services": [SHOP], "kill_switch": True}, "none: KILL_SWITCH is on"),
        (
            {"services": [SHOP], "remediation": {"enabled": False}},
            "none: the settings of [remediation] forbid it",
        ),
        (
            {"services": [SHOP], "remediation": {"strategies": {"restart": {"enabled": False}}}},
            "none: the settings of [remediation] forbid it",
        ),
    ],
)
def test_first_line_says_what_may_be_restarted(given: dict[str, Any], said: str) -> None:
    assert what_may_be_restarted(Settings.model_validate(given)) == said
