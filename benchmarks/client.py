"""A plain sender and reader of the service, for benchmarks where the client's speed does not matter."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any


class Client:
    """One keep-alive connection; not to be shared by threads."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, body: bytes) -> list[str]:
        """Send a Grafana body; give the ids of its alerts after the commit."""
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", "/alerts/grafana", body, headers)
        ids: list[str] = self._answer()["alertIds"]
        return ids

    def get(self, path: str) -> Any:
        self._connection.request("GET", path)
        return self._answer()

    def alerts(self) -> Iterator[dict[str, Any]]:
        """All dispatched alerts, newest first, page by page."""
        before = ""
        while True:
            page = self.get(f"/alerts/history?limit=500{before}")
            yield from page["alerts"]
            if page["next_before"] is None:
                return
            before = f"&before={page['next_before']}"

    def _answer(self) -> Any:
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {body[:300]!r}")
        return json.loads(body)
