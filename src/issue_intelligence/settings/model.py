"""What can be set, with its defaults and rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.settings.toml_file import config_file, read_known


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

    @field_validator("health_url")
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

    validation: ValidationSettings = ValidationSettings()
    remediation: RemediationSettings = RemediationSettings()
    issue_creation: IssueCreationSettings = IssueCreationSettings()
    services: tuple[ServiceSettings, ...] = ()

    @field_validator("public_url", "app_health_url")
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
        return init_settings, env_settings, _File(settings_cls)


class _File(PydanticBaseSettingsSource):
    """The TOML file without what this release does not use."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return read_known(config_file())


def _http_url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/") if value.endswith("/") and value.count("/") == 3 else value
