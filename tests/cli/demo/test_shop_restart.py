"""The shop can really be restarted from outside, and then has its connections back."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from issue_intelligence.adapters.command.platform import CommandPlatform
from issue_intelligence.cli.demo.local_http import ask
from issue_intelligence.cli.demo.processes import Child, child_environment, free_port
from issue_intelligence.cli.demo.shop import restart
from issue_intelligence.core.model.remediation import ActionReport
from issue_intelligence.core.model.service import Service

pytestmark = pytest.mark.journey


@pytest.fixture
def shop_url(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    arguments = ["-m", "issue_intelligence.cli.demo.shop", str(port), str(tmp_path)]
    child = Child("The shop", arguments, output=tmp_path / "output.txt", environment=child_environment())
    try:
        url = f"http://127.0.0.1:{port}"
        child.wait_until_it_answers(f"{url}/stock/health", timeout_seconds=30)
        yield url
        assert child.fault() is None
    finally:
        child.end()


async def restarted(folder: Path) -> ActionReport:
    command = (sys.executable, "-S", restart.__file__, str(folder))
    platform = CommandPlatform(env={"PATH": "/usr/bin:/bin"}, timeout_seconds=60)
    return await platform.restart(Service(name="stock", restart_command=command))


async def test_restart_gives_the_pool_its_connections_back(shop_url: str, tmp_path: Path) -> None:
    ask("POST", f"{shop_url}/admin", body=b'{"leaky_report": true}')
    for _ in range(5):
        ask("GET", f"{shop_url}/stock/report")
    assert ask("GET", f"{shop_url}/stock/health").status == 503

    report = await restarted(tmp_path)

    assert report.output == ("the shop was asked to restart", "the shop serves again")
    assert report.exit_code == 0
    assert ask("GET", f"{shop_url}/stock/health").status == 200
    # A second one finds it under the same process.
    assert not (await restarted(tmp_path)).failed


def test_restart_of_a_shop_that_does_not_run_says_so(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-S", restart.__file__, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout.startswith("the shop cannot be asked to restart")
