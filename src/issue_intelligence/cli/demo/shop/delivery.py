"""When a parcel comes: asked of the carrier, whose API is another company's."""

import http.client
import json
import time
from itertools import count
from urllib.parse import urlsplit

from issue_intelligence.cli.demo.shop.switches import Switches

TIMEOUT_SECONDS = 0.4
_SLOW_SECONDS = 0.12
# Longer than anybody waits.
_VERY_SLOW_SECONDS = 0.6
_EVERY = 3


class Delivery:
    def __init__(self, carrier_url: str) -> None:
        self._carrier_url = carrier_url

    def days_to(self, postcode: str) -> int:
        """Ask the carrier. Raises TimeoutError."""
        parts = urlsplit(self._carrier_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", f"{parts.path}/days/{postcode}")
            return int(json.loads(connection.getresponse().read())["days"])
        except TimeoutError:
            raise TimeoutError(
                f"external service carrier: timed out after {TIMEOUT_SECONDS * 1000:.0f} ms"
            ) from None
        finally:
            connection.close()


class Carrier:
    """Stands in for the other company."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._asked = count(1)

    def days_to(self, postcode: str) -> int:
        if self._switches.carrier_slow:
            time.sleep(_SLOW_SECONDS if next(self._asked) % _EVERY else _VERY_SLOW_SECONDS)
        return 1 + len(postcode) % 3

    def health(self) -> dict[str, str]:
        if self._switches.carrier_slow:
            return {"status": "degraded", "message": "answers are delayed"}
        return {"status": "ok"}
