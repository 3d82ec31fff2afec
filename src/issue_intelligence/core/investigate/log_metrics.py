"""What the requests of a log say in numbers."""

from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.measured import Measured


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
