"""Typed settings from the environment and a TOML file; the only reader of the environment.

Names are those of docs/configuration.md. A variable wins over the file; NAME_FILE wins over neither
but stands in for NAME. Unknown keys and bad values stop the start.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from issue_intelligence.core.remediate.plan import Mode

CONFIG_VARIABLE = "ISSUE_INTELLIGENCE_CONFIG"
DEFAULT_CONFIG = "issue-intelligence.toml"

# Named in the contract and not used by this release: said aloud at the start rather than ignored.
NOT_YET_USED = (
    "ALERTMANAGER_URL",
    "APP_DATABASE_URL",
    "GITHUB_APP_ID",
    "GITHUB_TOKEN",
    "GRAFANA_API_KEY",
    "HEARTBEAT_URL",
    "KILL_SWITCH",
    "LLM_MODEL",
    "LOKI_URL",
    "NOTIFY_URLS",
    "OPSGENIE_API_KEY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "PAGERDUTY_ROUTING_KEY",
    "PROMETHEUS_URL",
    "RAILWAY_API_TOKEN",
    "REDIS_URL",
    "SLACK_BOT_TOKEN",
)


class SettingsError(ValueError):
    """The configuration cannot be used; the message names the key and the rule, one a line."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValidationSettings(_Section):
    min_error_count: Annotated[int, Field(ge=1)] = 3
    min_confidence: Annotated[int, Field(ge=0, le=100)] = 60
    health_check_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10
    create_issue_on_single_error_with_stack_trace: bool = True
    deduplication_window_seconds: Annotated[int, Field(ge=0)] = 3600


class RemediationSettings(_Section):
    enabled: bool = True
    max_attempts: Annotated[int, Field(ge=1, le=1)] = 1


class IssueCreationSettings(_Section):
    auto_close_after_hours: Annotated[float, Field(gt=0)] = 24
    default_labels: tuple[str, ...] = ("automated-alert", "needs-triage")
    component_teams: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class ServiceSettings(_Section):
    name: str = Field(min_length=1, max_length=255)
    aliases: tuple[str, ...] = ()
    component: str = ""
    environment: str = ""
    selector: str = ""
    health_url: str = ""
    api_url: str = ""
    owners: tuple[str, ...] = ()

    @field_validator("health_url", "api_url")
    @classmethod
    def _http_only(cls, value: str) -> str:
        return _http_url(value)


class Settings(BaseSettings):
    """Everything a person can set; each field is the variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, case_sensitive=False)

    database_url: str = ""
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3003
    public_url: str = ""
    trusted_proxies: str = ""
    mode: Mode = Mode.ACT
    executor_id: str = "main"

    grafana_url: str = ""
    grafana_webhook_secret: SecretStr = SecretStr("")
    grafana_webhook_timestamp_header: str = ""
    intake_token: SecretStr = SecretStr("")
    intake_username: str = ""
    intake_password: SecretStr = SecretStr("")
    intake_rate_limit: Annotated[int, Field(ge=0)] = 600
    intake_max_body_bytes: Annotated[int, Field(ge=1024)] = 5 * 1024 * 1024
    admin_password: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")

    log_files: str = ""
    app_health_url: str = ""
    app_api_url: str = ""

    validation: ValidationSettings = ValidationSettings()
    remediation: RemediationSettings = RemediationSettings()
    issue_creation: IssueCreationSettings = IssueCreationSettings()
    services: tuple[ServiceSettings, ...] = ()

    @field_validator("public_url", "grafana_url", "app_health_url", "app_api_url")
    @classmethod
    def _http_only(cls, value: str) -> str:
        return _http_url(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, _config_file())
        return init_settings, env_settings, toml


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; raises SettingsError.

    `overrides` are what the command line says; they win.
    """
    try:
        values = _secrets_from_files() | {key: value for key, value in overrides.items() if value is not None}
        _refuse_unknown_keys()
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from error
    except (OSError, ValueError) as error:
        raise SettingsError(str(error)) from error


def not_yet_used() -> list[str]:
    """Name the variables that are set and do nothing in this release."""
    return [name for name in NOT_YET_USED if os.environ.get(name)]  # noqa: TID251


def _config_file() -> Path | None:
    named = os.environ.get(CONFIG_VARIABLE)  # noqa: TID251
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"{CONFIG_VARIABLE}: there is no file {named}")
        return Path(named)
    return Path(DEFAULT_CONFIG) if Path(DEFAULT_CONFIG).is_file() else None


def _refuse_unknown_keys() -> None:
    path = _config_file()
    if path is None:
        return
    # The environment holds much that is not ours, so only the file is checked for unknown keys.
    try:
        keys = TomlConfigSettingsSource(Settings, path).toml_data.keys()
    except ValueError as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error
    unknown = sorted(keys - Settings.model_fields.keys())
    if unknown:
        raise SettingsError("\n".join(f"{path}: unknown key `{key}`" for key in unknown))


def _secrets_from_files() -> dict[str, str]:
    secrets: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        variable = f"{name.upper()}_FILE"
        path = os.environ.get(variable)  # noqa: TID251
        if not path or field.annotation not in (SecretStr, str):
            continue
        if os.environ.get(name.upper()):  # noqa: TID251
            raise SettingsError(f"{name.upper()} and {variable} are both set; set one")
        try:
            secrets[name] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{variable}: {error.strerror}: {path}") from error
    return secrets


def _http_url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/") if value.endswith("/") and value.count("/") == 3 else value


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in problem["loc"])
        rule = (
            "unknown key"
            if problem["type"] == "extra_forbidden"
            else problem["msg"].removeprefix("Value error, ")
        )
        sentences.append(f"{path}: {rule}")
    return sentences
