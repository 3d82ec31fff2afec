"""Who may send alerts, and how many."""

import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.factories.webhooks import PAYLOADS, body_of, raw_alert
from tests.web.running_app import STRANGER, running_app

SECRET = "s3cret"
SIGNATURE = "X-Grafana-Alerting-Signature"
STAMP = "X-Grafana-Alerting-Timestamp"
BODY = body_of(raw_alert())
PASSWORD: dict[str, Any] = {"intake_username": "grafana", "intake_password": "pä:ss"}
VECTORS: list[dict[str, Any]] = json.loads(
    (PAYLOADS / "grafana-hmac-vectors.json").read_text(encoding="utf-8")
)


async def send(client: httpx2.AsyncClient, content: bytes = BODY, **request: Any) -> httpx2.Response:
    headers = {"Content-Type": "application/json"} | request.pop("headers", {})
    return await client.post("/alerts/grafana", content=content, headers=headers, **request)


def signature_of(body: bytes, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


@pytest.mark.parametrize(
    ("settings", "request_with", "status"),
    [
        # Nothing is set up; the service listens on loopback only.
        ({}, {}, 200),
        ({}, {"headers": {"Host": "localhost:3003"}}, 200),
        # A page of another site whose name was made to resolve to us.
        ({}, {"headers": {"Host": "evil.example:3003"}}, 403),
        ({"intake_token": "t0ken"}, {"headers": {"Host": "a.b", "Authorization": "Bearer t0ken"}}, 200),
        ({"intake_token": "t0ken"}, {"headers": {"Authorization": "Bearer t0ken"}}, 200),
        ({"intake_token": "t0ken"}, {"headers": {"Authorization": "Bearer wrong"}}, 401),
        ({"intake_token": "t0ken"}, {}, 401),
        (PASSWORD, {"auth": httpx2.BasicAuth("grafana", "pä:ss")}, 200),
        (PASSWORD, {"auth": ("grafana", "wrong")}, 401),
        (PASSWORD, {}, 401),
        ({"grafana_webhook_secret": SECRET}, {"headers": {SIGNATURE: signature_of(BODY)}}, 200),
        ({"grafana_webhook_secret": SECRET}, {"headers": {SIGNATURE: signature_of(BODY, "other")}}, 401),
        # The signature of another body.
        ({"grafana_webhook_secret": SECRET}, {"headers": {SIGNATURE: signature_of(BODY + b" ")}}, 401),
        ({"grafana_webhook_secret": SECRET}, {}, 401),
        # The admin's password is no licence to send.
        ({"intake_token": "t0ken", "admin_password": "pw"}, {"auth": ("admin", "pw")}, 401),
    ],
)
async def test_only_a_sender_that_proves_itself_is_heard(
    settings: dict[str, Any], request_with: dict[str, Any], status: int, tmp_path: Path
) -> None:
    async with running_app(tmp_path, **settings) as client:
        answer = await send(client, **request_with)
    assert answer.status_code == status, answer.text
    if status == 401:
        assert answer.json()["error"]["code"] == "not_authentic"
        assert "WWW-Authenticate" in answer.headers
        assert not [secret for secret in ("t0ken", SECRET, "pä:ss") if secret in answer.text]


async def test_grafanas_own_signature_passes_and_then_its_body_is_judged(tmp_path: Path) -> None:
    # The vector's body is a text, not JSON: 400 says that the signature was right, 401 that it was not.
    plain = VECTORS[0]
    async with running_app(tmp_path, grafana_webhook_secret="secret") as client:
        right = await send(client, plain["body"].encode(), headers={SIGNATURE: plain["signature"]})
        wrong = await send(client, plain["body"].encode(), headers={SIGNATURE: "0" * 64})
    assert (right.status_code, wrong.status_code) == (400, 401)


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(), 200),
        (timedelta(minutes=4), 200),
        # A delivery that was recorded and is played again.
        (timedelta(minutes=6), 401),
        (timedelta(minutes=-6), 401),
    ],
)
async def test_signed_time_must_be_near_ours(age: timedelta, status: int, tmp_path: Path) -> None:
    stamp = str(int((SystemClock().now() - age).timestamp()))
    signed = {SIGNATURE: signature_of(stamp.encode() + b":" + BODY), STAMP: stamp}
    settings: dict[str, Any] = {"grafana_webhook_secret": SECRET, "grafana_webhook_timestamp_header": STAMP}
    async with running_app(tmp_path, **settings) as client:
        answer = await send(client, headers=signed)
        without_stamp = await send(client, headers={SIGNATURE: signature_of(BODY)})
    assert answer.status_code == status
    assert without_stamp.status_code == 401


async def test_recorded_vector_is_too_old_to_be_played_again(tmp_path: Path) -> None:
    stamped = VECTORS[1]
    settings: dict[str, Any] = {"grafana_webhook_secret": "secret", "grafana_webhook_timestamp_header": STAMP}
    headers = {SIGNATURE: stamped["signature"], STAMP: stamped["timestamp"]}
    async with running_app(tmp_path, **settings) as client:
        answer = await send(client, stamped["body"].encode(), headers=headers)
    assert answer.status_code == 401
    assert "300 seconds" in answer.json()["error"]["message"]


async def refused_after(client: httpx2.AsyncClient, **request: Any) -> tuple[int, httpx2.Response]:
    """How many requests pass before the first 429, and that answer."""
    for number in range(1_000):
        answer = await send(client, b"{}", **request)
        if answer.status_code == 429:
            return number, answer
    raise AssertionError("nothing was ever refused")


async def test_who_asks_too_much_is_told_when_to_come_back(tmp_path: Path) -> None:
    async with running_app(tmp_path, intake_rate_limit=1) as client:
        passed, answer = await refused_after(client)
    # The burst of architecture.md 5.
    assert passed == 200
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


async def test_no_limit_when_it_is_set_to_none(tmp_path: Path) -> None:
    async with running_app(tmp_path, intake_rate_limit=0) as client:
        answers = {(await send(client, b"{}")).status_code for _ in range(250)}
    assert answers == {422}


async def test_strangers_requests_do_not_use_up_a_senders_allowance(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"intake_rate_limit": 1, "intake_token": "t0ken"}
    async with running_app(tmp_path, comes_from=STRANGER, **settings) as client:
        await refused_after(client)
        sender = await send(client, headers={"Authorization": "Bearer t0ken"})
    assert sender.status_code == 200


async def test_made_up_forwarding_header_gets_no_allowance_of_its_own(tmp_path: Path) -> None:
    async with running_app(tmp_path, comes_from=STRANGER, intake_rate_limit=1) as client:
        await refused_after(client)
        again = await send(client, b"{}", headers={"X-Forwarded-For": "198.51.100.7"})
    assert again.status_code == 429


async def test_trusted_proxys_clients_are_counted_apart(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"intake_rate_limit": 1, "trusted_proxies": "203.0.113.0/24"}
    async with running_app(tmp_path, comes_from=STRANGER, **settings) as client:
        await refused_after(client, headers={"X-Forwarded-For": "198.51.100.7"})
        other = await send(client, b"{}", headers={"X-Forwarded-For": "198.51.100.8"})
    assert other.status_code == 422
