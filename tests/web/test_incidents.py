"""/api/incidents: what is read, and how people split and merge."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.bootstrap.stores import open_stores, upgrade_stores
from issue_intelligence.settings import load_settings
from tests.database.events import NOW, event, firing, record
from tests.database.test_findings import FINDINGS
from tests.web.running_app import STRANGER, running_app

PASSWORD: dict[str, Any] = {"admin_password": "correct horse"}
NOBODY = "0" * 32


async def two_incidents(folder: Path) -> list[str]:
    """Give the ids of two incidents that wait in the database, the older first; the first was looked at."""
    settings = load_settings(data_dir=folder)
    await upgrade_stores(settings)
    stores = open_stores(settings)
    store: DatabaseIncidentStore = stores.incidents
    for number in range(2):
        labels = {"alertname": "Down", "service": f"s{number}"}
        at = NOW + timedelta(minutes=number)
        await record(store, event(number + 1, firing(f"a{number}", labels=labels), received_at=at))
    runs = await store.claim_runs(NOW, 10)
    for run in runs:
        await store.save_verdict(run, FINDINGS, NOW)
        await store.finish_run(run, NOW, quiet_until=NOW, recheck_at=None)
    found = [await store.incident(run.incident_id) for run in runs]
    await stores.databases.dispose()
    return [each.id for each in sorted(found, key=lambda each: each.opened_at)]


async def ask(client: httpx2.AsyncClient, incident_id: str, what: str, **body: Any) -> httpx2.Response:
    return await client.post(f"/api/incidents/{incident_id}/{what}", json=body)


async def test_incident_is_shown_with_alerts_and_reasons(tmp_path: Path) -> None:
    older, newer = await two_incidents(tmp_path)
    async with running_app(tmp_path) as client:
        page = (await client.get("/api/incidents")).json()
        shown = (await client.get(f"/api/incidents/{older}")).json()["incident"]
    assert [each["id"] for each in page["incidents"]] == [newer, older]
    assert page["next_before"] is None
    assert (shown["service"], shown["status"], shown["part_of"], shown["parts"]) == ("s0", "open", None, [])
    assert [alert["alert_name"] for alert in shown["alerts"]] == ["Down"]
    assert [each["text"] for each in shown["reasons"]] == [each.text for each in FINDINGS.verdict.reasons]
    assert shown["validation"]["conclusion"] == "real"


async def test_merge_and_split_are_seen_on_every_page(tmp_path: Path) -> None:
    older, newer = await two_incidents(tmp_path)
    async with running_app(tmp_path) as client:
        merged = await ask(client, newer, "merge", into=older, note="told by ana@example.org")
        whole = (await client.get(f"/api/incidents/{older}")).json()["incident"]
        leading = (await client.get("/api/incidents?leading=true")).json()["incidents"]
        [alert] = (await client.get(f"/api/incidents/{newer}")).json()["incident"]["alerts"]
        ended_in = (await client.get(f"/alerts/{alert['id']}")).json()["incident"]
        apart = (await ask(client, newer, "split")).json()["incident"]
    assert merged.status_code == 200
    part = merged.json()["incident"]["part_of"]
    assert (part["incident_id"], part["reason"], part["joined_by"]) == (older, "person", "admin")
    # Notes are redacted like all that people read.
    assert "ana@example.org" not in part["text"]
    assert [each["incident_id"] for each in whole["parts"]] == [newer]
    assert [each["id"] for each in leading] == [older]
    assert (ended_in["id"], ended_in["joined"]["reason"]) == (older, "person")
    assert (apart["part_of"], apart["kept_apart"]) == (None, True)


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("merge", {}, "into"),
        ("merge", {"into": "x"}, "into"),
        ("merge", {"into": 7}, "into"),
        ("merge", {"into": NOBODY}, "into"),
        ("merge", {"into": NOBODY, "why": "x"}, "why"),
        ("merge", {"into": NOBODY, "note": "two\nlines"}, "note"),
        ("split", {"note": 7}, "note"),
        # It is part of nothing.
        ("split", {}, "id"),
    ],
)
async def test_what_is_not_possible_names_the_field(
    what: str, body: dict[str, Any], field: str, tmp_path: Path
) -> None:
    older, _ = await two_incidents(tmp_path)
    async with running_app(tmp_path) as client:
        answer = await ask(client, older, what, **body)
    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json()["error"]["details"]}


async def test_cycle_is_refused(tmp_path: Path) -> None:
    older, newer = await two_incidents(tmp_path)
    async with running_app(tmp_path) as client:
        await ask(client, newer, "merge", into=older)
        answer = await ask(client, older, "merge", into=newer)
    assert answer.status_code == 422
    assert "split it off first" in answer.json()["error"]["message"]


async def test_unknown_incident_and_wrong_parameters_are_told_apart(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for path in (f"/api/incidents/{NOBODY}", "/api/incidents/x"):
            assert (await client.get(path)).status_code == 404
        assert (await ask(client, NOBODY, "split")).status_code == 404
        for query in ("limit=0", "limit=x", "status=gone", "leading=yes", "before=x", "service=%00"):
            answer = await client.get(f"/api/incidents?{query}")
            assert answer.status_code == 422
            assert answer.json()["error"]["details"][0]["field"] == query.partition("=")[0]


async def test_only_who_may_sign_in_reads_and_changes(tmp_path: Path) -> None:
    older, newer = await two_incidents(tmp_path)
    async with running_app(tmp_path, **PASSWORD) as client:
        answers = [
            await client.get("/api/incidents"),
            await client.get(f"/api/incidents/{older}"),
            await ask(client, newer, "merge", into=older),
            await ask(client, newer, "split"),
        ]
        client.auth = ("admin", "correct horse")
        assert (await ask(client, newer, "merge", into=older)).status_code == 200
    assert {answer.status_code for answer in answers} == {401}
    async with running_app(tmp_path, comes_from=STRANGER) as stranger:
        assert (await stranger.get("/api/incidents")).status_code == 401


async def test_page_of_another_site_cannot_merge(tmp_path: Path) -> None:
    """A browser sends a form or plain text without asking first, and neither is taken."""
    older, newer = await two_incidents(tmp_path)
    async with running_app(tmp_path) as client:
        answer = await client.post(
            f"/api/incidents/{newer}/merge",
            content=f'{{"into": "{older}"}}'.encode(),
            headers={"Content-Type": "text/plain"},
        )
    assert answer.status_code == 415
