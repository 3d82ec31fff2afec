"""Writes Grafana's provisioning files from the service catalogue of the settings."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from issue_intelligence.adapters.grafana.provisioning.dashboard import dashboard, dashboards_document
from issue_intelligence.adapters.grafana.provisioning.kinds import Limits
from issue_intelligence.adapters.grafana.provisioning.routing import (
    RECEIVER,
    Secrets,
    contact_points_document,
    policies_document,
    variables_of,
)
from issue_intelligence.adapters.grafana.provisioning.rules import DataSources, rules_document
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.settings import Settings, SettingsError

__all__ = ["DASHBOARDS_FOLDER", "Limits", "ProvisionChoices", "Provisioned", "provision_grafana"]

_HEADER = (
    "# Written by `issue-intelligence provision grafana` from the service catalogue.\n"
    "# Write it again rather than edit it.\n"
)
_POLICY_WARNING = (
    "# Grafana replaces the organisation's WHOLE policy tree by this one. Where others use it too,\n"
    "# leave this file away: with --no-policy each rule names its contact point instead.\n"
)
# Where Grafana's own packages and images look for dashboards.
DASHBOARDS_FOLDER = "/var/lib/grafana/dashboards"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionChoices:
    """What the command line says; "" is for what the settings say."""

    loki_uid: str = ""
    prometheus_uid: str = ""
    url: str = ""
    with_policy: bool = True
    dashboards_folder: str = DASHBOARDS_FOLDER
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What was written."""

    files: tuple[Path, ...]
    rules: int
    # Variables that Grafana's environment needs.
    variables: tuple[str, ...]


def provision_grafana(settings: Settings, folder: Path, choices: ProvisionChoices) -> Provisioned:
    """Write the files below `folder`, as they lie below Grafana's `provisioning`. Raises SettingsError."""
    services = catalogue_of(settings)
    if not services:
        raise SettingsError(
            "services: there are none to write rules for; add [[services]], or APP_HEALTH_URL"
        )
    sources = _sources(settings, choices)
    secrets = _secrets(settings)
    url = choices.url or settings.public_url
    if not url:
        raise SettingsError("PUBLIC_URL: set it, or pass --url, so that Grafana knows where to send alerts")
    rules = rules_document(services, sources, receiver=None if choices.with_policy else RECEIVER)
    written = [
        _write(folder / "alerting" / "issue-intelligence-rules.yaml", _yaml(rules)),
        _write(
            folder / "alerting" / "issue-intelligence-contact-point.yaml",
            _yaml(contact_points_document(url, secrets)),
        ),
        _write(
            folder / "dashboards" / "issue-intelligence.yaml",
            _yaml(dashboards_document(choices.dashboards_folder)),
        ),
        _write(
            folder / "dashboards" / "issue-intelligence.json",
            json.dumps(dashboard(services, sources), indent=2) + "\n",
        ),
    ]
    policy = folder / "alerting" / "issue-intelligence-policy.yaml"
    if choices.with_policy:
        written.append(_write(policy, _POLICY_WARNING + _yaml(policies_document())))
    else:
        # One of an earlier run would go on replacing the tree.
        policy.unlink(missing_ok=True)
    return Provisioned(
        files=tuple(written),
        rules=sum(len(group["rules"]) for group in rules["groups"]),
        variables=variables_of(secrets),
    )


def _sources(settings: Settings, choices: ProvisionChoices) -> DataSources:
    loki = choices.loki_uid or settings.grafana_loki_datasource_uid
    if not loki and not choices.prometheus_uid:
        raise SettingsError(
            "GRAFANA_LOKI_DATASOURCE_UID: set it, or pass --loki-uid or --prometheus-uid; Grafana shows "
            "the uid of a data source in the address of its page"
        )
    return DataSources(loki=loki, prometheus=choices.prometheus_uid, limits=choices.limits)


def _secrets(settings: Settings) -> Secrets:
    return Secrets(
        signature=bool(settings.grafana_webhook_secret.get_secret_value()),
        timestamp_header=settings.grafana_webhook_timestamp_header,
        token=bool(settings.intake_token.get_secret_value()),
        basic=bool(settings.intake_username),
    )


def _yaml(document: dict[str, Any]) -> str:
    # No line is folded: a query is easier to copy in one piece.
    return _HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
