"""What Loki's refusals mean. Their bodies are plain text, and a proxy's are anything."""

import re
import socket
import ssl
from collections.abc import Iterator

import httpx2

from issue_intelligence.adapters.loki.connection import LokiConnection
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError

_MAX_TEXT_CHARS = 300
_ENTRIES_LIMIT = re.compile(
    r"max entries limit per query exceeded.{0,100}\(\d{1,12} > (\d{1,9})\)", re.DOTALL
)
# What no other choice of ours would change: only a person can.
_PARSE_ERROR = ("parse error", "queries require at least one", "syntax error")


class LimitTooHighError(PermanentError):
    """Loki gives fewer lines in one answer: `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"Loki gives at most {limit} lines in one answer (max_entries_limit_per_query)")
        self.limit = limit


class TooMuchAskedError(TransientError):
    """Loki did not come to an end with this window; a shorter one may do."""


class AnswerTooLargeError(PermanentError):
    """The answer was cut off at our own limit."""


def refusal(
    status: int, text: str, connection: LokiConnection, *, query: str, retry_after_seconds: float | None
) -> OutsideError:
    """Translate an answer of 4xx or 5xx."""
    said = connection.hide(_one_line(text))
    host = connection.host
    if status == 400:
        return _bad_request(said, query)
    if status == 504 or (status == 503 and "timed out" in said):
        return TooMuchAskedError(
            f"Loki did not finish the query in time ({said})", retry_after_seconds=retry_after_seconds
        )
    answered = f"{host} answered {status} ({said})"
    if status in (408, 429) or status >= 500:
        return TransientError(answered, retry_after_seconds=retry_after_seconds)
    return PermanentError(f"{answered}{_what_to_change(status, said)}")


def _what_to_change(status: int, said: str) -> str:
    # "no org id" is Loki's own; any other 401 comes from the proxy before it.
    if status == 401 and "no org id" in said:
        return ": set LOKI_TENANT_ID"
    if status == 401:
        return ": set LOKI_USERNAME and LOKI_PASSWORD, or LOKI_TOKEN, to what it takes"
    if status == 403:
        return ": what LOKI_USERNAME or LOKI_TOKEN stand for may not read this log; check LOKI_TENANT_ID too"
    return ": is LOKI_URL the base URL of Loki?" if status in (404, 405, 410) else ""


def redirect(status: int, location: str, connection: LokiConnection) -> PermanentError:
    """Say where it led; our name and password go to no address that nobody configured."""
    try:
        target = httpx2.URL(connection.url).join(location)
        where = f" to {target.scheme}://{target.netloc.decode('ascii', 'replace').rpartition('@')[2]}"
    except (httpx2.InvalidURL, ValueError):
        where = ""
    return PermanentError(
        f"{connection.host} answered {status}, a redirect{where}, which is not followed:"
        " set LOKI_URL to the address that answers itself"
    )


def no_answer(error: Exception, connection: LokiConnection) -> OutsideError:
    """Say in one sentence why no answer came, without the error's own text, which may hold an address."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PermanentError(
                f"the certificate of {connection.host} is not valid: {cause.verify_message}"
            )
    for kind, sentence in _SENTENCES:
        if any(isinstance(cause, kind) for cause in causes):
            return TransientError(f"no answer from {connection.description}: {sentence}")
    return TransientError(f"no answer from {connection.description} ({type(error).__name__})")


_SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLError, "the TLS handshake failed"),
    (socket.gaierror, "its host name could not be resolved"),
    (ConnectionRefusedError, "the connection was refused, nothing listens there"),
    (httpx2.ProxyError, "the proxy did not let the request through"),
    (httpx2.TimeoutException, "it took too long"),
    (httpx2.ConnectError, "no connection could be made"),
    (httpx2.NetworkError, "the connection broke off before the answer was complete"),
    (httpx2.RemoteProtocolError, "the connection broke off, or what answered did not speak HTTP"),
)


def _bad_request(said: str, query: str) -> OutsideError:
    limit = _ENTRIES_LIMIT.search(said)
    if limit is not None and int(limit[1]) > 0:
        return LimitTooHighError(int(limit[1]))
    if any(words in said for words in _PARSE_ERROR):
        return PermanentError(
            f"Loki does not understand the query {query[:500]} ({said}): correct `selector`"
        )
    return PermanentError(f"Loki refused the query {query[:500]} ({said})")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if line[:1] == "<":
        return "with an HTML page"
    return line[:_MAX_TEXT_CHARS] or "no reason given"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk down to what the operating system said; anyio gathers attempts in groups."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
