"""What all tests share: the real parts that some of them need."""

from pathlib import Path

import pytest

from tests.real_parts import ALERTMANAGER, pytest_terminal_summary, require_real_part

__all__ = ["pytest_terminal_summary"]


@pytest.fixture(scope="session")
def alertmanager_program() -> Path:
    return require_real_part(ALERTMANAGER)
