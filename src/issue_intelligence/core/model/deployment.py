"""A deployment of a service, as whoever runs it reports it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeploymentStatus(StrEnum):
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentReport:
    """One word about a deployment: that it began, or how it ended."""

    service: str
    status: DeploymentStatus
    # "" and None: not said.
    version: str = ""
    environment: str = ""
    # The sender's own name for it, such as a CI run's number: reports of one name are of one deployment.
    id: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    url: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What all reports about one deployment say together."""

    # Ours; see core/intake/deployments.py.
    key: str
    service: str
    status: DeploymentStatus
    # Of one whose beginning nobody reported, its end.
    started_at: datetime
    # When it finished or failed; None while it runs.
    finished_at: datetime | None = None
    version: str = ""
    environment: str = ""
    id: str = ""
    url: str = ""
    by: str = ""
