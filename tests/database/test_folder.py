"""Raw webhooks hold what their senders put in, so where they lie is nobody else's to read."""

import stat
from pathlib import Path

from issue_intelligence.adapters.database.engines import database_urls
from issue_intelligence.adapters.database.migrate import upgrade


def test_folder_that_we_make_is_ours_alone(tmp_path: Path) -> None:
    upgrade(database_urls("", tmp_path / "data"))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o750)
    upgrade(database_urls("", folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
