"""The log of a shop that fails: what makes each alert's cause deserve an issue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.journey.sender import STARTED_AT

_TRACE = """\
{at} ERROR request failed: POST /api/orders 500
{at} ERROR TypeError: Cannot read properties of undefined (reading 'total')
    at priceOf (/app/src/cart.js:42:17)
    at checkout (/app/src/checkout.js:10:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
"""


def failing_shop_log(folder: Path) -> dict[str, str]:
    """Write the log; give the environment that lets the service read it and takes any number of alerts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "shop.log"
    at = datetime.fromisoformat(STARTED_AT).astimezone(UTC) - timedelta(minutes=2)
    path.write_text(_TRACE.format(at=at.strftime("%Y-%m-%dT%H:%M:%SZ")), encoding="utf-8")
    return {"LOG_FILES": str(path), "INTAKE_RATE_LIMIT": "0"}
