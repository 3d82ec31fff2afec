"""Issues go to GitHub when both its settings are there, else to files; half of them is a mistake."""

from pathlib import Path

import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.bootstrap.tracker import check_github, issues_go_to, tracker_of
from issue_intelligence.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"github_token": "ghp_x"}, "GITHUB_REPOSITORY is missing"),
        ({"github_repository": "acme/shop"}, "GITHUB_TOKEN is missing"),
        # Would end up in an error about headers.
        (
            {"github_token": "ghp_x\nghp_y", "github_repository": "acme/shop"},
            "GITHUB_TOKEN: must be one word",
        ),
    ],
)
def test_half_of_it_stops_the_start(settings: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsError, match=missing) as raised:
        check_github(load_settings(**settings))
    assert "ghp_" not in str(raised.value)


async def test_both_settings_choose_github(tmp_path: Path) -> None:
    chosen = load_settings(github_token="ghp_x\n", github_repository="acme/shop")
    async with http_client(timeout_seconds=1) as http:
        tracker = tracker_of(chosen, http=http, on_dropped=print)
    assert tracker.description == "GitHub issues of acme/shop"
    assert issues_go_to(chosen) == "GitHub repository acme/shop"


async def test_nothing_set_chooses_files(tmp_path: Path) -> None:
    plain = load_settings(data_dir=tmp_path)
    async with http_client(timeout_seconds=1) as http:
        tracker = tracker_of(plain, http=http, on_dropped=print)
    assert str(tmp_path / "issues") in tracker.description
    assert issues_go_to(plain) == str(tmp_path / "issues")
