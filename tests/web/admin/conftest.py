"""Folders of a service that has decided about something, made once."""

import asyncio
from pathlib import Path

import pytest

from issue_intelligence.core.remediate.plan import Mode
from tests.web.admin.pages import prepare


@pytest.fixture(scope="session")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One incident of two alerts, real, with an issue."""
    folder = tmp_path_factory.mktemp("crashed")
    asyncio.run(prepare(folder))
    return folder


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in mode observe."""
    folder = tmp_path_factory.mktemp("observed")
    asyncio.run(prepare(folder, mode=Mode.OBSERVE))
    return folder
