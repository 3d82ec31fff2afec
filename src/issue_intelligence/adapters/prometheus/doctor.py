"""Whether Prometheus can be asked, and whether each query of the catalogue gives one number."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from issue_intelligence.adapters.http_ask import Answered, NotAskedError, ask
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="Prometheus")
_AT_ONCE = 4
# What "{window}" is tried with.
_WINDOW = "15m"


async def check_prometheus(
    client: httpx2.AsyncClient, base_url: str, services: Sequence[Service]
) -> tuple[CheckResult, ...]:
    """Ask for a constant, then for each query of each service."""
    base_url = base_url.rstrip("/")
    try:
        answer = await _query(client, base_url, "vector(1)")
    except NotAskedError as error:
        return (_RESULTS.failed(f"It does not answer: {error}.", "Start it, or correct PROMETHEUS_URL."),)
    if answer.status in (401, 403):
        advice = "Let this service through at what guards Prometheus."
        return (_RESULTS.failed(f"It refuses us ({answer.status}).", advice),)
    if _numbers(answer.document()) != 1:
        what = f"What answers is not Prometheus: {answer.status}, {answer.said}."
        return (_RESULTS.failed(what, "Correct PROMETHEUS_URL; it is the address before /api/v1."),)
    places = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(
        *(
            _check_query(client, base_url, f"`{name}` of {service.name}", query, places)
            for service in services
            for name, query in _queries(service)
        )
    )
    return (_RESULTS.ok("It answers."), *found)


def _queries(service: Service) -> list[tuple[str, str]]:
    given = service.queries
    named = (
        ("error_rate", given.error_rate),
        ("request_count", given.request_count),
        ("mean_response_seconds", given.mean_response_seconds),
        ("memory_percent", given.memory_percent),
    )
    return [(name, query.replace("{window}", _WINDOW)) for name, query in named if query]


async def _check_query(
    client: httpx2.AsyncClient, base_url: str, what: str, query: str, places: asyncio.Semaphore
) -> CheckResult:
    try:
        async with places:
            answer = await _query(client, base_url, query)
    except NotAskedError as error:
        return _RESULTS.failed(f"It does not answer {what}: {error}.", f"Make the query {query} cheaper.")
    document = answer.document()
    if document.get("status") != "success":
        said = document.get("error")
        told = said if isinstance(said, str) else f"{answer.status}, {answer.said}"
        return _RESULTS.failed(f"It refuses {what}: {told}.", f"Correct the query {query}.")
    numbers = _numbers(document)
    if numbers == 1:
        return _RESULTS.ok(f"{what} gives one number.")
    if numbers == 0:
        return _RESULTS.warning(
            f"{what} gives nothing now.", f"If there is traffic, correct the query {query}."
        )
    return _RESULTS.failed(
        f"{what} gives {numbers} series, and must give one number.", f"Wrap the query in sum(): {query}."
    )


async def _query(client: httpx2.AsyncClient, base_url: str, query: str) -> Answered:
    return await ask(client, f"{base_url}/api/v1/query", params={"query": query})


def _numbers(document: Mapping[str, Any]) -> int | None:
    """Count the numbers of an instant query; None when it is no such answer."""
    data = document.get("data")
    if not isinstance(data, dict):
        return None
    result = data.get("result")
    if data.get("resultType") == "scalar":
        return 1
    if data.get("resultType") == "vector" and isinstance(result, list):
        return len(result)
    return None
