"""Contact point and policy: how Grafana's alerts reach us."""

from dataclasses import dataclass
from typing import Any

RECEIVER = "issue-intelligence"
SIGNATURE_HEADER = "X-Grafana-Alerting-Signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Which secrets intake asks for. Files name variables of Grafana's environment, never values."""

    # GRAFANA_WEBHOOK_SECRET is set; and the header of the signed time, "" for none.
    signature: bool = False
    timestamp_header: str = ""
    # INTAKE_TOKEN is set.
    token: bool = False
    # INTAKE_USERNAME and INTAKE_PASSWORD are set.
    basic: bool = False


def contact_points_document(url: str, secrets: Secrets) -> dict[str, Any]:
    """Give the contact point of our webhook; `url` is our base URL as Grafana reaches it."""
    settings: dict[str, Any] = {
        "url": f"{url.rstrip('/')}/alerts/grafana",
        "httpMethod": "POST",
        # 0 is no limit: what Grafana cuts off, nobody investigates.
        "maxAlerts": 0,
    }
    # Grafana refuses a contact point with two kinds of Authorization, so the first that is set is taken.
    if secrets.signature:
        settings["hmacConfig"] = {"secret": "$GRAFANA_WEBHOOK_SECRET", "header": SIGNATURE_HEADER}
        if secrets.timestamp_header:
            settings["hmacConfig"]["timestampHeader"] = secrets.timestamp_header
    elif secrets.token:
        settings |= {"authorization_scheme": "Bearer", "authorization_credentials": "$INTAKE_TOKEN"}
    elif secrets.basic:
        settings |= {"username": "$INTAKE_USERNAME", "password": "$INTAKE_PASSWORD"}
    receiver = {
        "uid": "iis-webhook",
        "type": "webhook",
        "settings": settings,
        # Without these an issue is never told that its alert is over.
        "disableResolveMessage": False,
    }
    return {
        "apiVersion": 1,
        "contactPoints": [{"orgId": 1, "name": RECEIVER, "receivers": [receiver]}],
    }


def policies_document() -> dict[str, Any]:
    """Give a policy tree that sends everything to us; it replaces the organisation's whole tree."""
    policy = {
        "orgId": 1,
        "receiver": RECEIVER,
        "group_by": ["alertname", "service"],
        "group_wait": "15s",
        "group_interval": "1m",
        "repeat_interval": "1h",
    }
    return {"apiVersion": 1, "policies": [policy]}


def variables_of(secrets: Secrets) -> tuple[str, ...]:
    """Name the variables that Grafana's environment needs for the contact point."""
    if secrets.signature:
        return ("GRAFANA_WEBHOOK_SECRET",)
    if secrets.token:
        return ("INTAKE_TOKEN",)
    return ("INTAKE_USERNAME", "INTAKE_PASSWORD") if secrets.basic else ()
