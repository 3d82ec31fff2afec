"""Who may connect, and whether the settings are safe to serve with."""

from ipaddress import ip_address, ip_network

from issue_intelligence.settings import Settings, SettingsError
from issue_intelligence.web.security import IntakeCredentials, Network


def credentials_of(settings: Settings) -> IntakeCredentials:
    try:
        return IntakeCredentials(
            hmac_secret=settings.grafana_webhook_secret.get_secret_value() or None,
            timestamp_header=settings.grafana_webhook_timestamp_header or None,
            bearer_token=settings.intake_token.get_secret_value() or None,
            username=settings.intake_username or None,
            password=settings.intake_password.get_secret_value() or None,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error


def networks_of(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"TRUSTED_PROXIES: {error}") from error


def check_exposure(settings: Settings) -> None:
    """Refuse to listen where strangers can connect without secrets. Raises SettingsError."""
    if on_loopback(settings.host):
        return
    missing = []
    if not credentials_of(settings).configured:
        missing.append(
            "an intake secret (GRAFANA_WEBHOOK_SECRET, INTAKE_TOKEN, or INTAKE_USERNAME and _PASSWORD)"
        )
    if not settings.admin_password.get_secret_value():
        missing.append("ADMIN_PASSWORD")
    if missing:
        raise SettingsError(
            f"HOST {settings.host} can be reached by others; set {' and '.join(missing)} first"
        )


def on_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def has_secrets(settings: Settings) -> bool:
    return credentials_of(settings).configured or bool(settings.admin_password.get_secret_value())
