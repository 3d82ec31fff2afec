"""`issue-intelligence worker` says where it cannot work."""

from pathlib import Path

import pytest

from issue_intelligence.cli import main

ON_SQLITE = ["", "sqlite:///elsewhere.db"]


@pytest.mark.parametrize("database_url", ON_SQLITE)
def test_worker_on_sqlite_ends_with_2_and_says_what_to_do(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr("sys.argv", ["issue-intelligence", "worker"])
    with pytest.raises(SystemExit) as end:
        main.run()
    assert end.value.code == 2
    said = capsys.readouterr()
    assert "DATABASE_URL" in said.err
    assert "PostgreSQL" in said.err
    assert "issue-intelligence serve" in said.err
    # It has touched nothing.
    assert list(tmp_path.iterdir()) == []
