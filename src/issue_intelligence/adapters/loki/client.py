"""Asks Loki over HTTP: one request, one bounded answer, every failure in words."""

import base64

import httpx2

from issue_intelligence.adapters.loki.answers import Streams, Vector, read_streams, read_vector
from issue_intelligence.adapters.loki.connection import LokiConnection
from issue_intelligence.adapters.loki.failures import (
    AnswerTooLargeError,
    no_answer,
    redirect,
    refusal,
)
from issue_intelligence.ports.errors import PermanentError, TransientError

# 5,000 lines of 3 KB. Ten answers of this size at once are within what the service may need.
MAX_ANSWER_BYTES = 16 * 1024 * 1024
_MAX_REFUSAL_BYTES = 16 * 1024


class LokiClient:
    """The HTTP client is the caller's, who closes it; it must not follow redirects."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        connection: LokiConnection,
        *,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._http = http
        self._connection = connection
        self._max_answer_bytes = max_answer_bytes

    @property
    def description(self) -> str:
        return self._connection.description

    async def query_range(self, query: str, *, start_ns: int, end_ns: int, limit: int) -> Streams:
        """Ask for the newest lines in [start, end). Raises TransientError or PermanentError."""
        params = {
            "query": query,
            "start": str(start_ns),
            "end": str(end_ns),
            "limit": str(limit),
            "direction": "backward",
        }
        return read_streams(await self._get("query_range", params), self._connection.host)

    async def query(self, query: str, *, at_ns: int) -> Vector:
        """Ask a metric query at one instant. Raises TransientError or PermanentError."""
        params = {"query": query, "time": str(at_ns)}
        return read_vector(await self._get("query", params), self._connection.host)

    async def _get(self, call: str, params: dict[str, str]) -> bytes:
        url = f"{self._connection.url}/loki/api/v1/{call}"
        try:
            async with self._http.stream("GET", url, params=params, headers=self._headers()) as response:
                if 300 <= response.status_code < 400:
                    raise redirect(
                        response.status_code, response.headers.get("location", ""), self._connection
                    )
                if response.status_code >= 400:
                    text = (await self._read(response, _MAX_REFUSAL_BYTES))[0].decode("utf-8", "replace")
                    raise refusal(
                        response.status_code,
                        text,
                        self._connection,
                        query=params["query"],
                        retry_after_seconds=_retry_after(response),
                    )
                body, is_whole = await self._read(response, self._max_answer_bytes)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise PermanentError("LOKI_URL is no address that can be asked") from error
        except (httpx2.HTTPError, OSError) as error:
            raise no_answer(error, self._connection) from error
        if not is_whole:
            raise AnswerTooLargeError(
                f"the answer of {self._connection.host} is larger than {self._max_answer_bytes >> 20} MiB"
            )
        _refuse_other_kinds(response, body, self._connection.host)
        return body

    def _headers(self) -> dict[str, str]:
        connection = self._connection
        headers = {
            "Accept": "application/json",
            # Unpacked, a small answer could be as large as it likes.
            "Accept-Encoding": "identity",
            # Keeps the labels of a stream apart from the metadata of a line.
            "X-Loki-Response-Encoding-Flags": "categorize-labels",
        }
        if connection.tenant_id:
            headers["X-Scope-OrgID"] = connection.tenant_id
        if connection.token:
            headers["Authorization"] = f"Bearer {connection.token}"
        elif connection.username:
            pair = f"{connection.username}:{connection.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return headers

    @staticmethod
    async def _read(response: httpx2.Response, max_bytes: int) -> tuple[bytes, bool]:
        """Give the body and whether it is whole."""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > max_bytes:
                return bytes(body[:max_bytes]), False
        return bytes(body), True


def _refuse_other_kinds(response: httpx2.Response, body: bytes, host: str) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "html" in kind or body.lstrip()[:1] == b"<":
        raise PermanentError(
            f"{host} answered with an HTML page instead of Loki's JSON, as the sign-in page of a proxy does:"
            " is LOKI_URL the base URL of Loki, and are LOKI_USERNAME or LOKI_TOKEN right?"
        )
    if response.status_code != 200:
        raise TransientError(f"{host} answered {response.status_code}, which Loki does not")


def _retry_after(response: httpx2.Response) -> float | None:
    """Read the wish in seconds; a date is not worth a clock here."""
    wish = response.headers.get("retry-after", "").strip()
    return float(wish) if wish.isascii() and wish.isdecimal() and len(wish) <= 6 else None
