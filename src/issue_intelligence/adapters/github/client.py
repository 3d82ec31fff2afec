"""One repository's part of GitHub's REST API: requests, their limits and their failures."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import structlog
from gidgethub import sansio

from issue_intelligence.adapters.github.failures import (
    failure_of,
    next_page,
    rate_limited,
    wait_of_limit,
)
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.version import VERSION

log = structlog.get_logger()

ACCEPT = "application/vnd.github+json"
API_VERSION = "2022-11-28"
# A hundred issues of 60,000 characters are 6 MB, or 18 in the worst of alphabets.
MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_REDIRECTS = 3
READ_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.2
# A request that we gave up may still be at work over there; look for its effect no sooner than this.
AFTER_LOST_WRITE_SECONDS = 10.0
_REDIRECTS = (301, 302, 307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    # What the JSON says; None for an empty answer.
    data: Any
    # Address of the next page of a list, None on the last.
    next_url: str | None


class GitHubClient:
    """Raises what failures.py makes of GitHub's refusals, else TransientError."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        *,
        api_url: str,
        token: str,
        repository: str,
        clock: Clock,
        timeout_seconds: float = 30.0,
        write_interval_seconds: float = 1.0,
    ) -> None:
        """`write_interval_seconds` is the least time between two writes; GitHub asks for one second."""
        self.repository = repository
        self._http = http
        self._base = f"{api_url.rstrip('/')}/"
        self._repository_url = urljoin(self._base, f"repos/{repository}")
        self._headers = {
            **sansio.create_headers(f"issue-intelligence/{VERSION}", accept=ACCEPT, oauth_token=token),
            "x-github-api-version": API_VERSION,
        }
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._interval_seconds = write_interval_seconds
        # Writes go one after another: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
        self._writing = asyncio.Lock()
        self._next_write_at = 0.0
        self._limited_until: datetime | None = None
        self._limits_in_a_row = 0
        self._told_of_move = False

    async def read(self, path: str, *, what: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for something below the repository, "" for itself; asked again at once when it fails."""
        return await self._read(self._url(path), what=what, query=query)

    async def pages(
        self, path: str, *, what: str, query: Mapping[str, str], max_pages: int
    ) -> AsyncIterator[list[Any]]:
        """Give a list page by page. Raises PermanentError when it does not end after `max_pages`."""
        answer = await self.read(path, what=what, query={**query, "per_page": "100"})
        for _ in range(max_pages):
            if not isinstance(answer.data, list):
                raise TransientError(f"GitHub answered no list when asked to {what}")
            yield answer.data
            if answer.next_url is None:
                return
            answer = await self._read(self._on_our_host(answer.next_url), what=what)
        raise PermanentError(f"gave up to {what}: there are more than {max_pages} pages of 100")

    async def write(self, method: str, path: str, document: Mapping[str, Any], *, what: str) -> Answer:
        """Change something, alone and no sooner than the interval after the write before."""
        async with self._writing:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._next_write_at - loop.time()))
            try:
                return await self._ask(method, self._url(path), what=what, document=document)
            finally:
                self._next_write_at = loop.time() + self._interval_seconds

    def _url(self, path: str) -> str:
        return f"{self._repository_url}/{path}" if path else self._repository_url

    async def _read(self, url: str, *, what: str, query: Mapping[str, str] | None = None) -> Answer:
        for attempt in range(READ_ATTEMPTS - 1):
            try:
                return await self._ask("GET", url, what=what, query=query)
            except TransientError as error:
                if error.retry_after_seconds is not None:
                    raise
            await asyncio.sleep(_FIRST_WAIT_SECONDS * 2**attempt)
        return await self._ask("GET", url, what=what, query=query)

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        what: str,
        query: Mapping[str, str] | None = None,
        document: Mapping[str, Any] | None = None,
    ) -> Answer:
        self._keep_to_the_limit()
        body = b"" if document is None else json.dumps(document).encode()
        for _ in range(MAX_REDIRECTS + 1):
            status, headers, content = await self._exchange(method, url, body=body, query=query, what=what)
            if status not in _REDIRECTS or "location" not in headers:
                return self._understand(status, headers, content, what=what)
            url, query = self._moved(url, headers["location"]), None
        raise PermanentError(f"GitHub redirects for ever when asked to {what}")

    async def _exchange(
        self, method: str, url: str, *, body: bytes, query: Mapping[str, str] | None, what: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = self._headers | ({"content-type": "application/json"} if body else {})
        retry_after = None if method == "GET" else AFTER_LOST_WRITE_SECONDS
        try:
            async with (
                asyncio.timeout(self._timeout_seconds),
                self._http.stream(
                    method,
                    url,
                    headers=headers,
                    content=body,
                    params=query,
                    timeout=self._timeout_seconds,
                ) as response,
            ):
                content = bytearray()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > MAX_ANSWER_BYTES:
                        raise PermanentError(f"GitHub's answer to our wish to {what} is too long")
                return response.status_code, response.headers, bytes(content)
        except httpx2.ConnectError as error:
            raise TransientError(f"GitHub cannot be reached to {what}: {error}") from error
        except TimeoutError as error:
            raise TransientError(
                f"GitHub did not answer within {self._timeout_seconds:g} s when asked to {what}",
                retry_after_seconds=retry_after,
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            kind = f"{type(error).__name__}: {error}".rstrip(": ")
            raise TransientError(
                f"GitHub did not answer when asked to {what}: {kind}", retry_after_seconds=retry_after
            ) from error

    def _understand(self, status: int, headers: Mapping[str, str], content: bytes, *, what: str) -> Answer:
        wait = wait_of_limit(
            status, headers, content, now=self._clock.now(), limits_in_a_row=self._limits_in_a_row
        )
        if wait is not None:
            self._limits_in_a_row += 1
            self._limited_until = self._clock.now() + timedelta(seconds=wait)
            raise rate_limited(wait)
        self._limits_in_a_row = 0
        if not 200 <= status < 300:
            raise failure_of(status, headers, content, what=what)
        if not content:
            return Answer(data=None, next_url=None)
        kind = headers.get("content-type", "")
        if "json" not in kind:
            raise TransientError(
                f"GitHub answered {kind or 'something'} instead of JSON when asked to {what}; "
                "is GITHUB_API_URL right?"
            )
        try:
            return Answer(data=json.loads(content), next_url=next_page(headers))
        except ValueError as error:
            raise TransientError(f"GitHub's answer broke off when asked to {what}") from error

    def _keep_to_the_limit(self) -> None:
        """Raise while GitHub has asked us to wait: asking on would make the wait longer."""
        if self._limited_until is None:
            return
        left = (self._limited_until - self._clock.now()).total_seconds()
        if left > 0:
            raise rate_limited(left)
        self._limited_until = None

    def _moved(self, url: str, location: str) -> str:
        """Give where it is now: a renamed repository, or a transferred issue."""
        target = self._on_our_host(urljoin(url, location))
        if not self._told_of_move:
            self._told_of_move = True
            log.warning("github_moved", repository=self.repository, to=target)
        return target

    def _on_our_host(self, url: str) -> str:
        """Give the address. Raises PermanentError for another host, which must not see the token."""
        here, there = urlsplit(self._base), urlsplit(url)
        if (here.scheme, here.netloc) == (there.scheme, there.netloc):
            return url
        raise PermanentError(
            f"GitHub sends us to another host ({one_line(there.hostname or 'unknown', 100)}), which does "
            "not get the token: set GITHUB_API_URL and GITHUB_REPOSITORY to where the repository is"
        )
