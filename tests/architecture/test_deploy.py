"""What deploy/ names exists: settings, files and volumes. No container engine is asked."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from issue_intelligence.cli.main import app
from issue_intelligence.settings import load_settings
from issue_intelligence.settings.model import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
OF_OTHERS = {"POSTGRES_PASSWORD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return document


def test_variables_are_settings_of_ours(compose: dict[str, Any]) -> None:
    ours = compose["services"]["issue-intelligence"]["environment"].keys()
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE))
    known = {name.upper() for name in Settings.model_fields} | {"ISSUE_INTELLIGENCE_CONFIG"}
    assert (ours | example) - OF_OTHERS <= known


def test_variables_that_must_be_set_are_in_the_example() -> None:
    needed = re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}=$", example, re.MULTILINE) for name in needed)


def test_mounted_files_and_volumes_exist(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", ())]
    sources = {mount.partition(":")[0] for mount in mounts}
    here = {source for source in sources if source.startswith(".")}
    assert all((DEPLOY / source).exists() for source in here)
    assert sources - here == compose["volumes"].keys()


def test_only_this_machine_can_connect(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_catalogue_and_provisioning_command_work(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = compose["services"]["provision"]
    for name, value in service["environment"].items():
        # Defaults stay, and what a person must set gets a value.
        given = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        monkeypatch.setenv(name, re.sub(r"\$\{[^}]*\}", "secret", given))
    monkeypatch.setenv("ISSUE_INTELLIGENCE_CONFIG", str(DEPLOY / "issue-intelligence.toml"))
    assert load_settings().services
    command = [str(tmp_path) if part == "/provisioning" else part for part in service["command"]]
    done = CliRunner().invoke(app, command[1:])
    assert done.exit_code == 0, (shlex.join(command), done.output)
    point = (tmp_path / "alerting" / "issue-intelligence-contact-point.yaml").read_text(encoding="utf-8")
    assert "http://issue-intelligence:3003/alerts/grafana" in point


def test_processes_of_ours_get_the_time_to_end_and_start_again(compose: dict[str, Any]) -> None:
    for name in ("issue-intelligence", "worker"):
        service = compose["services"][name]
        assert (service["restart"], service["stop_grace_period"]) == ("unless-stopped", "1m")


def test_only_what_has_http_is_asked_for_its_health(compose: dict[str, Any]) -> None:
    ours = {name: each for name, each in compose["services"].items() if each["image"] == "issue-intelligence"}
    asked = {name for name, each in ours.items() if not each.get("healthcheck", {}).get("disable")}
    assert asked == {"issue-intelligence"}
    check = re.search(r"^HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert check is not None
    # A form of JSON that goes on in the next line; Docker takes the line's end away.
    python, option, program = json.loads(check[1].replace("\\\n", ""))
    assert (python, option) == ("python", "-c")
    compile(program, "HEALTHCHECK", "exec")
    assert "/ready" in program


def test_commands_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        if service["image"] == "issue-intelligence" and "command" in service:
            assert CliRunner().invoke(app, [service["command"][1], "--help"]).exit_code == 0
