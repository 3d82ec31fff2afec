"""A service is restarted by its own command, and what that says is kept short."""

import sys

import pytest

from issue_intelligence.adapters.command.ends import BothEnds
from issue_intelligence.adapters.command.platform import MAX_OUTPUT_LINES, CommandPlatform
from issue_intelligence.core.model.service import Service

PLATFORM = CommandPlatform(env={"PATH": "/usr/bin:/bin"}, timeout_seconds=30)


def shop(code: str, *arguments: str) -> Service:
    return Service(name="shop", restart_command=(sys.executable, "-S", "-c", code, *arguments))


def test_service_without_a_command_cannot_be_restarted() -> None:
    assert not PLATFORM.can_restart(Service(name="shop"))
    assert PLATFORM.can_restart(shop("pass"))


async def test_command_learns_the_service_and_nothing_of_the_alert() -> None:
    report = await PLATFORM.restart(
        shop("import os, sys; print(sys.argv[1:], os.environ['SERVICE'])", "unit-{service}.service")
    )
    assert report.output == ("['unit-shop.service'] shop",)
    assert not report.failed


@pytest.mark.parametrize(("code", "failed"), [("pass", False), ("raise SystemExit(3)", True)])
async def test_it_fails_by_its_exit_code(code: str, failed: bool) -> None:
    report = await PLATFORM.restart(shop(code))
    assert report.failed is failed


async def test_one_that_runs_too_long_has_not_failed_by_itself() -> None:
    """It may have done its work and hung after it: the proof tells."""
    platform = CommandPlatform(env={}, timeout_seconds=0.3, grace_seconds=0.2)
    report = await platform.restart(shop("import time; time.sleep(600)"))
    assert (report.timed_out, report.failed) == (True, False)


async def test_many_lines_are_cut_in_the_middle() -> None:
    report = await PLATFORM.restart(shop("print('\\n'.join(map(str, range(200))))"))
    assert len(report.output) == MAX_OUTPUT_LINES + 1
    assert (report.output[0], report.output[-1]) == ("0", "199")
    assert report.output[MAX_OUTPUT_LINES // 2] == "[140 lines left out]"


@pytest.mark.parametrize(
    ("chunks", "text"),
    [
        ([], ""),
        ([b"abc"], "abc"),
        # Exactly as much as both ends take.
        ([b"abcdef"], "abcdef"),
        ([b"abcdefg"], "abc\n[1 bytes left out]\nefg"),
        ([b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"], "abc\n[2 bytes left out]\nfgh"),
        ([b"ab", b"cdefghij", b"k"], "abc\n[5 bytes left out]\nijk"),
    ],
)
def test_both_ends_are_kept(chunks: list[bytes], text: str) -> None:
    ends = BothEnds(3)
    for chunk in chunks:
        ends.add(chunk)
    assert ends.text() == text
