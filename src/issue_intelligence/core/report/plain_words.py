"""Times, counts and spans as people write them."""

from datetime import UTC, datetime

from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.usual import UsualMetric
from issue_intelligence.core.model.verdict import IssueType, Severity
from issue_intelligence.core.report.markdown import inline

UNKNOWN = "Unknown"

# From the worst to the least.
SEVERITY_ORDER = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)


def utc_time(at: datetime) -> str:
    """Write a time as `2026-11-24 11:03:05 UTC`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: `1 error`, `1,200 errors`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def count_about(number: float) -> str:
    """Write a count that may be a part of an hour's: `4`, `2.5`, `1,200`."""
    return f"{number:.3g}" if number < 100 else f"{number:,.0f}"


def span(seconds: float) -> str:
    """Write a length of time in one unit, or two where one is too coarse: `2 min 32 s`."""
    if 0 < seconds < 1:
        return "under 1 s"
    whole = max(0, round(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 600 and whole % 60:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(whole / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, rest = divmod(hours, 24)
    return f"{days} d {rest} h" if rest and days < 7 else f"{days} d"


def percentage(share: float) -> str:
    """Write a share from 0 to 1 as `4.2 %`; a share that is not nothing never reads as 0 %."""
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def basis_told(metrics: Metrics, metric: UsualMetric) -> str:
    """Say how a usual figure is known: ` on Tuesdays at 11:00 UTC, median of 5 weeks`; "" for not."""
    usual = metrics.usual_of(metric)
    return usual.sentence.removeprefix("usual") if usual else ""


def milliseconds(value: float) -> str:
    if 0 < value < 1:
        return "under 1 ms"
    return f"{value:,.0f} ms"


def sentence(text: str, max_chars: int = 500) -> str:
    """Give text from outside as a sentence that ends like one."""
    prose = inline(text, max_chars)
    return prose if not prose or prose.endswith((".", "…", "?", "!", ":")) else prose + "."


def type_name(issue_type: IssueType) -> str:
    return issue_type.value.capitalize()


def severity_rank(severity: Severity) -> int:
    """0 for the worst."""
    return SEVERITY_ORDER.index(severity)
