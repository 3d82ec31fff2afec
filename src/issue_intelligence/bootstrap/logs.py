"""Picks the log source."""

from issue_intelligence.adapters.log_files.examiner import LogFilesExaminer
from issue_intelligence.adapters.loki.connection import LokiConnection, loki_connection
from issue_intelligence.adapters.loki.examiner import LokiExaminer
from issue_intelligence.settings import Settings, SettingsError


def log_examiner(settings: Settings) -> LokiExaminer | LogFilesExaminer | None:
    """Loki wins over files; None without either. Raises SettingsError."""
    loki = loki_of(settings)
    if loki is not None:
        return LokiExaminer(
            loki,
            grafana_url=settings.grafana_url,
            datasource_uid=settings.grafana_loki_datasource_uid,
        )
    return LogFilesExaminer(settings.log_files) if settings.log_files else None


def loki_of(settings: Settings) -> LokiConnection | None:
    """Give where Loki is; None when nobody set it. Raises SettingsError, which names the variable."""
    if not settings.loki_url:
        return None
    try:
        return loki_connection(
            settings.loki_url,
            tenant_id=settings.loki_tenant_id,
            username=settings.loki_username,
            password=settings.loki_password.get_secret_value(),
            token=settings.loki_token.get_secret_value(),
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error


def log_source_name(settings: Settings) -> str:
    """Name the log source for the start of the service; without passwords."""
    loki = loki_of(settings)
    if loki is not None:
        return loki.description
    return settings.log_files or "none: set LOKI_URL or LOG_FILES"
