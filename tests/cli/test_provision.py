"""`provision grafana` as a person runs it."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from issue_intelligence.cli.main import app
from issue_intelligence.settings import SettingsError

CATALOGUE = '[[services]]\nname = "api"\n'
SECRET = "a secret that no file may hold"


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "issue-intelligence.toml").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUBLIC_URL", "https://issues.example.org")
    monkeypatch.setenv("GRAFANA_LOKI_DATASOURCE_UID", "loki-uid")
    monkeypatch.setenv("GRAFANA_WEBHOOK_SECRET", SECRET)
    return tmp_path / "grafana"


def test_files_are_written_where_grafana_looks(configured: Path) -> None:
    done = CliRunner().invoke(app, ["provision", "grafana", str(configured)])
    assert done.exit_code == 0, done.output
    assert "Wrote 7 alert rules" in done.output
    assert "GRAFANA_WEBHOOK_SECRET" in done.output
    texts = {path.name: path.read_text(encoding="utf-8") for path in configured.rglob("*.*")}
    assert len(texts) == 5
    assert all(str(configured / folder) in done.output for folder in ("alerting", "dashboards"))
    assert not any(SECRET in text for text in texts.values())
    assert yaml.safe_load(texts["issue-intelligence-rules.yaml"])["groups"][0]["name"] == "api"


def test_policy_of_an_earlier_run_goes_when_none_is_wanted(configured: Path) -> None:
    policy = configured / "alerting" / "issue-intelligence-policy.yaml"
    CliRunner().invoke(app, ["provision", "grafana", str(configured)])
    assert "WHOLE policy tree" in policy.read_text(encoding="utf-8")
    CliRunner().invoke(app, ["provision", "grafana", str(configured), "--no-policy"])
    assert not policy.exists()


@pytest.mark.parametrize(
    ("missing", "named"),
    [("PUBLIC_URL", "PUBLIC_URL"), ("GRAFANA_LOKI_DATASOURCE_UID", "--prometheus-uid"), ("", "services")],
)
def test_what_is_missing_is_named(
    missing: str, named: str, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing:
        monkeypatch.delenv(missing)
    else:
        (configured.parent / "issue-intelligence.toml").unlink()
    done = CliRunner().invoke(app, ["provision", "grafana", str(configured)])
    assert isinstance(done.exception, SettingsError)
    assert named in str(done.exception)
    assert not configured.exists()


def test_bad_label_is_wrong_usage(configured: Path) -> None:
    done = CliRunner().invoke(app, ["provision", "grafana", str(configured), "--status-label", "no label"])
    assert done.exit_code == 2
