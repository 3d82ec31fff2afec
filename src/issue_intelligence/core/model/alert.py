"""An alert as its sender described it, and the context an investigation starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertSource(StrEnum):
    """Who sent the alert."""

    GRAFANA = "grafana"
    ALERTMANAGER = "alertmanager"


class AlertStatus(StrEnum):
    """What the sender says of the alert (Alertmanager's words)."""

    FIRING = "firing"
    RESOLVED = "resolved"


class AlertSeverity(StrEnum):
    """How bad the alert's own rule calls it; ours is `Severity`."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class MonitoringFault(StrEnum):
    """Why an alert speaks of the monitoring itself and not of the service.

    Source: Grafana's annotation `grafana_state_reason` and the alert names DatasourceNoData
    and DatasourceError.
    """

    NO_DATA = "no_data"
    ERROR = "error"
    MISSING_SERIES = "missing_series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One labelled instance of an alert rule, firing or resolved: one episode.

    Labels and annotations are as sent, so they are secret until redacted.
    """

    # First 32 hex digits of a hash of (source, org, fingerprint, starts_at); see core/intake/identity.py.
    id: str
    source: AlertSource
    org_id: str
    # The sender's hash of the labels, stable across resends.
    fingerprint: str
    status: AlertStatus
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    # Aware, UTC.
    starts_at: datetime
    # None while firing (senders write the year 1).
    ends_at: datetime | None = None
    generator_url: str = ""
    silence_url: str = ""
    dashboard_url: str = ""
    panel_url: str = ""
    rule_uid: str = ""
    # The last values of the rule's expressions by refId; None when the sender had none (NaN).
    values: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationEnvelope:
    """What one delivery says beside its alerts."""

    source: AlertSource
    receiver: str = ""
    org_id: str = ""
    group_key: str = ""
    external_url: str = ""
    # How many alerts the sender left out because of its own limit.
    truncated_alerts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMetrics:
    """What the alert itself says in numbers (mission.md, AlertContext.metrics)."""

    error_count: float | None
    # The span the rule looks at, as people write it: "5m".
    time_window: str
    affected_endpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContext:
    """What an investigation knows before it looks anywhere (mission.md, AlertContext)."""

    timestamp: datetime
    alert_name: str
    severity: AlertSeverity
    # The service's name in the catalogue, or as the labels give it; "unknown" when neither says.
    affected_service: str
    environment: str
    # What people can paste into their log viewer; "" when no selector is known.
    log_query: str
    metrics: AlertMetrics
    summary: str = ""
    description: str = ""
    monitoring_fault: MonitoringFault | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    # The sender left alerts out of the notification that brought this one.
    truncated_group: bool = False
