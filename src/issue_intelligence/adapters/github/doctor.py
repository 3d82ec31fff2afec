"""Whether GitHub takes our token, and lets it write issues in each repository."""

import asyncio
from collections.abc import Sequence

import httpx2

from issue_intelligence.adapters.http_ask import Answered, NotAskedError, ask
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="GitHub")
# Below this share of the hour's requests left, somebody else uses the token as well.
_FEW_LEFT = 0.1


async def check_github(
    client: httpx2.AsyncClient, api_url: str, token: str, repositories: Sequence[str]
) -> tuple[CheckResult, ...]:
    """Ask what is left of the hour's requests, and what the token may do in each repository."""
    api_url = api_url.rstrip("/")
    # https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    try:
        limits = await ask(client, f"{api_url}/rate_limit", headers=headers)
        if limits.status == 401:
            advice = "Make a new token with write access to issues, and set GITHUB_TOKEN."
            return (_RESULTS.failed("It refuses our token (401).", advice),)
        answers = await asyncio.gather(
            *(ask(client, f"{api_url}/repos/{name}", headers=headers) for name in repositories)
        )
    except NotAskedError as error:
        advice = "See whether this machine reaches it, or correct GITHUB_API_URL."
        return (_RESULTS.failed(f"It does not answer: {error}.", advice),)
    found = [_judge_limits(limits)]
    for name, answer in zip(repositories, answers, strict=True):
        found += _judge_repository(name, answer)
    return tuple(found)


def _judge_limits(answer: Answered) -> CheckResult:
    # GitHub Enterprise answers 404 when limits are turned off.
    if answer.status == 404:
        return _RESULTS.ok("It answers, and has no limits on requests.")
    document = answer.document()
    resources = document.get("resources")
    # `rate` says the same and is about to go: https://docs.github.com/en/rest/rate-limit/rate-limit
    rate = resources.get("core") if isinstance(resources, dict) else document.get("rate")
    limit, remaining = (rate.get("limit"), rate.get("remaining")) if isinstance(rate, dict) else (None, None)
    if not isinstance(limit, int) or not isinstance(remaining, int):
        what = f"What answers is not GitHub's API: {answer.status}, {answer.said}."
        return _RESULTS.failed(what, "Correct GITHUB_API_URL.")
    told = f"{remaining:,} of {limit:,} requests are left in this hour"
    if remaining < _FEW_LEFT * limit:
        return _RESULTS.warning(f"Only {told}.", "Give this service a token of its own.")
    return _RESULTS.ok(f"It takes our token; {told}.")


def _judge_repository(name: str, answer: Answered) -> list[CheckResult]:
    if answer.status in (403, 404):
        what = f"There is no repository {name}, or our token may not see it ({answer.status})."
        return [_RESULTS.failed(what, "Correct the name, or give the token access to the repository.")]
    if answer.status in (301, 307):
        return [_RESULTS.failed(f"{name} was renamed or moved.", "Set its new name.")]
    document = answer.document()
    if answer.status != 200 or "permissions" not in document:
        what = f"What it says of {name} is not understood: {answer.status}, {answer.said}."
        return [_RESULTS.failed(what, "Correct GITHUB_API_URL.")]
    found = []
    if document.get("archived") is True:
        found.append(_RESULTS.failed(f"{name} is archived: nothing can be written.", "Unarchive it."))
    if document.get("has_issues") is False:
        advice = "Turn issues on in the repository's settings."
        found.append(_RESULTS.failed(f"{name} has its issues turned off.", advice))
    permissions = document.get("permissions")
    if not (isinstance(permissions, dict) and permissions.get("push") is True):
        found.append(
            _RESULTS.warning(
                f"Our token may not write to {name}: GitHub then drops labels and assignees in silence.",
                "Give its user the role Write, and a fine-grained token the permission Issues: write.",
            )
        )
    return found or [_RESULTS.ok(f"{name} has issues, and our token's user may write.")]
