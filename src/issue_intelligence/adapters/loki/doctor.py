"""Whether Loki can be asked, and has anything of our services."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx2

from issue_intelligence.adapters.http_ask import Answered, NotAskedError, ask
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="Loki")
# How many services are asked about at once; Loki has other readers.
_AT_ONCE = 4


async def check_loki(
    client: httpx2.AsyncClient,
    base_url: str,
    services: Sequence[Service],
    *,
    auth: tuple[str, str] | None = None,
    token: str = "",
    tenant_id: str = "",
) -> tuple[CheckResult, ...]:
    """Read the names of labels, then look for one line of each service in the last hour."""
    headers = {"X-Scope-OrgID": tenant_id} if tenant_id else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    loki = _Loki(client=client, base_url=base_url.rstrip("/"), headers=headers, auth=auth)
    try:
        answer = await loki.get("labels", {"since": "1h"})
    except NotAskedError as error:
        return (_RESULTS.failed(f"It does not answer: {error}.", "Start it, or correct LOKI_URL."),)
    trouble = _trouble_with(answer)
    if trouble is not None:
        return (trouble,)
    labels = answer.document().get("data") or ()
    if not labels:
        advice = "Wait for the first lines, or correct LOKI_TENANT_ID: a wrong tenant looks empty."
        return (_RESULTS.warning("It answers, and has no log of the last hour.", advice),)
    places = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_check_service(loki, each, places) for each in services))
    return (_RESULTS.ok("It answers and lets us read."), *found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loki:
    client: httpx2.AsyncClient
    base_url: str
    headers: Mapping[str, str]
    auth: tuple[str, str] | None

    async def get(self, path: str, params: Mapping[str, str]) -> Answered:
        url = f"{self.base_url}/loki/api/v1/{path}"
        return await ask(self.client, url, headers=self.headers, params=params, auth=self.auth)


async def _check_service(loki: _Loki, service: Service, places: asyncio.Semaphore) -> CheckResult:
    selector = service.selector or f"{{service_name={json.dumps(service.name)}}}"
    try:
        async with places:
            answer = await loki.get("query_range", {"query": selector, "limit": "1", "since": "1h"})
    except NotAskedError as error:
        return _RESULTS.failed(
            f"It does not answer for {service.name}: {error}.", "See what slows Loki down."
        )
    if answer.status == 400:
        return _RESULTS.failed(
            f"It does not understand the selector of {service.name}, {selector}: {answer.said}.",
            f"Correct `selector` of the service {service.name}.",
        )
    trouble = _trouble_with(answer)
    if trouble is not None:
        return trouble
    data = answer.document().get("data")
    if isinstance(data, dict) and data.get("result"):
        return _RESULTS.ok(f"{service.name} has logged within the last hour.")
    return _RESULTS.warning(
        f"No line of the last hour matches {selector} of {service.name}.",
        f"If {service.name} does log, correct its `selector`.",
    )


def _trouble_with(answer: Answered) -> CheckResult | None:
    # https://grafana.com/docs/loki/latest/operations/multi-tenancy/
    if answer.status == 401 and "no org id" in answer.text:
        return _RESULTS.failed("It wants to know the tenant.", "Set LOKI_TENANT_ID.")
    if answer.status in (401, 403):
        return _RESULTS.failed(
            f"It refuses our credentials ({answer.status}).",
            "Correct LOKI_TOKEN, or LOKI_USERNAME and LOKI_PASSWORD.",
        )
    if answer.status == 429:
        return _RESULTS.warning("It is asked too much (429).", "Raise its limits, or ask less of it.")
    if answer.status != 200 or answer.document().get("status") != "success":
        return _RESULTS.failed(
            f"What answers is not Loki: {answer.status}, {answer.said}.",
            "Correct LOKI_URL; it is the address before /loki/api.",
        )
    return None
