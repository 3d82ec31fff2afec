"""What the checks and the past say."""

from issue_intelligence.core.investigate.rises import response_time_rose
from issue_intelligence.core.model.evidence import Change, HealthProbe, Metrics, ServiceState
from issue_intelligence.core.model.usual import UsualMetric
from issue_intelligence.core.report.change_text import change_name, change_story
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import inline, link
from issue_intelligence.core.report.plain_words import (
    basis_told,
    count_about,
    counted,
    milliseconds,
    span,
    utc_time,
)

MAX_PROBES = 8
MAX_CHANGES = 3
MAX_RELATED = 10

_STATE_MARKS = {ServiceState.UP: "✅", ServiceState.DEGRADED: "⚠️", ServiceState.DOWN: "❌"}


def investigation_results(report: IncidentReport) -> str:
    health = report.health
    facts = [
        _yes_or_no("API Responsive", health.api_responsive if health else None),
        _yes_or_no("Database Connected", health.database_connected if health else None),
        _response_time(report),
        f"📊 Error Frequency: {_frequency(report)}",
    ]
    if health:
        # What is not well comes first, so that no limit hides it.
        in_order = sorted(health.probes, key=lambda probe: probe.state is ServiceState.UP)
        probes = [_probe(probe) for probe in in_order]
        named = {probe.name for probe in health.probes}
        probes += [
            f"{_STATE_MARKS[state]} {inline(name, 100)}: {state.value}"
            for name, state in sorted(health.external_services.items())
            if name not in named
        ]
        facts += _at_most(probes, MAX_PROBES, "further check")
    changes = [_change(change, report) for change in report.changes]
    facts += _at_most(changes, MAX_CHANGES, "further change")
    return "\n".join(("### Investigation Results", *(f"- {fact}" for fact in facts)))


def _at_most(facts: list[str], limit: int, noun: str) -> list[str]:
    more = len(facts) - limit
    return facts[:limit] + ([f"{counted(more, noun)} not shown"] if more > 0 else [])


def _yes_or_no(name: str, answer: bool | None) -> str:  # noqa: FBT001
    if answer is None:
        return f"❔ {name}: unknown"
    return f"✅ {name}: yes" if answer else f"❌ {name}: no"


def _response_time(report: IncidentReport) -> str:
    health, metrics = report.health, report.metrics
    parts = []
    if metrics and metrics.mean_response_seconds is not None:
        text = f"{milliseconds(metrics.mean_response_seconds * 1000)} a request on average"
        if metrics.baseline_response_seconds is not None:
            usual = metrics.usual_of(UsualMetric.RESPONSE_SECONDS)
            told = usual.sentence if usual else "before"
            text += f", {milliseconds(metrics.baseline_response_seconds * 1000)} {told}"
        parts.append(text)
    if health and health.response_time_ms is not None:
        parts.append(f"{milliseconds(health.response_time_ms)} for the health check")
    if not parts:
        return "❔ Response Time: unknown"
    slow = metrics is not None and _is_slow(metrics)
    return f"{'⚠️' if slow else '✅'} Response Time: {'; '.join(parts)}"


def _is_slow(metrics: Metrics) -> bool:
    """Hold against the past only: what is slow for one service is normal for another."""
    usual = metrics.usual_of(UsualMetric.RESPONSE_SECONDS)
    return response_time_rose(
        metrics.mean_response_seconds,
        metrics.baseline_response_seconds,
        spread=usual.spread if usual else None,
    )


def _frequency(report: IncidentReport) -> str:
    logs, metrics = report.logs, report.metrics
    count = logs.error_lines if logs else metrics.error_count if metrics else None
    if count is None:
        said = report.context.metrics.error_count
        rule_window = report.context.metrics.time_window
        if said is None:
            return "unknown"
        return f"{said:g} by the alert's own count" + (
            f" in {inline(rule_window, 50)}" if rule_window else ""
        )
    text = counted(count, "occurrence")
    if logs and logs.first_occurrence and logs.last_occurrence and count > 1:
        seconds = (logs.last_occurrence - logs.first_occurrence).total_seconds()
        text += f" in {span(seconds)}"
        text += f", at most {logs.errors_in_five_minutes:,} within five minutes" if seconds > 300 else ""
    if metrics and metrics.baseline_error_count is not None:
        text += f"; usual for this length of time: {count_about(metrics.baseline_error_count)}"
        text += basis_told(metrics, UsualMetric.ERROR_COUNT)
    return text


def _probe(probe: HealthProbe) -> str:
    time = ""
    if probe.response_time_ms is not None:
        took = milliseconds(probe.response_time_ms)
        # A sentence about what is wrong often ends with a time of its own.
        time = f" in {took}" if probe.state is ServiceState.UP else f" ({took})"
    detail = inline(probe.detail, 150) or probe.state.value
    mark = _STATE_MARKS[probe.state] if probe.looked else "❔"
    return f"{mark} {inline(probe.label, 130)}: {detail}{time}"


def _change(change: Change, report: IncidentReport) -> str:
    at = change.finished_at or change.started_at
    by = f", by {inline(change.by, 100)}" if change.by else ""
    what = f": {inline(change.description, 150)}" if change.description else ""
    name = change_name(change)
    log = f" ({link('its log', change.url)})" if link("its log", change.url) else ""
    return f"🔀 {name[:1].upper()}{name[1:]} {change_story(change, report)}, {utc_time(at)}{by}{what}{log}"


def historical_context(report: IncidentReport) -> str:
    history = report.history
    lines = ["### Historical Context"]
    if history is None:
        lines.append("Unknown: the history was not read.")
    elif history.total_occurrences == 0:
        lines.append("This has not occurred before, as far as our records go.")
    else:
        lines.append(f"- This issue has occurred {counted(history.total_occurrences, 'time')} previously")
        if history.last_occurrence:
            lines.append(f"- Last occurrence: {utc_time(history.last_occurrence)}")
        if history.mean_time_between_occurrences_seconds is not None:
            lines.append(
                f"- On average {span(history.mean_time_between_occurrences_seconds)} between occurrences"
            )
    if history and history.open_github_issue is not None:
        lines.append(f"- Open issue for this cause: #{history.open_github_issue}")
    if history and history.related_issues:
        numbers = ", ".join(f"#{number}" for number in history.related_issues[:MAX_RELATED])
        lines.append(f"- Related issues: {numbers}")
    return "\n".join(lines)
