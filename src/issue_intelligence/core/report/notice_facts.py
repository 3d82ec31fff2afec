"""The parts of a notice: where the incident stands, why, what helps, and where to look."""

import re
from collections.abc import Iterator
from itertools import islice

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.notice import NoticeLinks, NoticeStatus
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import clean, one_line, web_address

_MARKDOWN = re.compile(r"\*\*|^```\w*$|`|^#{1,6} ", re.MULTILINE)

MAX_REASONS = 3
# Of a known issue's solution; the issue has the whole of it.
MAX_STEPS = 3
MAX_EXCERPT_LINES = 6
MAX_EXCERPT_CHARS = 600


def status(report: IncidentReport, *, issue_number: int | None) -> NoticeStatus:
    """Say where the incident stands at the end of a look."""
    if report.incident.joined is not None:
        return NoticeStatus.JOINED
    if report.remediation and report.remediation.success:
        return NoticeStatus.REPAIRED
    if report.incident.status is not IncidentStatus.OPEN:
        return NoticeStatus.RESOLVED
    return NoticeStatus.ISSUE if issue_number is not None else NoticeStatus.NO_ISSUE


def reasons(report: IncidentReport) -> tuple[str, ...]:
    """Give the deciding reason, then the heaviest that agree with it."""
    verdict = report.verdict
    agreeing = sorted(
        (
            reason
            for reason in verdict.reasons
            if reason.conclusion is verdict.validation.conclusion and not reason.decisive
        ),
        key=lambda reason: -reason.weight,
    )
    texts = (verdict.validation.reason, *(reason.text for reason in agreeing))
    return tuple(dict.fromkeys(filter(None, (one_line(text, 200) for text in texts))))[:MAX_REASONS]


def advice(report: IncidentReport) -> tuple[str, ...]:
    return tuple(_advice(report))


def _advice(report: IncidentReport) -> Iterator[str]:
    known = report.verdict.validation.known_issue
    if known:
        yield f'It is the known issue "{one_line(known.title, 100)}".'
        steps = filter(None, (one_line(line, 200) for line in _unmarked(known.solution).splitlines()))
        yield from islice(steps, MAX_STEPS)
    trace = report.main_trace
    if trace and trace.culprit:
        yield f"Look at {one_line(trace.culprit, 150)}"
    if report.logs is None:
        yield "The log was not read, so this was decided without it."


def _unmarked(markdown: str) -> str:
    """Take the Markdown out of a solution, whose words are for people wherever they read them."""
    return _MARKDOWN.sub("", markdown[:4_000])


def excerpt(report: IncidentReport) -> str:
    """Give the beginning of the main stack trace, else the first lines that tell of the error."""
    logs, trace = report.logs, report.main_trace
    text = trace.text if trace else "\n".join(logs.sample_lines[:3]) if logs else ""
    # Cleaning a text of many megabytes to show six lines of it would be a waste.
    lines = clean(text[: MAX_EXCERPT_CHARS * 10]).strip("\n").split("\n")[:MAX_EXCERPT_LINES]
    return "\n".join(
        one_line(line, 200) if not line.startswith((" ", "\t")) else _indented(line) for line in lines
    )[:MAX_EXCERPT_CHARS]


def _indented(line: str) -> str:
    return f"    {one_line(line, 196)}".rstrip()


def links(report: IncidentReport, *, issue_url: str) -> NoticeLinks:
    alert, logs = report.last_alert, report.investigation.logs
    dashboards = (web_address(url) for url in (alert.panel_url, alert.dashboard_url, alert.generator_url))
    return NoticeLinks(
        issue=web_address(issue_url),
        logs=web_address(logs.link) if logs else "",
        dashboard=next(filter(None, dashboards), ""),
        page=web_address(report.page_url),
    )
