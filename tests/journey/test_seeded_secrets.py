"""Secrets seeded into everything that comes in are found in nothing that is kept or shown."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.factories.webhooks import body_of, raw_alert
from tests.fakes.github import FakeGitHub
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import TOKEN
from tests.journey.service_process import ServiceProcess
from tests.journey.small_http import answering
from tests.journey.waiting import wait_for
from tests.pipeline.secrets import SECRETS, all_texts, found_in, found_in_tables, texts

pytestmark = pytest.mark.journey

CONFIG = """
[[services]]
name = "shop"
health_url = "{address}/health"
"""


def alerts_with_secrets() -> list[dict[str, Any]]:
    """One alert for each secret in a label, and one with all of them everywhere else."""
    starts_at = f"{SystemClock().now():%Y-%m-%dT%H:%M:%SZ}"
    by_label = [
        raw_alert(
            fingerprint=f"label-{number}",
            labels={"alertname": "CheckoutErrors", "service": "shop", "severity": "critical", "note": text},
            startsAt=starts_at,
        )
        for number, text in enumerate(texts().values())
    ]
    everywhere = raw_alert(
        fingerprint="everywhere",
        labels={"alertname": f"Leak {texts()['password']}", "service": "shop", "token": SECRETS["github"]},
        annotations={"summary": all_texts(), "description": all_texts(), "runbook": all_texts()},
        startsAt=starts_at,
        generatorURL=f"https://shop:{SECRETS['url password']}@grafana.example/alerting/1",
        dashboardURL=f"https://grafana.example/d/1?token={SECRETS['github']}",
        valueString=all_texts(),
    )
    return [*by_label, everywhere]


def log_with_secrets() -> str:
    now = SystemClock().now()
    stamps = [f"{now - timedelta(seconds=n):%Y-%m-%dT%H:%M:%S.000Z}" for n in range(60, 0, -1)]
    plain = [f"{stamp} ERROR {text}" for stamp, text in zip(stamps, texts().values(), strict=False)]
    structured = [
        json.dumps({"time": stamp, "level": "error", "msg": text, "user": SECRETS["e-mail"]})
        for stamp, text in zip(stamps[20:], texts().values(), strict=False)
    ]
    traces = [
        f"{stamp} ERROR TypeError: {text}\n    at total (/srv/shop/src/cart.ts:10:5)"
        for stamp, text in zip(stamps[40:], texts().values(), strict=False)
    ]
    return "\n".join([*plain, *structured, *traces]) + "\n"


def test_seeded_secrets_are_found_nowhere(tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    log.write_text(log_with_secrets(), encoding="utf-8")
    body = json.dumps({"status": "down", "error": all_texts()}).encode()
    shown: dict[str, str] = {}
    with answering(500, body) as address:
        with_password = address.replace("http://", f"http://shop:{SECRETS['url password']}@")
        config = tmp_path / "issue-intelligence.toml"
        config.write_text(CONFIG.format(address=with_password), encoding="utf-8")
        with ServiceProcess(tmp_path, env={"LOG_FILES": str(log)}) as service:
            service.start()
            service.wait_ready()
            with httpx2.Client(base_url=service.url, timeout=30) as client:
                ids = send(client, alerts_with_secrets())
                wait_until_investigated(client)
                for path in (
                    "/alerts/history?limit=500",
                    "/metrics",
                    "/health",
                    *(f"/alerts/{i}" for i in ids),
                ):
                    shown[path] = client.get(path).text
            service.terminate()
            shown |= {f"issue {path.name}": path.read_text(encoding="utf-8") for path in service.issues()}
            shown["our own log and notices"] = service.output()
    leaks = [leak for place, text in shown.items() for leak in found_in(place, text)]
    leaks += found_in_tables(tmp_path / "data")
    assert leaks == []
    # It did go through: what stands around the secrets is there.
    assert "no basket for" in shown[f"/alerts/{ids[-1]}"]
    assert any("cart.ts:10" in text for place, text in shown.items() if place.startswith("issue "))


async def test_seeded_secrets_reach_neither_github_nor_slack(tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    log.write_text(log_with_secrets(), encoding="utf-8")
    with FakeGitHub() as github, answering(500, all_texts().encode()) as address:
        with_password = address.replace("http://", f"http://shop:{SECRETS['url password']}@")
        config = tmp_path / "issue-intelligence.toml"
        config.write_text(CONFIG.format(address=with_password), encoding="utf-8")
        async with FakeSlack(now=SystemClock().now) as slack:
            channel = slack.channel("high").id
            env = {
                "LOG_FILES": str(log),
                "GITHUB_API_URL": github.url,
                "GITHUB_TOKEN": github.token,
                "GITHUB_REPOSITORY": github.repository.full_name,
                "GITHUB_WRITE_INTERVAL_SECONDS": "0.01",
                "SLACK_API_URL": slack.url,
                "SLACK_BOT_TOKEN": TOKEN,
                **{f"SLACK_CHANNEL_{name}": channel for name in ("CRITICAL", "HIGH", "MEDIUM", "RESOLVED")},
            }
            with ServiceProcess(tmp_path, env=env) as service:
                service.start().wait_ready()
                await asyncio.to_thread(send_and_wait, service.url)
                output = service.output()
        told = {
            "GitHub": json.dumps([[each.title, each.body, each.labels] for each in github.issues]),
            "GitHub's comments": json.dumps([c.body for each in github.issues for c in each.comments]),
            "Slack": json.dumps(slack.calls),
            "our own log": output,
        }
    leaks = [leak for place, text in told.items() for leak in found_in(place, text)]
    leaks += found_in_tables(tmp_path / "data")
    assert leaks == []
    # They did hear of it, and our own tokens stayed with us.
    assert "cart.ts:10" in told["GitHub"]
    assert slack.made("chat.postMessage") > 0
    for place, text in told.items():
        assert TOKEN not in text, place
        assert github.token not in text, place


def send_and_wait(url: str) -> None:
    with httpx2.Client(base_url=url, timeout=30) as client:
        send(client, alerts_with_secrets())
        wait_until_investigated(client)


def send(client: httpx2.Client, alerts: list[dict[str, Any]]) -> list[str]:
    answer = client.post(
        "/alerts/grafana", content=body_of(*alerts), headers={"Content-Type": "application/json"}
    )
    ids: list[str] = answer.json()["alertIds"]
    assert len(ids) == len(alerts)
    return ids


def wait_until_investigated(client: httpx2.Client) -> None:
    def look() -> bool:
        stored = client.get("/alerts/history?limit=500").json()["alerts"]
        waiting = client.get("/alerts/history?limit=500&status=received").json()["alerts"]
        return len(stored) > 0 and not waiting

    wait_for("all alerts investigated", look)
