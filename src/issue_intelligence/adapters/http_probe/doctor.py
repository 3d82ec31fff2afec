"""Whether PUBLIC_URL leads to this service, as far as can be seen from here."""

import httpx2

from issue_intelligence.adapters.http_ask import NotAskedError, ask
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="Links")


async def check_public_url(client: httpx2.AsyncClient, public_url: str) -> tuple[CheckResult, ...]:
    """Ask what anybody may ask of us; we may well not run now, so silence is only a warning."""
    advice = "If the service runs, correct PUBLIC_URL."
    try:
        answer = await ask(client, f"{public_url.rstrip('/')}/health")
    except NotAskedError as error:
        return (_RESULTS.warning(f"{public_url} does not answer: {error}.", advice),)
    document = answer.document()
    if answer.status == 200 and "version" in document and "status" in document:
        return (_RESULTS.ok(f"{public_url} leads to this service."),)
    return (_RESULTS.warning(f"What answers at {public_url} is not this service ({answer.status}).", advice),)
