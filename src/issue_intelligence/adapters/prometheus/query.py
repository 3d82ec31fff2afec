"""One instant query. Source: Prometheus documentation, "HTTP API", "Instant queries"."""

import asyncio
from datetime import datetime

import httpx2

from issue_intelligence.adapters.prometheus.answer import Sample, read_answer
from issue_intelligence.ports.errors import TransientError

# An answer that holds one number has under a kilobyte; one with many series is refused anyway.
MAX_BODY_BYTES = 1 << 20


class PrometheusClient:
    """The client is the caller's, who closes it."""

    def __init__(self, client: httpx2.AsyncClient, *, base_url: str, timeout_seconds: float) -> None:
        """Raises ValueError for a base URL that is none."""
        try:
            self.host = httpx2.URL(base_url).host
        except httpx2.InvalidURL as error:
            # The error's own text may repeat a password.
            raise ValueError("is no valid URL") from error
        if not self.host:
            raise ValueError("names no host")
        self._client = client
        self._url = f"{base_url.rstrip('/')}/api/v1/query"
        self._timeout_seconds = timeout_seconds

    async def instant(self, name: str, query: str, at: datetime) -> Sample:
        """Evaluate a query that gives one number. Raises TransientError or PermanentError.

        `name` is what the settings call the query.
        """
        parameters = {
            "query": query,
            "time": f"{at.timestamp():.3f}",
            # Asks the server to stop as well, since it works on after its caller has gone.
            "timeout": f"{self._timeout_seconds:g}s",
        }
        try:
            # The client's own time-out starts anew with every byte; this one bounds the whole answer.
            async with asyncio.timeout(self._timeout_seconds):
                status, headers, body = await self._get(parameters)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise TransientError(f"no answer within {self._timeout_seconds:g} s") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            # Its text may repeat the address, and that a password.
            raise TransientError(f"it could not be reached ({type(error).__name__})") from error
        return read_answer(name, status, headers, body)

    async def _get(self, parameters: dict[str, str]) -> tuple[int, httpx2.Headers, bytes]:
        """Give status, headers and as much of the body as is allowed."""
        # A single wait ends before the whole does, so that the client closes its connection itself.
        wait_seconds = 0.9 * self._timeout_seconds
        # Unpacked, a small answer could be as large as it likes.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        body = bytearray()
        async with self._client.stream(
            "GET", self._url, params=parameters, headers=headers, timeout=wait_seconds
        ) as response:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    break
            return response.status_code, response.headers, bytes(body[: MAX_BODY_BYTES + 1])
