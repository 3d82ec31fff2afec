"""Whether Grafana is there and takes our token."""

import httpx2

from issue_intelligence.adapters.http_ask import NotAskedError, ask
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="Grafana")
_RENEW = "Make a new service account token in Grafana, and set GRAFANA_API_KEY."


async def check_grafana(
    client: httpx2.AsyncClient, base_url: str, *, token: str = "", datasource_uid: str = ""
) -> tuple[CheckResult, ...]:
    """Ask for its health, for a list that any valid token may ask for, and for the data source."""
    base_url = base_url.rstrip("/")
    try:
        health = await ask(client, f"{base_url}/api/health")
        document = health.document()
        if "database" not in document:
            what = f"What answers is not Grafana: {health.status}, {health.said}."
            return (_RESULTS.failed(what, "Correct GRAFANA_URL."),)
        if health.status != 200 or document["database"] != "ok":
            return (_RESULTS.failed("It is up, and its own database is not.", "See Grafana's log."),)
        found = [_RESULTS.ok(f"It answers, version {document.get('version', 'unknown')}.")]
        if not token:
            return (*found, _RESULTS.not_configured("No token is set.", "Set GRAFANA_API_KEY to check it."))
        headers = {"Authorization": f"Bearer {token}"}
        found.append(await _check_token(client, base_url, headers))
        if datasource_uid:
            found.append(await _check_datasource(client, base_url, headers, datasource_uid))
    except NotAskedError as error:
        return (_RESULTS.failed(f"It does not answer: {error}.", "Start it, or correct GRAFANA_URL."),)
    return tuple(found)


async def _check_token(client: httpx2.AsyncClient, base_url: str, headers: dict[str, str]) -> CheckResult:
    answer = await ask(client, f"{base_url}/api/folders", headers=headers, params={"limit": "1"})
    if answer.status == 401:
        return _RESULTS.failed("It refuses our token (401).", _RENEW)
    # A valid token without the permission is told apart from a wrong one by its status.
    if answer.status in (200, 403):
        return _RESULTS.ok("Our token is valid.")
    return _RESULTS.warning(f"Whether our token is valid is not known ({answer.status}).", _RENEW)


async def _check_datasource(
    client: httpx2.AsyncClient, base_url: str, headers: dict[str, str], uid: str
) -> CheckResult:
    answer = await ask(client, f"{base_url}/api/datasources/uid/{uid}", headers=headers)
    if answer.status == 404:
        what = f"It has no data source with the uid {uid}, so links to the log lead nowhere."
        return _RESULTS.failed(
            what, "Correct GRAFANA_LOKI_DATASOURCE_UID; the uid stands in the data source's URL."
        )
    if answer.status != 200:
        what = f"Whether the data source {uid} exists is not known ({answer.status})."
        return _RESULTS.warning(what, "Let the token read data sources, or try a link of an issue by hand.")
    kind = answer.document().get("type")
    if kind != "loki":
        what = f"The data source {uid} is of the type {kind}, not loki."
        return _RESULTS.failed(what, "Set GRAFANA_LOKI_DATASOURCE_UID to the uid of Loki.")
    return _RESULTS.ok("The data source for links to the log exists.")
