"""What can be set, with its defaults and rules."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.settings.maintenance import MaintenanceSettings
from issue_intelligence.settings.sections import (
    IssueCreationSettings,
    RemediationSettings,
    RetentionSettings,
    ServiceSettings,
    ValidationSettings,
    http_url,
    repository,
)
from issue_intelligence.settings.toml_file import config_file, read_known


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
    executor_id: Annotated[str, Field(max_length=200)] = ""
    lease_seconds: Annotated[float, Field(ge=1, le=600)] = 20

    grafana_webhook_secret: SecretStr = SecretStr("")
    grafana_webhook_timestamp_header: str = ""
    intake_token: SecretStr = SecretStr("")
    intake_username: str = ""
    intake_password: SecretStr = SecretStr("")
    intake_rate_limit: Annotated[int, Field(ge=0)] = 600
    intake_max_body_bytes: Annotated[int, Field(ge=1024)] = 5 * 1024 * 1024
    admin_password: SecretStr = SecretStr("")
    session_secret: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")

    log_files: str = ""
    loki_url: str = ""
    loki_username: str = ""
    loki_password: SecretStr = SecretStr("")
    loki_token: SecretStr = SecretStr("")
    loki_tenant_id: str = ""
    prometheus_url: str = ""
    grafana_url: str = ""
    grafana_api_key: SecretStr = SecretStr("")
    grafana_loki_datasource_uid: str = ""

    app_health_url: str = ""
    app_api_url: str = ""
    app_database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")

    github_token: SecretStr = SecretStr("")
    github_repository: str = ""
    github_webhook_secret: SecretStr = SecretStr("")
    github_api_url: str = "https://api.github.com"
    # GitHub asks for one second between two writes.
    github_write_interval_seconds: Annotated[float, Field(ge=0, le=60)] = 1.0
    slack_bot_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api"
    slack_channel_critical: str = ""
    slack_channel_high: str = ""
    slack_channel_medium: str = ""
    slack_channel_resolved: str = ""

    kill_switch: bool = False

    validation: ValidationSettings = ValidationSettings()
    remediation: RemediationSettings = RemediationSettings()
    issue_creation: IssueCreationSettings = IssueCreationSettings()
    retention: RetentionSettings = RetentionSettings()
    services: tuple[ServiceSettings, ...] = ()
    maintenance: tuple[MaintenanceSettings, ...] = ()

    @field_validator(
        "public_url",
        "loki_url",
        "prometheus_url",
        "grafana_url",
        "app_health_url",
        "app_api_url",
        "github_api_url",
        "slack_api_url",
    )
    @classmethod
    def _http_only(cls, value: str) -> str:
        return http_url(value)

    @field_validator("github_repository")
    @classmethod
    def _owner_and_name(cls, value: str) -> str:
        return repository(value)

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
