"""`db`: what it says when it cannot reach the database, or is told a wrong one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.journey.service_process import REPOSITORY


def db(command: str, url: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "issue_intelligence", "db", command],
        env={"PYTHONPATH": str(REPOSITORY / "src"), "DATABASE_URL": url, "DATA_DIR": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        # A folder without a socket in it: nobody listens.
        ("postgresql://ada:hunter2secret@/x?host={folder}", "the database is not available"),
        ("postgresql://ada:hunter2secret@/x?host={folder}&nonsense=1", "nonsense"),
        ("mysql://ada:hunter2secret@db.example/x", "mysql is not supported"),
    ],
)
def test_database_that_cannot_be_used_is_one_sentence_without_its_password(
    url: str, said: str, tmp_path: Path
) -> None:
    ended = db("current", url.format(folder=tmp_path), tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2secret" not in ended.stderr


def test_empty_postgres_is_behind_until_it_is_upgraded(empty_postgres_url: str, tmp_path: Path) -> None:
    assert db("current", empty_postgres_url, tmp_path).returncode == 1
    assert db("upgrade", empty_postgres_url, tmp_path).returncode == 0
    ended = db("current", empty_postgres_url, tmp_path)
    assert ended.returncode == 0
    assert "not there yet" not in ended.stdout
