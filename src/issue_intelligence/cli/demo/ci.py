"""Stands in for the shop's CI: it reports deployments to the service."""

import json
from dataclasses import dataclass

from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.grafana import SIGNATURE_HEADER, signature
from issue_intelligence.cli.demo.local_http import ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Ci:
    service_url: str
    secret: str

    def report(self, service: str, *, version: str, status: str) -> None:
        """Report "started", "finished" or "failed". Raises DemoError."""
        body = json.dumps(
            {"service": service, "version": version, "status": status, "environment": "demo", "id": "run-7"}
        ).encode()
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature(body, self.secret)}
        answer = ask("POST", f"{self.service_url}/api/deployments", body=body, headers=headers)
        if answer.status not in (200, 201):
            raise DemoError(f"the service did not take the deployment: {answer.status} {answer.text[:300]}")
