"""The end of the issue: identity, links, and the alerts as they came."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import code_span, cut_middle, fence, link
from issue_intelligence.core.report.plain_words import counted, utc_time

MAX_RAW_ALERTS = 10
MAX_ALERT_IDS = 10
# Room for the tags around the data.
_FRAME_CHARS = 400


def raw_alert_data(report: IncidentReport, *, max_chars: int) -> str:
    """Show identity and links, and the newest alerts as data within what `max_chars` leaves."""
    facts = "\n".join(f"- {fact}" for fact in (_ids(report), _links(report)) if fact)
    alerts = [alert for alert, _ in report.alerts[-MAX_RAW_ALERTS:]][::-1]
    text = json.dumps([_plain(alert) for alert in alerts], indent=2, ensure_ascii=False, sort_keys=True)
    left_out = len(report.alerts) - len(alerts)
    note = f", the newest {len(alerts)} of {len(report.alerts):,}" if left_out else ""
    room = max(200, max_chars - len(facts) - _FRAME_CHARS)
    # Breaking long runs of backticks may add a little, so a tenth stays free.
    data = fence(cut_middle(text, room * 9 // 10), "json")
    opening = f"<details>\n<summary>Click to expand ({counted(len(alerts), 'alert')}{note})</summary>"
    return f"{facts}\n- **Raw Alert Data**:\n\n{opening}\n\n{data}\n\n</details>"


def _ids(report: IncidentReport) -> str:
    ids = [code_span(alert.id, 80) for alert, _ in report.alerts[:MAX_ALERT_IDS]]
    more = len(report.alerts) - len(ids)
    return (
        f"**Alert ID**: {', '.join(ids)}"
        + (f" and {more:,} more" if more else "")
        + f" (incident {code_span(report.incident.id, 80)})"
    )


def _links(report: IncidentReport) -> str:
    alert = report.last_alert
    dashboard = link("View in Grafana", alert.panel_url or alert.dashboard_url)
    rule = link("Alert rule", alert.generator_url)
    silence = link("Silence it", alert.silence_url)
    page = link("Everything we found", report.page_url)
    given = [text for text in (dashboard, rule, silence, page) if text]
    return f"**Grafana Dashboard**: {' · '.join(given) if given else 'the alert carries no link'}"


def _plain(alert: Alert) -> dict[str, object]:
    return {field.name: _value(getattr(alert, field.name)) for field in fields(alert)}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _value(item) for key, item in value.items()}
    return value


def footer(*, now: datetime) -> str:
    return (
        "---\n\n*This issue was automatically created by the Issue Intelligence Service*\n\n"
        f"*Last updated: {utc_time(now)}*"
    )
