"""The demo plays to its end, leaves its issues and no process."""

import subprocess
import sys
from pathlib import Path

import pytest

from issue_intelligence.cli.demo.processes import child_environment
from tests.cli.demo.processes_of import processes_that_mention

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="counts processes under /proc"),
]

COMMAND = [sys.executable, "-m", "issue_intelligence", "demo"]


def test_demo_ends_well_and_leaves_three_issues(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--once"],
        cwd=tmp_path,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All seven scenes ended as they should." in done.stdout
    assert "\x1b" not in done.stdout
    issues = sorted(tmp_path.glob("data/demo/*/issues/*.md"))
    assert [path.name[:4] for path in issues] == ["0001", "0002", "0003"]
    for path in issues:
        assert str(path.relative_to(tmp_path)) in done.stdout
    assert processes_that_mention(str(tmp_path)) == []


@pytest.mark.parametrize(
    "moments",
    [
        # As soon as the first scene begins, both children run.
        ("1  ",),
        # The service is at work, with processes of its own, and is about to restart the shop.
        ("3  ", "   alert"),
    ],
)
def test_interrupted_demo_leaves_no_process(tmp_path: Path, moments: tuple[str, ...]) -> None:
    demo = subprocess.Popen(
        [*COMMAND, "--once"], cwd=tmp_path, env=child_environment(), stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    with demo.stdout:
        for moment in moments:
            assert any(line.startswith(moment) for line in demo.stdout)
        assert len(processes_that_mention(str(tmp_path))) >= 2
        demo.terminate()
        rest = demo.stdout.read()
    assert demo.wait(60) == 130
    assert "Interrupted" in rest
    assert processes_that_mention(str(tmp_path)) == []
