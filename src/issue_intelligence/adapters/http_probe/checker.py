"""Asks a service's health URL, and turns every way of not answering into a plain sentence."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator

import httpx2

from issue_intelligence.adapters.http_probe.answer import read_answer
from issue_intelligence.core.model.evidence import HealthProbe, ServiceState
from issue_intelligence.core.model.service import Service

MAX_BODY_BYTES = 64 << 10
MAX_REDIRECTS = 3


class _RefusedRedirectError(Exception):
    """A redirect we do not follow; the message says which."""


class HttpHealthChecker:
    """Implements ports.health_probe.HealthChecker with GET requests.

    The client is the caller's, who closes it. `monotonic` gives seconds.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        *,
        timeout_seconds: float = 10,
        degraded_after_seconds: float = 3,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._degraded_after_seconds = degraded_after_seconds
        self._monotonic = monotonic

    async def check(self, service: Service) -> tuple[HealthProbe, ...]:
        if not service.health_url:
            return ()
        try:
            # The client's own time-out starts anew with every byte; this one bounds the whole answer.
            async with asyncio.timeout(self._timeout_seconds):
                started = self._monotonic()
                status, body = await self._get(service.health_url)
                elapsed_seconds = self._monotonic() - started
        except (TimeoutError, httpx2.TimeoutException):
            return (_down(service, f"no complete answer within {self._timeout_seconds:g} s"),)
        except _RefusedRedirectError as error:
            return (_down(service, str(error)),)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            return (_down(service, explain_failure(error)),)
        return read_answer(
            service.name,
            status,
            body,
            elapsed_seconds=elapsed_seconds,
            degraded_after_seconds=self._degraded_after_seconds,
        )

    async def _get(self, health_url: str) -> tuple[int, bytes]:
        """Give status and body of the final answer; the body is b"" when it is too large."""
        first = url = httpx2.URL(health_url)
        # A single wait ends before the whole does: the client closes a connection that it gave up
        # itself, but leaks the socket of a TLS handshake that is cancelled from outside.
        wait_seconds = 0.9 * self._timeout_seconds
        for _ in range(MAX_REDIRECTS + 1):
            if url.port is not None and url.port > 65535:
                raise httpx2.InvalidURL("port out of range")
            # Unpacked, a small answer could be as large as it likes.
            headers = {"Accept": "application/json, */*;q=0.5", "Accept-Encoding": "identity"}
            async with self._client.stream("GET", url, headers=headers, timeout=wait_seconds) as response:
                if not response.has_redirect_location:
                    return response.status_code, await _read_body(response)
                url = url.join(response.headers["location"])
            if url.host != first.host:
                raise _RefusedRedirectError("redirected to another host, which was not asked")
        raise _RefusedRedirectError(f"redirected more than {MAX_REDIRECTS} times")


async def _read_body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return b""
    return bytes(body) if response.headers.get("content-encoding", "identity") == "identity" else b""


# The first kind that is among the causes tells most.
_SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLError, "no encrypted connection: the TLS handshake failed"),
    (socket.gaierror, "its host name could not be resolved"),
    (ConnectionRefusedError, "the connection was refused: nothing listens there"),
    (httpx2.ProxyError, "the proxy did not let the request through"),
    (httpx2.ConnectError, "no connection could be made"),
    (httpx2.NetworkError, "the connection broke off before the answer was complete"),
    (httpx2.RemoteProtocolError, "the connection broke off, or what answered did not speak HTTP"),
    (
        httpx2.UnsupportedProtocol,
        "its health_url is no http or https URL: correct it",
    ),
    (httpx2.InvalidURL, "its health_url, or where it redirects to, is no valid URL"),
    (ValueError, "its health_url, or where it redirects to, is no valid URL"),
)


def explain_failure(error: Exception) -> str:
    """Say in one sentence why no answer came."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
    for kind, sentence in _SENTENCES:
        if any(isinstance(cause, kind) for cause in causes):
            return sentence
    return f"no answer ({type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk down to what the operating system said; anyio gathers attempts in groups."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def _down(service: Service, detail: str) -> HealthProbe:
    return HealthProbe(name=service.name, state=ServiceState.DOWN, response_time_ms=None, detail=detail)
