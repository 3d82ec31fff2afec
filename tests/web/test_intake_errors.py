"""What nobody foresaw is answered in the usual form, and told in our log only."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.inbound_log import NewInboundEvent
from issue_intelligence.web.intake import Intake, IntakeParts
from issue_intelligence.web.intake_asgi import IntakeApp
from issue_intelligence.web.metrics import IntakeMetrics
from issue_intelligence.web.security import IntakeCredentials
from tests.factories.webhooks import body_of, raw_alert
from tests.fakes.stopped_clock import StoppedClock


class BrokenLog:
    def submit(self, event: NewInboundEvent, done: Callable[[OutsideError | None], None]) -> None:
        raise KeyError("a bug of ours")


class KeptLog:
    def __init__(self) -> None:
        self.events: list[NewInboundEvent] = []

    def submit(self, event: NewInboundEvent, done: Callable[[OutsideError | None], None]) -> None:
        self.events.append(event)
        asyncio.get_running_loop().call_soon(done, None)


async def post(inbound: object, body: bytes) -> tuple[int, dict[str, Any], IntakeMetrics]:
    metrics = IntakeMetrics()
    app = IntakeApp(
        Intake(
            IntakeParts(
                inbound=inbound,  # type: ignore[arg-type]
                formats={"/alerts/grafana": GrafanaFormat()},
                credentials=IntakeCredentials(),
                limiter=RateLimiter(rate_per_minute=0, burst=1),
                trusted_proxies=(),
                max_body_bytes=10_000,
                clock=StoppedClock(datetime(2026, 11, 24, tzinfo=UTC)),
                metrics=metrics,
                committed=lambda: None,
            )
        )
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    await app({"method": "POST", "path": "/alerts/grafana", "headers": headers}, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"]), metrics


async def test_bug_of_ours_is_answered_as_json_and_counted() -> None:
    status, answer, metrics = await post(BrokenLog(), body_of(raw_alert()))
    assert (status, answer["error"]["code"]) == (500, "internal")
    assert "bug of ours" not in answer["error"]["message"]
    labels = {"source": "grafana", "result": "internal"}
    assert metrics.registry.get_sample_value("issue_intelligence_intake_requests_total", labels) == 1


async def test_what_is_wrong_with_an_alert_is_said_without_its_secrets() -> None:
    token = "ghp_" + "a1B2" * 9
    good, bad = raw_alert(), raw_alert()
    bad["labels"] = {"alertname": "X", token: 5}
    kept = KeptLog()
    status, answer, _ = await post(kept, body_of(good, bad))
    assert (status, [rejected["index"] for rejected in answer["rejected"]]) == (200, [1])
    assert token not in json.dumps(answer)
    assert token not in kept.events[0].rejected
    status, answer, _ = await post(KeptLog(), body_of(bad))
    assert status == 422
    assert token not in json.dumps(answer)
