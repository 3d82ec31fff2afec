"""What the documents name exists: files they link to, settings, metrics, error codes and paths."""

import re
from pathlib import Path

import pytest

from issue_intelligence.bootstrap.maintenance import windows_of
from issue_intelligence.settings import load_settings
from issue_intelligence.settings.later import LATER_KEYS, LATER_VARIABLES
from issue_intelligence.settings.maintenance import MaintenanceSettings
from issue_intelligence.settings.model import Settings
from issue_intelligence.settings.sections import ServiceSettings
from issue_intelligence.web.metrics import IntakeMetrics, PipelineMeter

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "issue_intelligence" / "web"
# Stand-ins, the file's place, and what the network has.
NO_FIELDS = {"NAME", "NAME_FILE", "INTAKE_TOKEN_FILE", "ISSUE_INTELLIGENCE_CONFIG"}
OF_THE_NETWORK = {"HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"}
TABLES = {"services", "maintenance"}
SECTIONS = {"validation", "remediation", "issue_creation", "retention"}


def _text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("path", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in link]
    targets = [(link, path.parent / link.partition("#")[0]) for link in links if not link.startswith("#")]
    assert [link for link, target in targets if not target.exists()] == []


def test_configuration_names_every_variable_and_no_other() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`", _text("configuration.md")))
    fields = {name.upper() for name in Settings.model_fields.keys() - SECTIONS - TABLES}
    assert named - NO_FIELDS - OF_THE_NETWORK == fields | LATER_VARIABLES


def test_configuration_names_every_key_and_no_other() -> None:
    text = _text("configuration.md")
    defaults = {section: Settings.model_fields[section].default for section in SECTIONS}
    keys = {f"{section}.{key}" for section, model in defaults.items() for key in type(model).model_fields}
    rows = re.findall(r"^\| `\[(\w+)(?:\] |\.)(\w+)\]?` \|", text, re.MULTILINE)
    assert {f"{section}.{key}" for section, key in rows} == keys
    catalogue = text.partition("**`[[services]]`**")[2]
    services = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", catalogue, re.MULTILINE)
    assert set(re.findall(r"\w+", " ".join(services))) == set(ServiceSettings.model_fields)
    windows = text.partition("| key of a window |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", windows, re.MULTILINE)
    fields = {field.alias or name for name, field in MaintenanceSettings.model_fields.items()}
    assert set(re.findall(r"\w+", " ".join(named))) == fields
    later = text.partition("**Keys of tables**")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z_.]+)`", later)) == LATER_KEYS


def test_example_configuration_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = _text("configuration.md").partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "issue-intelligence.toml").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.services
    assert [window.name for window in windows_of(settings)] == ["backup"]


def test_operations_names_every_metric_and_no_other() -> None:
    metrics = IntakeMetrics()
    PipelineMeter(metrics.registry)
    real = {f.name + "_total" * (f.type == "counter") for f in metrics.registry.collect()}
    text = _text("operations.md")
    named = re.findall(r"^\| `([a-z_]+)(?:\{[a-z,]+\})?` \|", text.partition("## Metrics")[2], re.MULTILINE)
    assert {f"issue_intelligence_{name}" for name in named} == real
    used = re.findall(r"issue_intelligence_\w+(?=\)| >|\[|\{)", text)
    assert {re.sub(r"_(bucket|count)$", "", name) for name in used} <= real


def test_http_api_names_every_error_code() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(WEB.rglob("*.py")))
    rows = re.findall(r"^\| \d{3} \| (.*?) \|", _text("http-api.md"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(re.findall(r'code="(\w+)"', source))
