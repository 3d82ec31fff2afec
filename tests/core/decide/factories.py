"""Evidence with sensible defaults; a test names only what it is about."""

from datetime import UTC, datetime
from typing import TypeVar
from zlib import crc32

from issue_intelligence.core.decide.inputs import ActiveSuppression, RuleInput, ValidationThresholds
from issue_intelligence.core.model.alert import AlertContext, AlertMetrics, AlertSeverity, MonitoringFault
from issue_intelligence.core.model.evidence import (
    CollectorName,
    Evidence,
    EvidenceStatus,
    HealthCheck,
    HealthProbe,
    HistoricalContext,
    Investigation,
    Metrics,
    ServiceState,
)
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue, KnownIssueMatch
from issue_intelligence.core.model.logs import (
    EndpointCount,
    LogAnalysis,
    LogLevel,
    LogPattern,
    RankedError,
    RequestStats,
    StackFrame,
    StackTrace,
)

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def context(
    alert_name: str = "HighMemoryUsage",
    *,
    severity: AlertSeverity = AlertSeverity.WARNING,
    error_count: float | None = None,
    time_window: str = "5m",
    fault: MonitoringFault | None = None,
    summary: str = "",
    service: str = "shop",
    endpoints: tuple[str, ...] = (),
) -> AlertContext:
    return AlertContext(
        timestamp=NOON,
        alert_name=alert_name,
        severity=severity,
        affected_service=service,
        environment="production",
        log_query="",
        metrics=AlertMetrics(error_count=error_count, time_window=time_window, affected_endpoints=endpoints),
        summary=summary,
        monitoring_fault=fault,
    )


def trace(
    exception: str = "TypeError",
    message: str = "x is undefined",
    *,
    fingerprint: str = "aaaaaaaaaaaaaaaa",
    in_app: bool = True,
    file: str = "src/cart.ts",
) -> StackTrace:
    return StackTrace(
        fingerprint=fingerprint,
        language="nodejs",
        exception=exception,
        message=message,
        culprit=f"{file}:10 in total",
        frames=(StackFrame(function="total", file=file, line=10, in_app=in_app),),
        first_line=1,
        last_line=2,
        count=1,
    )


def pattern(sample: str, count: int = 1, *, level: LogLevel = LogLevel.ERROR) -> LogPattern:
    return LogPattern(
        fingerprint=f"{crc32(sample.encode()):016x}",
        pattern=sample,
        level=level,
        count=count,
        first_seen=NOON,
        last_seen=NOON,
        sample=sample,
        first_line=1,
    )


def error(message: str, of: StackTrace | None = None) -> RankedError:
    name = of.fingerprint if of else f"{crc32(message.encode()):016x}"
    return RankedError(
        fingerprint=name,
        shown_as=name,
        message=message,
        pattern=message,
        level=LogLevel.ERROR,
        count=1,
        first_line=1,
        first_seen=NOON,
        last_seen=NOON,
        has_trace=of is not None,
    )


def logs(
    *patterns: LogPattern,
    traces: tuple[StackTrace, ...] = (),
    in_five_minutes: int | None = None,
    users: int | None = None,
    requests: RequestStats | None = None,
    endpoints: tuple[str, ...] = (),
    truncated: bool = False,
    ranked: tuple[RankedError, ...] = (),
) -> LogAnalysis:
    errors = [each for each in patterns if each.level in {LogLevel.ERROR, LogLevel.FATAL}]
    error_lines = sum(each.count for each in errors)
    return LogAnalysis(
        lines=100,
        error_lines=error_lines,
        error_messages=tuple(each.sample for each in errors),
        stack_traces=traces,
        affected_endpoints=tuple(EndpointCount(endpoint=each, count=1) for each in endpoints),
        affected_users=users,
        error_pattern=errors[0].pattern if errors else None,
        first_occurrence=NOON if errors else None,
        last_occurrence=NOON if errors else None,
        frequency=float(error_lines),
        errors_in_five_minutes=error_lines if in_five_minutes is None else in_five_minutes,
        patterns=patterns,
        requests=requests,
        truncated=truncated,
        errors=ranked,
    )


def metrics(
    *,
    errors: int | None = None,
    in_five_minutes: int | None = None,
    rate: float | None = None,
    seconds: float | None = None,
    baseline_errors: float | None = None,
    baseline_seconds: float | None = None,
    baseline_rate: float | None = None,
    memory: float | None = None,
    by_status: dict[str, int] | None = None,
) -> Metrics:
    return Metrics(
        error_count=errors,
        errors_in_five_minutes=in_five_minutes,
        request_count=sum(by_status.values()) if by_status else None,
        error_rate=rate,
        mean_response_seconds=seconds,
        baseline_error_count=baseline_errors,
        baseline_response_seconds=baseline_seconds,
        baseline_error_rate=baseline_rate,
        memory_percent=memory,
        requests_by_status=by_status or {},
    )


def health(
    *,
    api: bool | None = True,
    database: bool | None = None,
    ms: float | None = 20.0,
    external: dict[str, ServiceState] | None = None,
    probes: tuple[HealthProbe, ...] = (),
) -> HealthCheck:
    return HealthCheck(
        api_responsive=api,
        database_connected=database,
        response_time_ms=ms,
        external_services=external or {},
        probes=probes,
    )


def known(
    id_: str = "pool",
    pattern_text: str = "pool exhausted",
    *,
    disposition: Disposition = Disposition.ISSUE,
    auto: bool = False,
    script: str | None = None,
    category: str = "database",
) -> KnownIssue:
    return KnownIssue(
        id=id_,
        title=id_.replace("-", " ").title(),
        error_pattern=pattern_text,
        description="",
        solution="Mend it.",
        disposition=disposition,
        category=category,
        component="database",
        severity="high",
        auto_remediable=auto,
        remediation_script=script,
    )


def match(entry: KnownIssue, count: int = 1) -> KnownIssueMatch:
    return KnownIssueMatch(known_issue=entry, matched_text="…", count=count)


def history(
    *, open_issue: int | None = None, real: int | None = None, not_real: int | None = None
) -> HistoricalContext:
    return HistoricalContext(
        is_recurring=open_issue is not None,
        last_occurrence=None,
        open_github_issue=open_issue,
        total_occurrences=0,
        mean_time_between_occurrences_seconds=None,
        found_real=real,
        found_not_real=not_real,
    )


def collected(collector: CollectorName, data: T) -> Evidence[T]:
    return Evidence(
        collector=collector, status=EvidenceStatus.COLLECTED, source="test", collected_at=NOON, data=data
    )


def given(
    *contexts: AlertContext,
    logs: LogAnalysis | None = None,
    metrics: Metrics | None = None,
    health: HealthCheck | None = None,
    matches: tuple[KnownIssueMatch, ...] = (),
    history: HistoricalContext | None = None,
    failed: tuple[CollectorName, ...] = (),
    suppression: ActiveSuppression | None = None,
    thresholds: ValidationThresholds | None = None,
) -> RuleInput:
    """Build the input of the rules; what is None was not collected, what is in `failed` was tried."""
    data: dict[CollectorName, object] = {
        CollectorName.LOGS: logs,
        CollectorName.METRICS: metrics,
        CollectorName.HEALTH: health,
        CollectorName.HISTORY: history,
        CollectorName.KNOWN_ISSUES: matches,
    }
    evidence: dict[str, Evidence[object]] = {
        name.value: collected(name, found) for name, found in data.items() if found is not None
    }
    for name in failed:
        evidence[name.value] = Evidence(
            collector=name,
            status=EvidenceStatus.FAILED,
            source="test",
            collected_at=NOON,
            error="no answer within 10 s",
        )
    return RuleInput(
        contexts=contexts or (context(),),
        investigation=Investigation(**evidence),  # type: ignore[arg-type]
        suppression=suppression,
        thresholds=thresholds or ValidationThresholds(),
    )
