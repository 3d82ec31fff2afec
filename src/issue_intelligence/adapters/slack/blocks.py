"""Renders notices as Block Kit, within Slack's limits. What they say comes from core/report/notice.py."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from issue_intelligence.adapters.slack.mrkdwn import code_block, link, moment, prose
from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.plain_words import UNKNOWN, percentage

Block = dict[str, Any]

# A button's address may have 3,000, and long ones cost the whole message.
MAX_HEADER = 150
MAX_URL = 1_500
MAX_FALLBACK = 300
MAX_BULLETS = 6
# Slack refused about 13,200 characters over all blocks (github.com/slackapi/bolt-js/issues/2509).
MAX_TOTAL = 10_000

_OF_SEVERITY = {
    Severity.CRITICAL: "🚨 CRITICAL",
    Severity.HIGH: "🔴 HIGH",
    Severity.MEDIUM: "🟡 MEDIUM",
    Severity.LOW: "🔵 LOW",
}
_OVER = {NoticeStatus.REPAIRED: "✅ REPAIRED", NoticeStatus.RESOLVED: "✅ RESOLVED"}
_NOT_OURS = {
    Conclusion.NOT_REAL: "✅ NO PROBLEM",
    Conclusion.SUPPRESSED: "✅ EXPECTED",
    Conclusion.UNCONFIRMED: "NOT CONFIRMED",
}
# Bulky and good to have; the first goes first when a message would be too long.
_DISPENSABLE = ("excerpt", "advice", "reasons")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    # What a phone shows, and who cannot show blocks.
    text: str
    blocks: tuple[Block, ...]


def incident_message(notice: IncidentNotice) -> Message:
    """Show the incident's present state."""
    blocks: list[Block] = [
        {"type": "header", "text": _plain(f"{_label(notice)}: {_subject(notice)}", MAX_HEADER)},
        {"type": "section", "block_id": "facts", "fields": [_mrkdwn(text) for text in _facts(notice)]},
        *_section("status", "\n\n".join(_standing(notice))),
        *_section("reasons", _bullets(f"*Why* ({notice.confidence} % sure)", notice.reasons)),
        *_section("excerpt", "" if notice.status in _OVER else code_block(notice.excerpt, 1_500)),
        *_section("advice", "" if notice.status in _OVER else _bullets("*What helps*", notice.advice)),
        *_buttons(notice),
        {"type": "context", "elements": [_mrkdwn(_footer(notice))]},
    ]
    return Message(text=_fallback(notice), blocks=tuple(_fitted(blocks)))


def news_message(notice: IncidentNotice, told: IncidentNotice) -> Message:
    """Say in the thread what is new; `told` is what people read before."""
    said = [*_severity_change(notice, told), *_standing(notice)]
    return Message(
        text=_fallback(notice),
        blocks=(*_section("news", "\n\n".join(said)), *_section("more", _bullets("", notice.news))),
    )


def moved_message(notice: IncidentNotice, told: IncidentNotice, channel_id: str) -> Message:
    """Say in the old thread where it goes on."""
    change = "".join(_severity_change(notice, told))
    where = f"{change} It goes on in <#{channel_id}>."
    return Message(text=_fallback(notice), blocks=tuple(_section("moved", where)))


def _severity_change(notice: IncidentNotice, told: IncidentNotice) -> Iterator[str]:
    if notice.severity is not told.severity and notice.status not in _OVER:
        yield f"*Severity* is now {notice.severity.value}; it was {told.severity.value}."


def _label(notice: IncidentNotice) -> str:
    over = _OVER.get(notice.status) or _NOT_OURS.get(notice.conclusion)
    return over or _OF_SEVERITY[notice.severity]


def _subject(notice: IncidentNotice) -> str:
    return f"{notice.service}: {notice.headline}"


def _fallback(notice: IncidentNotice) -> str:
    return prose(f"{_label(notice)}: {_subject(notice)} · {notice.result}", MAX_FALLBACK)


def _facts(notice: IncidentNotice) -> Iterator[str]:
    users, rate = notice.affected_users, notice.error_rate
    yield f"*Severity:*\n{notice.severity.value.capitalize()}"
    yield f"*Component:*\n{prose(notice.component, 300) or UNKNOWN}"
    yield f"*Affected Users:*\n{f'{users:,}' if users is not None else UNKNOWN}"
    yield f"*Error Rate:*\n{percentage(rate) if rate is not None else UNKNOWN}"
    if notice.environment not in ("", "unknown"):
        yield f"*Environment:*\n{prose(notice.environment, 300)}"
    if notice.started_at is not None:
        yield f"*Since:*\n{moment(notice.started_at)}"


def _standing(notice: IncidentNotice) -> Iterator[str]:
    """Say what was done and where the incident stands, a paragraph each."""
    yield from _remediation(notice)
    if notice.status is NoticeStatus.REMEDIATING:
        return
    result = prose(notice.result[:1].upper() + notice.result[1:], 600)
    issue = _issue(notice, result)
    if notice.status is NoticeStatus.RESOLVED:
        at = f" {moment(notice.resolved_at)}" if notice.resolved_at else ""
        yield f"✅ *Resolved*{at}" + (f"\n📋 {issue}" if issue else "")
    elif notice.status is NoticeStatus.REPAIRED:
        yield f"📋 {issue}" if issue else "_No issue created_"
    elif issue:
        yield f"📋 {issue}"
    else:
        yield f"*Status:* {result}"


def _remediation(notice: IncidentNotice) -> Iterator[str]:
    action = prose(notice.remediation, 200)
    if notice.status is NoticeStatus.REMEDIATING:
        yield f"*Auto-Remediation:*\n⚙️ Attempting {action}..."
    elif notice.remediation_helped is not None:
        mark = (
            "✅ *Auto-Remediation Successful*"
            if notice.remediation_helped
            else "❌ *Auto-Remediation Failed*"
        )
        yield f"{mark}\n{action}: {prose(notice.remediation_result, 600)}"


def _issue(notice: IncidentNotice, result: str) -> str:
    if notice.issue_number is None:
        return ""
    label = f"#{notice.issue_number}"
    issue = link(label, notice.links.issue) if _fits(notice.links.issue) else label
    return f"{result}: {issue}" if notice.acted else f"Issue {issue}: {result}"


def _bullets(title: str, lines: Sequence[str]) -> str:
    shown = [f"• {prose(line, 450)}" for line in lines[:MAX_BULLETS]]
    return "\n".join(filter(None, (title, *shown))) if shown else ""


def _buttons(notice: IncidentNotice) -> Iterator[Block]:
    links = notice.links
    offered = {
        "view_logs": ("View logs", links.logs),
        "view_in_grafana": ("View in Grafana", links.dashboard),
        "open_issue": ("Open issue", links.issue),
        "everything": ("Everything we found", links.page),
    }
    elements = [
        {"type": "button", "action_id": action, "text": _plain(label, 75), "url": url}
        for action, (label, url) in offered.items()
        if _fits(url)
    ]
    if elements:
        yield {"type": "actions", "elements": elements}


def _fits(url: str) -> bool:
    return 0 < len(url) <= MAX_URL


def _footer(notice: IncidentNotice) -> str:
    return f"Alert {prose(notice.alert_name, 300)} · incident {prose(notice.incident_id, 80)}"


def _section(block_id: str, text: str) -> Iterator[Block]:
    if text:
        yield {"type": "section", "block_id": block_id, "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    # Verbatim: what looks like an address or a name in text from outside does not become one.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, max_chars: int) -> Block:
    # Without emoji, ":fire:" from outside stays text.
    return {"type": "plain_text", "text": one_line(text, max_chars), "emoji": False}


def _fitted(blocks: Sequence[Block]) -> Sequence[Block]:
    """Leave out the dispensable, one after the other, until the rest is short enough."""
    fitted = list(blocks)
    for name in _DISPENSABLE:
        if len(json.dumps(fitted, ensure_ascii=False)) <= MAX_TOTAL:
            break
        fitted = [block for block in fitted if block.get("block_id") != name]
    return fitted
