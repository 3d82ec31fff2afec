"""What the requests of a log say in numbers."""

from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.measured import Measured
from issue_intelligence.core.model.usual import UsualMetric


def measured_in_logs(analysis: LogAnalysis | None) -> Measured:
    requests = analysis.requests if analysis else None
    return Measured(
        request_count=requests.total if requests else None,
        error_rate=_error_rate(analysis),
        mean_response_seconds=(
            requests.mean_duration_ms / 1_000 if requests and requests.mean_duration_ms is not None else None
        ),
    )


def _error_rate(analysis: LogAnalysis | None) -> float | None:
    """Give 5xx of all requests; without a total it is unknown, never 0 or 1.

    Errors at endpoints without any 5xx mean that the log counts only requests that went well.
    """
    requests = analysis.requests if analysis else None
    if analysis is None or requests is None or requests.total <= 0 or not requests.status_codes:
        return None
    failed = sum(count for code, count in requests.status_codes.items() if code.startswith("5"))
    if not failed and analysis.affected_endpoints:
        return None
    return min(1.0, failed / requests.total)


def numbers_of(measured: Measured) -> tuple[tuple[UsualMetric, float], ...]:
    """Give the numbers of which it is kept what is usual, as far as they are known."""
    known = (
        (UsualMetric.ERROR_RATE, measured.error_rate),
        (UsualMetric.RESPONSE_SECONDS, measured.mean_response_seconds),
    )
    return tuple((metric, number) for metric, number in known if number is not None)


def numbers_of_log(analysis: LogAnalysis) -> tuple[tuple[UsualMetric, float], ...]:
    """The same of a log; one without any line tells nothing, since the log itself may be gone."""
    if not analysis.lines:
        return ()
    counts = (
        (UsualMetric.ERROR_COUNT, float(analysis.error_lines)),
        (UsualMetric.LOG_LINES, float(analysis.lines)),
    )
    return (*counts, *numbers_of(measured_in_logs(analysis)))
