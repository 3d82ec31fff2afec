"""A GitHub tracker of a fake GitHub, for whoever needs one."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from issue_intelligence.adapters.github.client import GitHubClient
from issue_intelligence.adapters.github.tracker import GitHubTracker
from issue_intelligence.adapters.http import http_client
from issue_intelligence.ports.clock import Clock
from tests.fakes.github import FakeGitHub


@asynccontextmanager
async def connected(
    github: FakeGitHub,
    *,
    clock: Clock,
    repository: str = "",
    token: str = "",
    timeout_seconds: float = 30.0,
    write_interval_seconds: float = 0.0,
    on_dropped: Callable[[str], None] = lambda _what: None,
) -> AsyncIterator[GitHubTracker]:
    async with http_client(timeout_seconds=timeout_seconds) as http:
        client = GitHubClient(
            http,
            api_url=github.url,
            token=token or github.token,
            repository=repository or github.repository.full_name,
            clock=clock,
            timeout_seconds=timeout_seconds,
            write_interval_seconds=write_interval_seconds,
        )
        yield GitHubTracker(client, on_dropped=on_dropped)
