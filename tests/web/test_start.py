"""The service does not start with settings that are wrong or unsafe, and says which key to change."""

import json
import socket
from pathlib import Path

import httpx2
import pytest

from issue_intelligence.bootstrap.service import web_app
from issue_intelligence.settings import SettingsError, load_settings
from tests.journey.service_process import ServiceProcess

WRONG_USAGE = 2
JSON = {"Content-Type": "application/json"}
EMPTY_GROUP = b'{"alerts": []}'


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration file of the machine plays a part."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("env", "said"),
    [
        # Reachable by others, and nothing is secret.
        ({"HOST": "0.0.0.0"}, ["HOST 0.0.0.0", "INTAKE_TOKEN", "ADMIN_PASSWORD"]),
        ({"HOST": "::"}, ["HOST ::", "GRAFANA_WEBHOOK_SECRET", "ADMIN_PASSWORD"]),
        ({"HOST": "0.0.0.0", "INTAKE_TOKEN": "t"}, ["set ADMIN_PASSWORD first"]),
        ({"HOST": "0.0.0.0", "ADMIN_PASSWORD": "p"}, ["INTAKE_TOKEN", "first"]),
        # A name may resolve to anything.
        ({"HOST": "my-machine"}, ["HOST my-machine"]),
        # Bad values name their variable.
        ({"INTAKE_RATE_LIMIT": "many"}, ["intake_rate_limit"]),
        ({"INTAKE_RATE_LIMIT": "-1"}, ["intake_rate_limit"]),
        ({"MODE": "maybe"}, ["mode", "observe"]),
        ({"APP_HEALTH_URL": "ftp://app"}, ["app_health_url", "http://"]),
        ({"TRUSTED_PROXIES": "10.0.0.0/99"}, ["TRUSTED_PROXIES"]),
        ({"DATABASE_URL": "mysql://localhost/x"}, ["DATABASE_URL", "mysql"]),
        ({"DATABASE_URL": "sqlite://"}, ["DATABASE_URL", "file"]),
        ({"INTAKE_USERNAME": "grafana"}, ["INTAKE_PASSWORD"]),
        # Secrets in files.
        ({"INTAKE_TOKEN_FILE": "/nowhere/token"}, ["INTAKE_TOKEN_FILE", "/nowhere/token"]),
        ({"INTAKE_TOKEN_FILE": "/nowhere/token", "INTAKE_TOKEN": "t"}, ["INTAKE_TOKEN_FILE", "both"]),
        ({"ISSUE_INTELLIGENCE_CONFIG": "/nowhere.toml"}, ["ISSUE_INTELLIGENCE_CONFIG", "/nowhere.toml"]),
    ],
)
def test_start_is_refused_with_a_sentence(
    env: dict[str, str], said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        web_app(load_settings(data_dir=tmp_path))
    assert not [word for word in said if word not in str(refused.value)], refused.value


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("prot = 3003", ["issue-intelligence.toml", "unknown key", "prot"]),
        ("[validation]\nmin_eror_count = 3", ["validation.min_eror_count", "unknown key"]),
        ("[validation]\nmin_error_count = 0", ["validation.min_error_count"]),
        ('[[services]]\nname = "shop"\nhealth = "x"', ["services.0.health", "unknown key"]),
        ("[[services]]\nname = 5", ["services.0.name"]),
        ("port = ", ["issue-intelligence.toml"]),
    ],
)
def test_bad_file_is_refused_and_names_the_key(toml: str, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "issue-intelligence.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert not [word for word in said if word not in str(refused.value)], refused.value


def test_refused_start_is_wrong_usage_and_one_sentence(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, env={"HOST": "0.0.0.0"}) as service:
        service.start()
        assert service.wait_ended() == WRONG_USAGE
        assert service.output().startswith("Configuration: HOST 0.0.0.0")
        assert "Traceback" not in service.output()


def test_taken_port_is_the_last_thing_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with ServiceProcess(tmp_path, port=port) as service:
            service.start()
            assert service.wait_ended() == WRONG_USAGE
            assert service.output().splitlines()[-1].startswith(f"Cannot serve on 127.0.0.1:{port}")


def test_start_says_what_it_works_with(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, env={"LOG_FILES": "/var/log/shop/*.log"}) as service:
        service.start()
        service.wait_ready()
        started = json.loads(service.output().splitlines()[0])
    assert started["logs"] == "/var/log/shop/*.log"
    assert started["health"] == "none: set APP_HEALTH_URL"


def test_secret_comes_from_a_file_and_the_service_ends_well(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n", encoding="utf-8")
    with ServiceProcess(tmp_path, env={"INTAKE_TOKEN_FILE": str(tmp_path / "token")}) as service:
        service.start()
        service.wait_ready()
        statuses = [
            httpx2.post(
                f"{service.url}/alerts/grafana",
                content=EMPTY_GROUP,
                headers=JSON | {"Authorization": f"Bearer {token}"},
            ).status_code
            for token in ("from-a-file", "other")
        ]
        service.terminate()
        assert statuses == [200, 401]
        assert "Traceback" not in service.output()


def test_forwarding_header_of_a_local_client_is_not_believed(tmp_path: Path) -> None:
    """Only TRUSTED_PROXIES may say where a request comes from, also on the real server."""
    with ServiceProcess(tmp_path, env={"INTAKE_RATE_LIMIT": "1"}) as service:
        service.start()
        service.wait_ready()
        with httpx2.Client(base_url=service.url) as client:
            statuses = {
                client.post(
                    "/alerts/grafana",
                    content=EMPTY_GROUP,
                    headers=JSON | {"X-Forwarded-For": f"198.51.100.{n}"},
                ).status_code
                for n in range(202)
            }
    assert statuses == {200, 429}
