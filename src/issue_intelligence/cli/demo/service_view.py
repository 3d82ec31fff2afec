"""What the service says of an alert, over its own API."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.local_http import ask

Alert = Mapping[str, Any]

_POLL_SECONDS = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    url: str
    headers: Mapping[str, str]
    # Raises DemoError when a process of the demo has ended.
    require_running: Callable[[], None]
    patience_seconds: float = 40

    def alert(self, alert_id: str) -> Alert:
        answer = ask("GET", f"{self.url}/alerts/{alert_id}", headers=self.headers)
        if answer.status != 200:
            raise DemoError(f"GET /alerts/{alert_id} answered {answer.status}: {answer.text[:300]}")
        return answer.document()

    def wait_for(self, alert_id: str, is_done: Callable[[Alert], bool]) -> Alert:
        """Poll until done or out of patience; whoever checks the alert says what is missing."""
        deadline = time.monotonic() + self.patience_seconds
        while True:
            alert = self.alert(alert_id)
            if is_done(alert) or time.monotonic() >= deadline:
                return alert
            self.require_running()
            time.sleep(_POLL_SECONDS)


def is_investigated(alert: Alert) -> bool:
    """Say whether a run over the alert has finished."""
    return alert.get("status") == "investigated" and alert.get("validation") is not None


def has_issue(alert: Alert) -> bool:
    return is_investigated(alert) and alert.get("issue") is not None


def was_tried(alert: Alert) -> bool:
    """Say whether an attempt to repair it has come to its end, and the run with it."""
    return is_investigated(alert) and part(alert, "remediation", "attempted") is True


def part(alert: Alert, *names: str) -> Any:
    """Follow names into the answer; None where something on the way is missing."""
    found: Any = alert
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
