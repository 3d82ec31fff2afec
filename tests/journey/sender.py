"""Sends alerts as Grafana does, and keeps its own record of what was promised and what was not."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.journey.http_json import HttpJson


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One alert to send."""

    fingerprint: str
    # One cause is one service and alert name: it deserves one issue.
    service: str
    alert_name: str

    def body(self) -> dict[str, Any]:
        return {
            "status": "firing",
            "labels": {
                "alertname": self.alert_name,
                "service": self.service,
                # All read one log, and an environment of its own keeps each cause a cause of its own.
                "environment": self.service,
                "instance": self.fingerprint,
            },
            "annotations": {"summary": f"{self.alert_name} on {self.service}"},
            "startsAt": STARTED_AT,
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": self.fingerprint,
        }


# The same for a whole test run: a resend of the same alert is the same episode.
STARTED_AT = datetime.fromtimestamp(time.time_ns() / 1e9, tz=UTC).isoformat()


@dataclass(slots=True, kw_only=True)
class Record:
    """What this sender knows; nothing in it comes from the service's own records."""

    # The id that a 200 promised, and the alert it was for.
    acknowledged: dict[str, Outgoing] = field(default_factory=dict)
    # Sent, and no answer came: the service may have it or not.
    unanswered: list[Outgoing] = field(default_factory=list)
    # Answers other than 200, by status.
    refused: Counter[int] = field(default_factory=Counter)
    refusals: list[Any] = field(default_factory=list)

    def causes(self) -> set[str]:
        """The services whose alerts were acknowledged."""
        return {alert.service for alert in self.acknowledged.values()}


def alerts_of(count: int, *, causes: int, label: str = "shop") -> list[Outgoing]:
    """Make alerts in turn of each cause."""
    return [
        Outgoing(
            fingerprint=f"{label}-{number:06d}",
            service=f"{label}-{number % causes:03d}",
            alert_name=f"Errors{number % causes:03d}",
        )
        for number in range(count)
    ]


class Sender:
    """Sends over several connections at once and stops at the first lost one."""

    def __init__(
        self,
        url: str,
        record: Record,
        *,
        connections: int = 10,
        on_ack: Callable[[Record], None] | None = None,
    ) -> None:
        """`on_ack` is called after each answer of 200, so that a kill can follow right after it."""
        self._url = url
        self._on_ack = on_ack
        self._connections = connections
        self.record = record

    async def send(self, alerts: Iterable[Outgoing], *, alerts_a_body: int = 1) -> None:
        """Send all that can be sent; what is not sent when the service dies stays unsent."""
        waiting = deque(_groups(list(alerts), alerts_a_body))
        lost = asyncio.Event()
        await asyncio.gather(*(self._work(waiting, lost) for _ in range(self._connections)))

    async def _work(self, waiting: deque[list[Outgoing]], lost: asyncio.Event) -> None:
        http = HttpJson(self._url)
        try:
            while waiting and not lost.is_set():
                group = waiting.popleft()
                try:
                    await self._post(http, group)
                except ConnectionError:
                    self.record.unanswered += group
                    lost.set()
        finally:
            await http.close()

    async def _post(self, http: HttpJson, group: list[Outgoing]) -> None:
        body = {"receiver": "issues", "orgId": 1, "alerts": [alert.body() for alert in group]}
        status, answer = await http.post("/alerts/grafana", json.dumps(body).encode())
        if status == 200:
            self.record.acknowledged |= dict(zip(answer["alertIds"], group, strict=True))
            if self._on_ack is not None:
                self._on_ack(self.record)
        else:
            self.record.refused[status] += 1
            self.record.refusals.append(answer)


def _groups(alerts: list[Outgoing], size: int) -> list[list[Outgoing]]:
    return [alerts[start : start + size] for start in range(0, len(alerts), size)]
