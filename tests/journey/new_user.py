"""The folder and the surroundings of somebody who follows the README: only the outside is a stand-in."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.fakes.github import FakeGitHub
from tests.fakes.loki.server import FakeLoki
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import TOKEN
from tests.journey.readme import Step, with_values
from tests.journey.service_process import REPOSITORY, ServiceProcess

PUBLISHED_PORT = ":3003"
SHOP_OF_THE_README = "http://127.0.0.1:8000"
_PROGRAM = f"""#!/bin/sh
exec {sys.executable} -m issue_intelligence "$@"
"""
# Stands for the one line of sudoers: it may stop and restart the shop, and notes what it was asked to do.
_SUDO = """#!/bin/sh
echo "$*" >> "{folder}/sudo.log"
case "$*" in
  "systemctl stop shop") rm "{folder}/health.up" ;;
  "-n systemctl restart shop") touch "{folder}/health.up" ;;
  *) exit 1 ;;
esac
"""


class ServedByTheReadme(ServiceProcess):
    """`serve` in a terminal of its own: the README's commands, the last of which stays."""

    def __init__(self, folder: Path, commands: Sequence[str], *, env: Mapping[str, str], port: int) -> None:
        super().__init__(folder, env=env, port=port)
        *self._before, self._serve = commands

    def _arguments(self) -> Sequence[str]:
        return ("/bin/sh", "-c", "\n".join([*self._before, f"exec {self._serve}"]))

    def _environment(self) -> dict[str, str]:
        return dict(self._env)


def set_up(folder: Path) -> None:
    """Lay out what a clone has after `make setup`, and a shop that is up."""
    for path in (folder / ".venv" / "bin", folder / "bin"):
        path.mkdir(parents=True)
    _write_program(folder / ".venv" / "bin" / "issue-intelligence", _PROGRAM)
    _write_program(folder / "bin" / "sudo", _SUDO.format(folder=folder))
    (folder / "test").symlink_to(REPOSITORY / "test")
    (folder / "health.up").touch()


def _write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o700)


def write_files(folder: Path, steps: Mapping[int, Step], values: Mapping[str, str], *, shop: str) -> None:
    """Write the two files of steps 1 and 2, with the addresses and secrets of this walk."""
    catalogue = steps[1].files["toml"]
    assert SHOP_OF_THE_README in catalogue
    (folder / "issue-intelligence.toml").write_text(
        catalogue.replace(SHOP_OF_THE_README, shop), encoding="utf-8"
    )
    (folder / ".env").write_text(with_values(steps[2].files["sh"], values), encoding="utf-8")


def values_of_the_walk(
    *, port: int, loki: FakeLoki, github: FakeGitHub, slack: FakeSlack, grafana: str
) -> dict[str, str]:
    return {
        "MODE": "report",
        "HOST": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "INTAKE_TOKEN": "1ntake-t0ken",
        "ADMIN_PASSWORD": "adm1n-passw0rd",
        "LOKI_URL": loki.url,
        "GRAFANA_URL": grafana,
        "GRAFANA_LOKI_DATASOURCE_UID": "loki",
        "GITHUB_TOKEN": github.token,
        "GITHUB_REPOSITORY": github.repository.full_name,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_CHANNEL_MEDIUM": slack.channel("medium").id,
    }


def around(folder: Path, *, port: int, github: FakeGitHub, slack: FakeSlack) -> dict[str, str]:
    """Give the environment beside `.env`: where the stand-ins are, and no long wait for a shop."""
    return {
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
        "PYTHONUNBUFFERED": "1",
        "PORT": str(port),
        "GITHUB_API_URL": github.url,
        "GITHUB_WRITE_INTERVAL_SECONDS": "0",
        "SLACK_API_URL": slack.url,
        "REMEDIATION": '{"strategies": {"restart": {"wait_for_health_check_seconds": 1}}}',
    }
