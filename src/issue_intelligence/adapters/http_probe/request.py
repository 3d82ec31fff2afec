"""One bounded request: in time, in redirects and in what is read of the answer."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from issue_intelligence.adapters.http_failure import explain_failure

MAX_BODY_BYTES = 64 << 10
MAX_REDIRECTS = 3


class NoAnswerError(Exception):
    """No complete answer came; the message says why.

    `looked` is False when the reason lies with us, so that nothing is known of the other side.
    """

    def __init__(self, message: str, *, looked: bool = True) -> None:
        super().__init__(message)
        self.looked = looked


class _RefusedRedirectError(Exception):
    """A redirect we do not follow; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    status: int
    # The first `max_body_bytes` of it.
    body: bytes
    # True when there was more, or when it came packed and was not read.
    cut: bool
    elapsed_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAsker:
    """Sends requests; the client is the caller's, who closes it. `monotonic` gives seconds."""

    client: httpx2.AsyncClient
    # For the whole answer, redirects included.
    timeout_seconds: float = 10
    monotonic: Callable[[], float] = time.monotonic

    async def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        follow_redirects: bool = True,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> HttpAnswer:
        """Give the final answer. Raises NoAnswerError."""
        try:
            # The client's own time-out starts anew with every byte; this one bounds the whole answer.
            async with asyncio.timeout(self.timeout_seconds):
                started = self.monotonic()
                hops = MAX_REDIRECTS if follow_redirects else None
                status, body, cut = await self._follow(method, url, hops, max_body_bytes)
                return HttpAnswer(
                    status=status, body=body, cut=cut, elapsed_seconds=self.monotonic() - started
                )
        except httpx2.PoolTimeout as error:
            raise NoAnswerError("too many checks at once: none was left to make it", looked=False) from error
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise NoAnswerError(f"no complete answer within {self.timeout_seconds:g} s") from error
        except _RefusedRedirectError as error:
            raise NoAnswerError(str(error)) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise NoAnswerError(explain_failure(error)) from error

    async def _follow(
        self, method: str, given_url: str, hops: int | None, max_body_bytes: int
    ) -> tuple[int, bytes, bool]:
        """Give status and body of the final answer; `hops` None takes a redirect for the answer."""
        first = url = httpx2.URL(given_url)
        # A single wait ends before the whole does: the client closes a connection that it gave up
        # itself, but leaks the socket of a TLS handshake that is cancelled from outside.
        wait_seconds = 0.9 * self.timeout_seconds
        for _ in range((hops or 0) + 1):
            if url.port is not None and url.port > 65535:
                raise httpx2.InvalidURL("port out of range")
            # Unpacked, a small answer could be as large as it likes.
            headers = {"Accept": "application/json, */*;q=0.5", "Accept-Encoding": "identity"}
            async with self.client.stream(method, url, headers=headers, timeout=wait_seconds) as response:
                if hops is None or not response.has_redirect_location:
                    return response.status_code, *await _read_body(response, max_body_bytes)
                url = url.join(response.headers["location"])
            if url.host != first.host:
                raise _RefusedRedirectError("redirected to another host, which was not asked")
        raise _RefusedRedirectError(f"redirected more than {MAX_REDIRECTS} times")


async def _read_body(response: httpx2.Response, max_bytes: int) -> tuple[bytes, bool]:
    """Give the body, and whether something of it is missing."""
    body = bytearray()
    packed = response.headers.get("content-encoding", "identity") != "identity"
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > max_bytes:
            return b"" if packed else bytes(body[:max_bytes]), True
    return (b"", bool(body)) if packed else (bytes(body), False)
