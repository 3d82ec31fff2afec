"""A run says which real parts it had to do without."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_parts import REQUIRE_VARIABLE, RealPart, require_real_part, shared_data

ROOT = Path(__file__).parents[1]

TESTS = """
import pytest
from tests.real_parts import RealPart, require_real_part, shared_data

PART = RealPart(name="Nosuch", commands=("nosuch-program",), hint="install it")

def test_with_it(): require_real_part(PART)
def test_with_it_too(): require_real_part(PART)
def test_with_data(): shared_data("no-such-set")
def test_otherwise(): pytest.skip("another reason")
def test_passes(): pass
"""


def run_pytest(folder: Path, *, tests: str = TESTS, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_needy.py").write_text(tests, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "tests.real_parts", "-p", "no:cacheprovider", folder],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_last_lines_list_every_missing_part_and_why(tmp_path: Path) -> None:
    run = run_pytest(tmp_path)
    assert run.returncode == 0, run.stdout
    *_, heading, part, data, closing = run.stdout.strip().splitlines()
    assert "not at hand, so their tests were skipped" in heading
    assert part == "Nosuch (nosuch-program); install it [2 tests]"
    assert data.startswith("shared data set no-such-set; name the folder that holds it in SHARED_DATA_DIR")
    assert "1 passed, 4 skipped" in closing


def test_required_part_that_is_missing_fails_its_test(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, REQUIRE_REAL_PARTS="1")
    assert run.returncode == 1
    assert "2 failed, 1 passed, 2 skipped" in run.stdout
    assert "Nosuch (nosuch-program); install it (REQUIRE_REAL_PARTS=1)" in run.stdout


def test_run_that_missed_nothing_says_nothing(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, tests="def test_passes(): pass")
    assert run.returncode == 0
    assert "not at hand" not in run.stdout


def test_shared_data_is_found_where_the_variable_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loghub").mkdir()
    monkeypatch.setenv("SHARED_DATA_DIR", str(tmp_path))
    assert shared_data("loghub") == tmp_path / "loghub"


def test_wheel_that_is_not_installed_is_a_missing_part_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE_VARIABLE, raising=False)
    part = RealPart(name="Chalk", package="no_such_wheel", hint="buy some")
    with pytest.raises(pytest.skip.Exception, match=r"Chalk \(no_such_wheel\); buy some"):
        require_real_part(part)
