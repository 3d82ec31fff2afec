"""The link opens the lines of the window in Grafana's Explore."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from issue_intelligence.core.investigate.explore_link import explore_link
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.report.markdown import link

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = LogWindow(from_at=NOON, until_at=NOON + timedelta(minutes=30))


def test_link_asks_grafana_for_the_query_and_the_window() -> None:
    address = explore_link("https://grafana.example.org/sub/", "P8E80F", '{app="a&b"}', WINDOW)
    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("grafana.example.org", "/sub/explore")
    asked = parse_qs(parts.query)
    assert asked["schemaVersion"] == ["1"]
    assert json.loads(asked["panes"][0]) == {
        "iis": {
            "datasource": "P8E80F",
            "queries": [
                {
                    "refId": "A",
                    "datasource": {"type": "loki", "uid": "P8E80F"},
                    "expr": '{app="a&b"}',
                    "queryType": "range",
                }
            ],
            "range": {"from": "1795521600000", "to": "1795523400000"},
        }
    }


@pytest.mark.parametrize(
    ("url", "uid", "query"),
    [
        ("", "uid", "{a}"),
        ("https://g", "", "{a}"),
        ("https://g", "uid", ""),
        ("https://g", "u", "{" + "a" * 2000),
    ],
)
def test_there_is_none_when_something_is_missing_or_it_is_too_long(url: str, uid: str, query: str) -> None:
    assert explore_link(url, uid, query, WINDOW) == ""


def test_link_comes_through_redaction_and_markdown_unchanged() -> None:
    address = explore_link("https://grafana.example.org", "P8E80F9AEF21F6940", '{service_name="api"}', WINDOW)
    assert redact(address) == address
    assert link("Open", address) == f"[Open]({address})"
