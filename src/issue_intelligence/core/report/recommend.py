"""What to do next, derived from what was found; each rule is one line of `_RULES`."""

from collections.abc import Callable, Iterator

from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.evidence import ProbeKind, ServiceState
from issue_intelligence.core.model.verdict import IssueType
from issue_intelligence.core.report.change_text import change_name, change_story, trouble_began
from issue_intelligence.core.report.error_advice import advice_for
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import code_span, inline
from issue_intelligence.core.report.plain_words import counted, utc_time
from issue_intelligence.core.report.solution_text import solution_line

MAX_ACTIONS = 7
MAX_FLOWS = 3
# A solution of one short line is given at once, a longer one by its place.
MAX_SHORT_SOLUTION_CHARS = 200


def recommend(report: IncidentReport) -> tuple[str, ...]:
    """Give at most seven actions as Markdown sentences, the most useful first; never empty."""
    rules = _MONITORING_RULES if report.is_about_monitoring else _RULES
    found = [action for rule in rules for action in rule(report)]
    return tuple(found[:MAX_ACTIONS]) or (_look_at_the_log(report),)


def _known_solution(report: IncidentReport) -> Iterator[str]:
    known = report.verdict.validation.known_issue
    if known and known.solution:
        short = len(known.solution) <= MAX_SHORT_SOLUTION_CHARS and "\n" not in known.solution.strip()
        where = f": {solution_line(known.solution)}" if short else " under Known Issue Match."
        yield f'Follow the solution of the known issue "{inline(known.title, 200)}"{where}'


def _after_a_try(report: IncidentReport) -> Iterator[str]:
    """What was tried in vain stands among the solution's steps too, and need not be tried again."""
    tried = report.remediation
    if tried and tried.attempted and not tried.success:
        yield (
            f"Look for a cause that outlives {code_span(tried.action, 100)}: it was tried and did not help"
            " (see Auto-Remediation Attempted), so trying it again is unlikely to."
        )


def _dead_service(report: IncidentReport) -> Iterator[str]:
    health = report.health
    if health and health.api_responsive is False:
        detail = next((probe.detail for probe in health.probes if probe.failed), "")
        told = f" ({inline(detail, 150)})" if detail else ""
        yield (
            f"Bring {code_span(report.incident.service, 100)} back: its health check fails{told}. "
            f"See whether the process runs and what it wrote last{_unless_restarted(report)}."
        )


def _unless_restarted(report: IncidentReport) -> str:
    tried = report.remediation
    return "" if tried and tried.attempted else "; restart it if nothing speaks against it"


def _dead_database(report: IncidentReport) -> Iterator[str]:
    if report.health and report.health.database_connected is False:
        yield (
            "Check the database: the service cannot reach it. See whether it accepts connections, "
            "how many are open against its limit, and whether its disk is full."
        )


def _dead_dependencies(report: IncidentReport) -> Iterator[str]:
    services = report.health.external_services if report.health else {}
    for name, state in sorted(services.items())[:20]:
        if state is not ServiceState.UP:
            yield f"Check {code_span(name, 100)}, on which the service depends: it is {state.value}."


def _broken_flows(report: IncidentReport) -> Iterator[str]:
    probes = report.health.probes if report.health else ()
    flows = [each for each in probes if each.kind is ProbeKind.CRITICAL_FLOW]
    for flow in [each for each in flows if each.state is not ServiceState.UP][:MAX_FLOWS]:
        yield f"Try the critical flow {code_span(flow.name, 100)} by hand: {inline(flow.detail, 150)}."


def _recent_change(report: IncidentReport) -> Iterator[str]:
    began_at, _ = trouble_began(report)
    before = [change for change in report.changes if change.started_at <= began_at]
    if before:
        change = max(before, key=lambda item: item.started_at)
        yield (
            f"Compare with the {change_name(change)}, which {change_story(change, report)}; "
            "if the trouble came with it, roll it back."
        )


def _error(report: IncidentReport) -> Iterator[str]:
    trace = report.main_trace
    logs = report.logs
    messages = logs.error_messages if logs else ()
    text = f"{trace.exception}: {trace.message}" if trace else messages[0] if messages else ""
    place = code_span(trace.culprit) if trace and trace.culprit else ""
    advice = advice_for(text)
    if place:
        yield f"Open {place}: {advice or 'the error is raised there or passes through it'}."
    elif advice:
        yield f"Look for the cause of {code_span(text, 150)}: {advice}."


def _endpoint(report: IncidentReport) -> Iterator[str]:
    counts = report.logs.affected_endpoints if report.logs else ()
    if counts:
        worst = max(counts, key=lambda item: item.count)
        failed = "once" if worst.count == 1 else f"{worst.count:,} times"
        yield f"Reproduce it with {code_span(worst.endpoint, 200)}, which failed {failed}."


def _by_type(report: IncidentReport) -> Iterator[str]:
    advice = _TYPE_ADVICE.get(report.verdict.categorization.type)
    if advice:
        yield advice


def _recurring(report: IncidentReport) -> Iterator[str]:
    history = report.history
    if history and history.total_occurrences >= 2:
        related = "".join(f", #{number}" for number in history.related_issues[:3])
        yield (
            f"Look for a lasting fix: this has come {counted(history.total_occurrences, 'time')} before"
            + (f" (see {related.removeprefix(', ')})." if related else ".")
        )


def _logs_when_thin(report: IncidentReport) -> Iterator[str]:
    """Without a stack trace the log itself is the best lead."""
    if report.main_trace is None:
        yield _look_at_the_log(report)


def _look_at_the_log(report: IncidentReport) -> str:
    at = utc_time(report.first_alert.starts_at)
    query = " with the query under Related Logs" if report.log_query else ""
    log = f"the log of {code_span(report.incident.service, 100)}"
    return f"Read {log} around {at}{query} and find the first error."


def _monitoring(report: IncidentReport) -> Iterator[str]:
    rule = code_span(report.incident.alert_name, 100)
    fault = report.context.monitoring_fault
    if fault is MonitoringFault.ERROR:
        meaning = advice_for(report.last_alert.annotations.get("Error", ""))
        told = f": {meaning}" if meaning else ""
        yield f"Run the query of alert rule {rule} by hand and mend what its error says{told}."
        yield "Check that the data source answers and that its credentials are still valid."
    elif fault is MonitoringFault.MISSING_SERIES:
        yield f"Find out whether what rule {rule} watched was removed on purpose; if so, change the rule."
    else:
        yield f"Run the query of alert rule {rule} by hand and see since when it gives nothing."
        yield (
            f"Check that {code_span(report.incident.service, 100)} still sends metrics and logs, "
            "and that the collector between them and the data source runs."
        )
        yield "If no data is normal for this rule, set its no-data state to OK."


_TYPE_ADVICE = {
    IssueType.PERFORMANCE: (
        "Compare the response times of the slow endpoints with yesterday's, "
        "and look for slow queries and saturated CPU or memory."
    ),
    IssueType.SECURITY: (
        "Treat it as an attack until you know better: look at the source addresses and accounts, "
        "and tell the security owner."
    ),
    IssueType.INFRASTRUCTURE: (
        "Check memory, disk and restarts of the hosts or containers on which the service runs."
    ),
    IssueType.DATABASE: "Look at the database's open connections, locks and slowest queries of that time.",
}

_Rule = Callable[[IncidentReport], Iterator[str]]
_RULES: tuple[_Rule, ...] = (
    _known_solution,
    _after_a_try,
    _dead_service,
    _dead_database,
    _dead_dependencies,
    _broken_flows,
    _error,
    _recent_change,
    _endpoint,
    _by_type,
    _recurring,
    _logs_when_thin,
)
_MONITORING_RULES: tuple[_Rule, ...] = (_known_solution, _monitoring, _recurring)
