"""What incidents are held against each other by, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.model.incident import Incident, Join, JoinReason
from issue_intelligence.core.model.verdict import Conclusion, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTraits:
    """The little of an incident's findings that tells whether another one is the same matter."""

    conclusion: Conclusion
    severity: Severity
    # It deserves an issue: people hear of it, unless it is part of another incident.
    tells: bool
    issue_key: str
    # The likely cause of its log, as a fingerprint; "" when it has no error of its own.
    error: str = ""
    # The masked pattern and the words of that error.
    pattern: str = ""
    message: str = ""
    has_trace: bool = False
    # It and every stack trace speak of something that could not be reached.
    speaks_of_connection: bool = False
    # On lines of the likely cause, then on those of the errors behind it.
    request_ids: tuple[str, ...] = ()
    further_request_ids: tuple[str, ...] = ()
    # Deployments of its service that began or ended shortly before it: "shop 1.4.2 at 11:00 UTC".
    deployments: tuple[str, ...] = ()
    # What it needs, by the last look: known to be down, known not to be.
    down: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    # Its own health check failed.
    unwell: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An incident that may be held against another."""

    incident: Incident
    # None before its first look has come to a verdict.
    traits: IncidentTraits | None
    # When our own remediation was proven to have helped; None where there was none, or it did not last.
    repaired_at: datetime | None = None

    @property
    def known(self) -> IncidentTraits:
        """Its traits. Raises ValueError before the first verdict."""
        if self.traits is None:
            raise ValueError(f"nothing is known of incident {self.incident.id} yet")
        return self.traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One leading incident becomes part of another, with all that is part of it."""

    incident_id: str
    into: str
    reason: JoinReason
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """What is to change, seen from one incident."""

    # Why it stands for itself again; "" when it does not.
    released: str = ""
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """Where an incident stood among the others at the end of one look; kept with its verdict."""

    joined: Join | None = None
    released: str = ""
    # Ids of the incidents that are part of it.
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An incident that is part of another one, as that one's reports name it."""

    id: str
    service: str
    alert_name: str
    severity: Severity | None
    join: Join
