"""/api/maintenance: windows made here beside those of the configuration."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.maintenance import windows_of
from issue_intelligence.settings import SettingsError, load_settings
from tests.web.running_app import running_app
from tests.web.test_silences import post

WEEKLY = {
    "name": "backup",
    "matchers": ["service=shop"],
    "by": "ana",
    "days": ["sun"],
    "from": "02:30",
    "until": "04:00",
    "timezone": "Europe/Berlin",
}
OF_FILE: dict[str, Any] = {
    "name": "patching",
    "matchers": ["service=mail"],
    "from": "01:00",
    "duration": "1h",
}


async def test_windows_of_file_and_api_are_listed_together(tmp_path: Path) -> None:
    now = SystemClock().now().replace(microsecond=0)
    once = {
        "name": "move",
        "matchers": ["service=shop"],
        "by": "ana",
        "starts_at": now.isoformat(),
        "duration": "2h",
    }
    async with running_app(tmp_path, maintenance=[OF_FILE]) as client:
        weekly = await post(client, "/api/maintenance", WEEKLY)
        moving = await post(client, "/api/maintenance", once)
        listed = (await client.get("/api/maintenance")).json()["windows"]
        shown = await client.get(f"/api/maintenance/{listed[0]['id']}")
        kept = await client.delete(f"/api/maintenance/{listed[0]['id']}")
        gone = await client.delete(f"/api/maintenance/{weekly.json()['window']['id']}", params={"by": "bob"})
        left = (await client.get("/api/maintenance")).json()["windows"]
    assert (weekly.status_code, moving.status_code) == (201, 201)
    assert [(each["name"], each["origin"]) for each in listed] == [
        ("patching", "file"),
        ("backup", "api"),
        ("move", "api"),
    ]
    assert shown.json()["window"]["id"] == listed[0]["id"]
    assert (kept.status_code, kept.json()["error"]["code"]) == (409, "of_the_file")
    assert gone.status_code == 200
    assert [each["name"] for each in left] == ["patching", "move"]
    made = weekly.json()["window"]
    assert (made["days"], made["from"], made["until"], made["timezone"]) == (
        ["sun"],
        "02:30",
        "04:00",
        "Europe/Berlin",
    )
    ends_at = f"{now + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    assert moving.json()["window"]["open"] == {"starts_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "ends_at": ends_at}
    assert moving.json()["window"]["next"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"matchers": ["service=~.*"]}, "matchers"),
        ({"matchers": ["service=~("]}, "matchers.0"),
        ({"by": ""}, "by"),
        ({"days": []}, "days"),
        ({"days": ["someday"]}, "days.0"),
        ({"from": ""}, "from"),
        ({"from": "2:30"}, "from"),
        ({"from": "24:00"}, "from"),
        ({"until": ""}, "until"),
        ({"duration": "2h"}, "until"),
        ({"until": "", "duration": "8d"}, "duration"),
        ({"timezone": "CET/Berlin"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"starts_at": "2026-12-01T02:00:00Z"}, "days"),
        ({"comment": "a\x1bb"}, "comment"),
        ({"from_": "02:30"}, "from_"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(
    change: dict[str, Any], field: str, tmp_path: Path
) -> None:
    async with running_app(tmp_path) as client:
        answer = await post(client, "/api/maintenance", WEEKLY | change)
    assert answer.status_code == 422, answer.text
    assert field in {each["field"] for each in answer.json()["error"]["details"]}


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ('name = "x"\nmatchers = ["service=shop"]\nfrom = "25:00"\nuntil = "04:00"', "maintenance.0.from"),
        ('name = "x"\nmatchers = ["service"]\nfrom = 02:30:00\nuntil = 04:00:00', "maintenance.0.matchers"),
        ('name = "x"\nmatchers = ["a=~\'.*\'"]\nfrom = "02:30"\nuntil = "04:00"', None),
        ('name = "x"\nmatchers = ["a=~.*"]\nfrom = "02:30"\nuntil = "04:00"', "maintenance.0.matchers"),
        ('name = "x"\nmatchers = ["a=b"]\nstarts_at = 2026-12-01T02:00:00', "maintenance.0.starts_at"),
        ('name = "x"\nmatchers = ["a=b"]\nstarts_at = 2026-12-01T02:00:00Z\nduration = "2h"', None),
        ('name = "x"\nmatchers = ["a=b"]\nfrom = 02:30:00\nuntil = 04:00:00', None),
        ('name = "x"\nmatchers = ["a=b"]\nfrom = "02:30"\nuntil = "04:00"\nfor = "1h"', "maintenance.0.for"),
        (
            'name = "x"\nmatchers = ["a=b"]\nfrom = "02:30"\nuntil = "04:00"\ntimezone = "Oz"',
            "maintenance.0.timezone",
        ),
        ('matchers = ["a=b"]\nfrom = "02:30"\nuntil = "04:00"', "maintenance.0.name"),
    ],
)
def test_window_of_the_file_that_cannot_work_stops_the_start(
    toml: str, key: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "issue-intelligence.toml").write_text(f"[[maintenance]]\n{toml}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    if key is None:
        assert len(windows_of(load_settings())) == 1
        return
    with pytest.raises(SettingsError) as refused:
        windows_of(load_settings())
    assert str(refused.value).startswith(key)
