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


def test_worker_says_at_its_start_what_it_works_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": "postgresql://shop:hunter2-Zq9@127.0.0.1:1/shop",
        "LOKI_URL": "http://loki.example",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_TOKEN": "t" * 40,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["issue-intelligence", "worker"])
    # Nobody listens there, so it ends.
    with pytest.raises(SystemExit) as end:
        main.run()
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert "Loki at loki.example" in said
    assert "GitHub repository acme/shop" in said
    assert "The worker could not start" in said
    assert "hunter2" not in said
