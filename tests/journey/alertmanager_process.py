"""A real Alertmanager on a free port, which sends what it gets to our service."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from tests.journey.service_process import free_port

CONFIG = """
route:
  receiver: issues
  group_by: [alertname, service]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: issues
    webhook_configs:
      - url: {webhook_url}
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: {token}
"""


class AlertmanagerProcess:
    def __init__(self, program: Path, folder: Path, *, webhook_url: str, token: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        self._program = program
        folder.mkdir(parents=True, exist_ok=True)
        config = CONFIG.format(webhook_url=webhook_url, token=json.dumps(token))
        (folder / "alertmanager.yml").write_text(config, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "AlertmanagerProcess":
        with (self._folder / "alertmanager.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._program,
                    f"--config.file={self._folder / 'alertmanager.yml'}",
                    f"--storage.path={self._folder / 'storage'}",
                    f"--web.listen-address={self.url.removeprefix('http://')}",
                    # Alone: it asks no network for others.
                    "--cluster.listen-address=",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={},
            )
        self._wait_ready()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def send(self, alerts: Sequence[Mapping[str, Any]]) -> None:
        """Give it alerts by its own API, as Prometheus does."""
        httpx2.post(f"{self.url}/api/v2/alerts", json=list(alerts), timeout=10).raise_for_status()

    def output(self) -> str:
        return (self._folder / "alertmanager.log").read_text(encoding="utf-8", errors="replace")

    def _wait_ready(self, timeout_seconds: float = 20) -> None:
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            try:
                if httpx2.get(f"{self.url}/-/ready", timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"Alertmanager was not ready within {timeout_seconds:g} s:\n{self.output()}")


def an_alert(
    labels: Mapping[str, str], *, starts_at: datetime, ends_at: datetime | None = None
) -> dict[str, Any]:
    """One alert as Prometheus sends it to Alertmanager."""
    alert: dict[str, Any] = {
        "labels": dict(labels),
        "annotations": {"summary": "The checkout fails for many customers"},
        "startsAt": starts_at.isoformat(),
        "generatorURL": "http://prometheus.example/graph?g0.expr=errors",
    }
    return alert if ends_at is None else alert | {"endsAt": ends_at.isoformat()}
