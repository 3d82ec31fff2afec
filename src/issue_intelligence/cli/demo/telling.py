"""Puts the service's answers into short words for the terminal."""

from issue_intelligence.cli.demo.issue_files import IssueFile
from issue_intelligence.cli.demo.service_view import Alert, part
from issue_intelligence.core.report.plain_words import counted

_CONCLUSIONS = {
    "real": "real",
    "possible": "possibly real",
    "not_real": "not a problem of the service",
    "suppressed": "expected for now",
    "monitoring": "a fault of the monitoring",
    "unconfirmed": "not confirmed",
}


def evidence_words(alert: Alert) -> list[tuple[str, str]]:
    """Say what was found: label and sentence for each source."""
    return [
        ("logs", _logs(alert)),
        ("health", _health(alert)),
        ("known?", _known(alert)),
        ("history", _history(alert)),
        ("remedy", _remedy(alert)),
    ]


def verdict_words(alert: Alert) -> str:
    """Say the verdict, how sure it is, and the reason."""
    conclusion = str(part(alert, "validation", "conclusion"))
    confidence, reason = part(alert, "validation", "confidence"), part(alert, "validation", "reason")
    return f"{_CONCLUSIONS.get(conclusion, conclusion)}, {confidence} % sure. {reason}"


def category_words(alert: Alert) -> str:
    found = part(alert, "categorization") or {}
    return f"severity {found.get('severity')}, type {found.get('type')}, component {found.get('component')}"


def repeat_words(alert: Alert, *, changed: bool) -> str:
    repeats = counted(int(alert.get("repeat_count") or 0), "repeat")
    return f"{repeats} counted; " + ("the issue changed." if changed else "no comment, no second issue.")


def issue_words(issue: IssueFile | None) -> str:
    return f"issue {issue.number}: {issue.title}" if issue else "no issue"


def _logs(alert: Alert) -> str:
    logs = part(alert, "log_analysis")
    if logs is None:
        return "not read"
    users = logs.get("affected_users")
    words = f"{counted(logs['lines'], 'line')} read, {counted(logs['error_lines'], 'error')}"
    words += f", {counted(users, 'user')} affected" if users else ""
    traces = logs.get("stack_traces") or ()
    if traces:
        return f"{words}; stack trace at {traces[0]['culprit']}"
    warnings = [each for each in logs.get("patterns") or () if each.get("level") == "warning"]
    if logs["error_lines"] or not warnings:
        return words
    count = sum(each["count"] for each in warnings)
    return f'{words}, {counted(count, "warning")}: "{warnings[0]["sample"]}"'


def _health(alert: Alert) -> str:
    health = part(alert, "health_check")
    if health is None:
        return "not asked"
    api = {True: "the API answers", False: "the API fails"}.get(health.get("api_responsive"), "API unknown")
    words = [api]
    if (connected := health.get("database_connected")) is not None:
        words.append("the database is connected" if connected else "the database is down")
    others = (health.get("external_services") or {}).items()
    words += [f"its dependency {name} is {state}" for name, state in others if state != "up"]
    return ", ".join(words)


def _known(alert: Alert) -> str:
    title = part(alert, "known_issue", "title")
    return f'yes, "{title}"' if title else "no, nothing in the knowledge base speaks of it"


def _history(alert: Alert) -> str:
    history = part(alert, "history") or {}
    number = history.get("open_github_issue")
    if number is not None:
        return f"issue {number} is open for it"
    return "it happened before" if history.get("is_recurring") else "not seen before"


def _remedy(alert: Alert) -> str:
    result = part(alert, "remediation") or {}
    reason = str(result.get("reason") or "nothing was tried")
    return f"{result.get('action')}, once. {reason}" if result.get("attempted") else reason
