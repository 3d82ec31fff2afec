"""Folders of scenarios, as a person writes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.factories.webhooks import body_of, raw_alert

STARTS_AT = "2026-11-24T11:00:00Z"
LABELS = {"alertname": "CheckoutErrors", "service": "shop", "severity": "critical"}
TRACE = """\
2026-11-24T11:00:10Z ERROR TypeError: Cannot read properties of undefined (reading 'price')
    at total (/srv/shop/src/cart.ts:10:5)
    at checkout (/srv/shop/src/checkout.ts:31:9)
"""


def alert(**changes: Any) -> dict[str, Any]:
    return raw_alert(**{"labels": LABELS, "startsAt": STARTS_AT} | changes)


def write(
    folder: Path,
    *,
    body: bytes | None = None,
    logs: str | None = None,
    world: str = "",
    expected: str = "is_real = true\n",
    steps: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a scenario of the shop's alert; `logs` None for none."""
    folder.mkdir(parents=True)
    (folder / "alert.json").write_bytes(body_of(alert()) if body is None else body)
    (folder / "world.toml").write_text(world, encoding="utf-8")
    (folder / "expected.toml").write_text(expected, encoding="utf-8")
    if logs is not None:
        (folder / "logs.txt").write_text(logs, encoding="utf-8")
    for name, step in (steps or {}).items():
        (folder / "steps").mkdir(exist_ok=True)
        (folder / "steps" / name).write_bytes(step)
    return folder
