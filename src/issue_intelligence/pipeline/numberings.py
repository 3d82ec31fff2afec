"""Keeps the numbering of each incident, so that its alerts and its evidence name one value alike (ADR 18)."""

import secrets
from collections import OrderedDict
from threading import Lock

from issue_intelligence.core.redact.numbering import Numbering

# Of incidents that nobody looked at for long; one that returns goes on above the numbers that are stored.
MAX_INCIDENTS = 1_000


class Numberings:
    """Numberings by incident, those used last; for one process, and for several threads."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._by_incident: OrderedDict[str, Numbering] = OrderedDict()

    def of_incident(self, incident_key: str) -> Numbering:
        with self._lock:
            numbering = self._by_incident.setdefault(incident_key, Numbering(self._key))
            self._by_incident.move_to_end(incident_key)
            if len(self._by_incident) > MAX_INCIDENTS:
                self._by_incident.popitem(last=False)
            return numbering
