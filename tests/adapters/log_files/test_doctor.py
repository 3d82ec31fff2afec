"""The doctor's look at LOG_FILES."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issue_intelligence.adapters.log_files.doctor import check_log_files
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckState

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SERVICES = (Service(name="shop"), Service(name="mail"))
OK, WARNING, FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


async def states(pattern: str, *services: Service) -> list[CheckState]:
    return [result.state for result in await check_log_files(pattern, services, NOW)]


async def test_files_of_each_service_are_looked_for(tmp_path: Path) -> None:
    (tmp_path / "shop.log").write_text("x")
    assert await states(f"{tmp_path}/{{service}}.log", *SERVICES) == [OK, FAILED]
    # Shared by all, or by services that only alerts name.
    assert await states(f"{tmp_path}/*.log", *SERVICES) == [OK]
    assert await states(f"{tmp_path}/{{service}}.log", Service(name="app", answers_for_all=True)) == [OK]


async def test_second_glob_that_matches_nothing_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "shop.log").write_text("x")
    assert await states(f"{tmp_path}/shop.log,{tmp_path}/nope.log") == [WARNING]


async def test_folder_is_no_log_file(tmp_path: Path) -> None:
    (tmp_path / "shop.log").mkdir()
    assert await states(f"{tmp_path}/shop.log") == [FAILED]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_unreadable_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    path.write_text("x")
    path.chmod(0)
    (result,) = await check_log_files(str(path), (), NOW)
    assert (result.state, str(path) in result.sentence) == (FAILED, True)
