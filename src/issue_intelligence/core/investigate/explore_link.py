"""The link that opens the lines of a window in Grafana's Explore."""

import json
from urllib.parse import quote

from issue_intelligence.core.investigate.looks import LogWindow

# Slack takes 3,000 characters and an issue's link 2,000.
MAX_LINK_CHARS = 2_000


def explore_link(grafana_url: str, datasource_uid: str, query: str, window: LogWindow) -> str:
    """Give the address; "" when there is nothing to open or it would be too long for where it is shown.

    It names no organisation, so Grafana stays in the one that the reader has open. The form is
    that of Grafana's schema version 1 (explore/hooks/useStateSync/migrators/v1.ts).
    """
    if not grafana_url or not datasource_uid or not query:
        return ""
    pane = {
        "datasource": datasource_uid,
        "queries": [
            {
                "refId": "A",
                "datasource": {"type": "loki", "uid": datasource_uid},
                "expr": query,
                "queryType": "range",
            }
        ],
        # Grafana takes milliseconds as text only, and silently defaults otherwise.
        "range": {"from": _ms(window.from_at.timestamp()), "to": _ms(window.until_at.timestamp())},
    }
    # A pane's name has three letters or digits, one of them a letter; Grafana replaces any other.
    panes = quote(json.dumps({"iis": pane}, separators=(",", ":")), safe="")
    address = f"{grafana_url.rstrip('/')}/explore?schemaVersion=1&panes={panes}"
    return address if len(address) <= MAX_LINK_CHARS else ""


def _ms(seconds: float) -> str:
    return str(round(seconds * 1_000))
