"""Turns every way in which HTTP fails into a plain sentence."""

import socket
import ssl
from collections.abc import Iterator

import httpx2

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
        "its URL is no http or https URL: correct it",
    ),
    (httpx2.InvalidURL, "its URL, or where it redirects to, is no valid URL"),
    (ValueError, "its URL, or where it redirects to, is no valid URL"),
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
