"""Which entries of the catalogue are this service itself: whoever restarts us ends the proof with us."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from issue_intelligence.core.model.service import Service

OUR_NAME = "issue-intelligence"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def own_names(catalogue: Sequence[Service], *, port: int, public_url: str) -> frozenset[str]:
    """Name the entries that are called like us, or whose health URL is our own address."""
    public = _address(public_url)
    ours = {(host, port) for host in _LOOPBACK} | ({public} if public else set())
    return frozenset(
        service.name
        for service in catalogue
        if service.name.casefold().replace("_", "-") == OUR_NAME or _address(service.health_url) in ours
    )


def _address(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None
