"""Reads world.toml: a key that is absent was not gathered, and never means that all is well."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.evaluation import tables
from issue_intelligence.evaluation.model import (
    ApiState,
    PastEntry,
    UpOrDown,
    World,
    WorldDeployment,
    WorldHealth,
    WorldMetrics,
)
from issue_intelligence.evaluation.tables import Table


def read_world(table: Table) -> tuple[World, datetime | None, dict[str, float]]:
    """Give the world, `now` if it is said, and after how many seconds each step comes, by its number.

    `expected` is left to the reader of expectations.
    """
    now = table.get("now", tables.moment)
    world = World(
        health=_health(table.table("health")),
        metrics=_metrics(table.table("metrics")) if table.has("metrics") else None,
        deployments=tuple(_deployments(table)),
        history=tuple(_history(table)),
        log_source=_log_source(table.table("log_source")),
    )
    return world, now, _steps(table.table("steps"))


def _health(table: Table) -> WorldHealth:
    external = table.table("external")
    states = {each: external.get(each, tables.word(ServiceState)) for each in external.names()}
    health = WorldHealth(
        api=table.get("api", tables.word(ApiState)),
        response_ms=table.get("response_ms", tables.MILLISECONDS),
        database=table.get("database", tables.word(UpOrDown)),
        external={each: state for each, state in states.items() if state is not None},
    )
    table.close()
    return health


def _metrics(table: Table) -> WorldMetrics:
    metrics = WorldMetrics(
        error_rate=table.get("error_rate", tables.FRACTION),
        requests=table.get("requests", tables.whole_number(0)),
        baseline_error_rate=table.get("baseline_error_rate", tables.FRACTION),
        response_ms=table.get("response_ms", tables.MILLISECONDS),
        baseline_response_ms=table.get("baseline_response_ms", tables.MILLISECONDS),
        memory_percent=table.get("memory_percent", tables.PERCENT),
    )
    table.close()
    return metrics


def _deployments(table: Table) -> list[WorldDeployment]:
    found = []
    for entry in table.tables("deployments"):
        service = entry.need("service", tables.name)
        started_at = entry.need("started_at", tables.moment)
        finished_at = entry.get("finished_at", _not_before(started_at))
        entry.close()
        if service and started_at:
            found.append(WorldDeployment(service=service, started_at=started_at, finished_at=finished_at))
    return found


def _not_before(started_at: datetime | None) -> Callable[[Any], datetime]:
    def read(value: Any) -> datetime:
        finished_at = tables.moment(value)
        if started_at is not None and finished_at < started_at:
            raise tables.BrokenRuleError("must not be before started_at")
        return finished_at

    return read


def _history(table: Table) -> list[PastEntry]:
    found = []
    for entry in table.tables("history"):
        started_at = entry.need("started_at", tables.moment)
        is_real = entry.get("is_real", tables.flag)
        number = entry.get("issue_number", tables.or_none(tables.whole_number(1)))
        # What nobody saw closed may well be open.
        state = entry.get("issue_state", tables.word(IssueState)) or IssueState.OPEN
        error = entry.get("error", tables.text) or ""
        entry.close()
        if started_at:
            found.append(
                PastEntry(
                    started_at=started_at,
                    is_real=is_real,
                    issue_number=number,
                    issue_state=state,
                    error=error.strip(),
                )
            )
    return found


def _log_source(table: Table) -> UpOrDown | None:
    state = table.get("state", tables.word(UpOrDown))
    table.close()
    return state


def _steps(table: Table) -> dict[str, float]:
    after: dict[str, float] = {}
    for number in table.names():
        step = table.table(number)
        seconds = step.need("after_seconds", tables.SECONDS)
        step.close()
        after[number] = 0.0 if seconds is None else seconds
    return after
