"""The service does not start with settings that are wrong or unsafe, and says which key to change."""

from pathlib import Path

import httpx2
import pytest

from tests.journey.service_process import ServiceProcess

WRONG_USAGE = 2


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
def test_start_is_refused_with_a_sentence(env: dict[str, str], said: list[str], tmp_path: Path) -> None:
    assert_refused(ServiceProcess(tmp_path, env=env), said)


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
def test_start_with_a_bad_file_is_refused_and_names_the_key(
    toml: str, said: list[str], tmp_path: Path
) -> None:
    (tmp_path / "issue-intelligence.toml").write_text(toml, encoding="utf-8")
    assert_refused(ServiceProcess(tmp_path), said)


def assert_refused(service: ServiceProcess, said: list[str]) -> None:
    service.start()
    try:
        assert service.wait_ended() == WRONG_USAGE, service.output()
    finally:
        service.kill()
    output = service.output()
    assert output.startswith("Configuration: ")
    assert not [word for word in said if word not in output], output
    assert "Traceback" not in output


def test_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n", encoding="utf-8")
    service = ServiceProcess(tmp_path, env={"INTAKE_TOKEN_FILE": str(tmp_path / "token")})
    service.start()
    try:
        service.wait_ready()
        right, wrong = (send_empty(service, token) for token in ("from-a-file", "other"))
    finally:
        service.kill()
    assert (right, wrong) == (200, 401)


def send_empty(service: ServiceProcess, token: str) -> int:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return httpx2.post(
        f"{service.url}/alerts/grafana", content=b'{"alerts": []}', headers=headers
    ).status_code


def test_service_that_is_asked_to_end_ends_well(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path)
    service.start()
    try:
        service.wait_ready()
        assert service.terminate() == 0, service.output()
    finally:
        service.kill()
    assert "Traceback" not in service.output()


def test_forwarding_header_of_a_local_client_is_not_believed(tmp_path: Path) -> None:
    """Only TRUSTED_PROXIES may say where a request comes from, also on the real server."""
    service = ServiceProcess(tmp_path, env={"INTAKE_RATE_LIMIT": "1"})
    service.start()
    try:
        service.wait_ready()
        with httpx2.Client(base_url=service.url) as client:
            statuses = {
                client.post(
                    "/alerts/grafana",
                    content=b'{"alerts": []}',
                    headers={"Content-Type": "application/json", "X-Forwarded-For": f"198.51.100.{n % 250}"},
                ).status_code
                for n in range(202)
            }
    finally:
        service.kill()
    assert statuses == {200, 429}
