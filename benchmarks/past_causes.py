"""Causes of incidents as the real analysis sees them: logs, numbers, health, history and known issues."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from benchmarks.bodies import SampleAlert, grafana_body, rfc3339
from benchmarks.shop_logs import distinct_lines, log_lines
from issue_intelligence.adapters.database.codec import decode_evidence, encode
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.investigate.history import history_from
from issue_intelligence.core.investigate.known_issues import KnownIssueMatcher, searched_messages
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.metrics import metrics_from
from issue_intelligence.core.investigate.rank_against import baseline_of
from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.model.evidence import (
    Change,
    CollectorName,
    Evidence,
    EvidenceStatus,
    HealthCheck,
    HealthProbe,
    Investigation,
    ProbeKind,
    ServiceState,
)
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.knowledge.seeds import seed_entries

CAUSES = 40
WINDOW = 1_000
_QUIET = "INFO GET /api/products/7 200 12ms user_id=4"
_KINDS = (
    "stack trace",
    "errors without one",
    "many different errors",
    "callers' own errors",
    "nothing",
    "known",
    "database down",
    "deployment",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What one cause looks like at a given time."""

    kind: str
    alert_name: str
    investigation: Investigation

    def at_service(self, service: str, at: datetime) -> Investigation:
        """Give the evidence as it is of one service: a deployment is of the service itself."""
        changes = self.investigation.changes
        if self.kind != "deployment" or changes is None:
            return self.investigation
        deployment = Change(
            service=service, kind="deployment", started_at=at - timedelta(minutes=2), finished_at=None
        )
        return replace(self.investigation, changes=replace(changes, data=(deployment,)))


def alerts_at(starts_at: datetime, service: str, alert_name: str, marks: Iterator[str]) -> Iterator[Alert]:
    """Give endless instances of one rule and service, as Grafana sends them."""
    for mark in marks:
        sample = SampleAlert(
            service=service, alert_name=alert_name, fingerprint=mark, starts_at=rfc3339(starts_at)
        )
        yield from GrafanaFormat().parse(grafana_body([sample])).alerts


def causes_at(at: datetime) -> list[Cause]:
    """Give all causes, each with evidence that was gathered a minute after `at`."""
    matcher = KnownIssueMatcher(seed_entries())
    return [_cause(number, at, matcher) for number in range(CAUSES)]


def moved(cause: Cause, from_at: datetime, to_at: datetime) -> Cause:
    """Give the cause as it was on another day at the same hour; to analyse its log again takes longer."""
    found = {
        name: decode_evidence(name, encode(each).replace(f"{from_at:%Y-%m-%d}", f"{to_at:%Y-%m-%d}"))
        for name, each in gathered(cause.investigation)
    }
    return replace(cause, investigation=_investigation(found))


def gathered(investigation: Investigation) -> Iterator[tuple[CollectorName, Evidence[Any]]]:
    for name in CollectorName:
        found: Evidence[Any] | None = getattr(investigation, name.value)
        if found is not None:
            yield name, found


def _investigation(found: Mapping[CollectorName, Evidence[Any]]) -> Investigation:
    by_name: dict[str, Any] = {name.value: each for name, each in found.items()}
    return Investigation(**by_name)


def _cause(number: int, at: datetime, matcher: KnownIssueMatcher) -> Cause:
    kind = _KINDS[number % len(_KINDS)]
    lines = [read_log_line(n, text) for n, text in enumerate(_lines(kind, number, at), start=1)]
    usual = [read_log_line(n, f"{_stamp(at)} {_QUIET}") for n in range(1, WINDOW + 1)]
    analysis, earlier = analyze_log(lines), analyze_log(usual)
    alert_name = f"Rule{number:02d}"
    [alert] = alerts_at(at, "shop", alert_name, iter(["f" * 16]))
    metrics = replace(
        metrics_from(analysis, alert_context(alert, ()), alert.values, baselines=[earlier]),
        baseline_logs=(baseline_of(analysis.errors, earlier, "the hour before"),),
    )
    found: dict[CollectorName, Any] = {
        CollectorName.LOGS: analysis,
        CollectorName.METRICS: metrics,
        CollectorName.HEALTH: _health(is_down=kind == "database down"),
        CollectorName.HISTORY: history_from(at, [(at - timedelta(days=number), None)], None),
        CollectorName.KNOWN_ISSUES: matcher.match(searched_messages(analysis)),
        CollectorName.CHANGES: (),
    }
    evidence = {
        name: redact_tree(
            Evidence(
                collector=name,
                status=EvidenceStatus.COLLECTED,
                source="a benchmark",
                collected_at=at + timedelta(minutes=1),
                data=data,
            )
        )
        for name, data in found.items()
    }
    return Cause(kind=kind, alert_name=alert_name, investigation=_investigation(evidence))


def _lines(kind: str, number: int, at: datetime) -> Iterator[str]:
    stamp = _stamp(at)
    if kind in ("stack trace", "deployment"):
        yield from log_lines(f"cause-{number}", until=at, lines=WINDOW)
        return
    if kind == "many different errors":
        yield from (f"{stamp} {line.partition(' ')[2]}" for line in distinct_lines(WINDOW))
        return
    error = {
        "errors without one": f"ERROR cannot reach warehouse {number}: no route",
        "callers' own errors": "WARN POST /api/login 401 9ms user_id=7",
        "known": f"ERROR connect ECONNREFUSED 10.0.0.{number}:5432",
        "database down": f"ERROR query {number} failed: the server closed the connection",
    }.get(kind, _QUIET)
    for n in range(WINDOW):
        yield f"{stamp} {error if n % 20 == 7 else _QUIET}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _health(*, is_down: bool) -> HealthCheck:
    state = ServiceState.DOWN if is_down else ServiceState.UP
    probes = (
        HealthProbe(
            name="shop",
            state=ServiceState.UP,
            response_time_ms=12.0,
            detail="answered 200",
            kind=ProbeKind.HEALTH_URL,
        ),
        HealthProbe(
            name="database", state=state, response_time_ms=None, detail="a ping", kind=ProbeKind.DATABASE
        ),
    )
    return HealthCheck(
        api_responsive=True, database_connected=not is_down, response_time_ms=12.0, probes=probes
    )
