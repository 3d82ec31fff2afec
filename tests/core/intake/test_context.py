import pytest

from issue_intelligence.core.intake.context import (
    UNNAMED,
    alert_context,
    alert_name,
    alert_severity,
    is_web_address,
)
from issue_intelligence.core.model.alert import AlertSeverity
from issue_intelligence.core.model.service import Service
from tests.factories.alerts import STARTS_AT, an_alert

SHOP = (
    Service(name="api", aliases=("backend",), environment="production", selector='{app="api"}'),
    Service(name="web"),
)


def test_an_ordinary_alert_is_read_whole() -> None:
    alert = an_alert(
        labels={"alertname": "HighErrorRate", "service": "backend", "severity": "critical", "env": "staging"},
        annotations={
            "summary": "too many errors",
            "description": "5xx ratio over 10 minutes",
            "runbook_url": "https://runbooks.example.com/errors",
        },
        generator_url="https://grafana.example.com/alerting/grafana/r1/view?orgId=1",
        dashboard_url="https://grafana.example.com/d/1",
        values={"errors": 42.0},
    )
    context = alert_context(alert, SHOP)
    assert context.timestamp == STARTS_AT
    assert (context.alert_name, context.severity) == ("HighErrorRate", AlertSeverity.CRITICAL)
    # The catalogue's name, its selector, and the environment that the label gives.
    assert (context.affected_service, context.log_query) == ("api", '{app="api"}')
    assert context.environment == "staging"
    assert (context.metrics.error_count, context.metrics.time_window) == (42.0, "10m")
    assert (context.summary, context.description) == ("too many errors", "5xx ratio over 10 minutes")
    assert context.links == {
        "dashboard": "https://grafana.example.com/d/1",
        "rule": "https://grafana.example.com/alerting/grafana/r1/view?orgId=1",
        "runbook": "https://runbooks.example.com/errors",
    }


def test_an_alert_that_says_nothing_still_has_a_context() -> None:
    context = alert_context(an_alert(labels={"x": "y"}), ())
    assert (context.alert_name, context.severity) == (UNNAMED, AlertSeverity.WARNING)
    assert (context.affected_service, context.environment, context.log_query) == ("unknown", "unknown", "")
    assert (context.metrics.error_count, context.metrics.time_window) == (None, "5m")
    assert context.links == {}


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        ({"alertname": "HighErrorRate"}, "HighErrorRate"),
        # Grafana moves the rule's name away when the rule has no data or fails.
        ({"alertname": "DatasourceNoData", "rulename": "HighErrorRate"}, "HighErrorRate"),
        ({"alertname": "DatasourceError", "rulename": "HighErrorRate"}, "HighErrorRate"),
        ({"alertname": "DatasourceError"}, "DatasourceError"),
        # Somebody's own label of that name does not rename an alert.
        ({"alertname": "HighErrorRate", "rulename": "other"}, "HighErrorRate"),
        ({"alertname": "  "}, UNNAMED),
    ],
)
def test_alert_is_named_after_its_rule(labels: dict[str, str], name: str) -> None:
    assert alert_name(labels) == name


@pytest.mark.parametrize(
    ("labels", "severity"),
    [
        ({"severity": "critical"}, AlertSeverity.CRITICAL),
        ({"severity": " Page "}, AlertSeverity.CRITICAL),
        ({"severity": "P1"}, AlertSeverity.CRITICAL),
        ({"severity": "fatal"}, AlertSeverity.CRITICAL),
        ({"severity": "high"}, AlertSeverity.CRITICAL),
        ({"severity": "warn"}, AlertSeverity.WARNING),
        ({"severity": "medium"}, AlertSeverity.WARNING),
        ({"severity": "info"}, AlertSeverity.INFO),
        ({"severity": "low"}, AlertSeverity.INFO),
        # Opsgenie's scale in its own label.
        ({"priority": "P2"}, AlertSeverity.CRITICAL),
        ({"priority": "P5"}, AlertSeverity.INFO),
        # A word nobody knows leaves the next label to speak.
        ({"severity": "purple", "priority": "p1"}, AlertSeverity.CRITICAL),
        ({"severity": "purple"}, AlertSeverity.WARNING),
        ({}, AlertSeverity.WARNING),
    ],
)
def test_severity_words_are_translated(labels: dict[str, str], severity: AlertSeverity) -> None:
    assert alert_severity(labels) is severity


def test_a_service_name_cannot_break_out_of_the_log_query() -> None:
    context = alert_context(an_alert(labels={"service": 'a"} |= "\\ü\n'}), ())
    assert context.log_query == '{service_name="a\\"} |= \\"\\\\\\u00fc"}'


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("https://grafana.example.com/d/1?from=1&to=2#x", True),
        ("http://127.0.0.1:9090/graph", True),
        ("http://[::1]:9090/graph", True),
        # Runs code in a browser.
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        # No host, no scheme, a broken host.
        ("https:///x", False),
        ("/alerting/list", False),
        ("http://[::1/", False),
        # A line break would break out of Markdown or a header.
        ("https://example.com/\nx", False),
        ("https://example.com/ x", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, accepted: bool) -> None:
    assert is_web_address(url) is accepted
    assert ("dashboard" in alert_context(an_alert(dashboard_url=url), ()).links) is accepted


def test_what_the_data_source_answered_is_part_of_the_description() -> None:
    annotations = {"description": "5xx ratio", "Error": "context deadline exceeded"}
    labels = {"alertname": "DatasourceError", "rulename": "HighErrorRate"}
    failing = alert_context(an_alert(labels=labels, annotations=annotations), ())
    assert failing.description == "5xx ratio\n\ncontext deadline exceeded"
    ordinary = alert_context(an_alert(annotations=annotations), ())
    assert ordinary.description == "5xx ratio"
