"""Reads APP_DATABASE_URL as its owner wrote it for the application."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

_NOT_VALID = (
    "is no valid PostgreSQL URL; in a password, characters such as @ : / ? # % are written as %40 ..."
)
# What the probe itself decides.
_OURS = frozenset(["options", "connect_timeout", "application_name", "client_encoding"])


def connection_of(url: str) -> Mapping[str, Any]:
    """Give the parameters for the driver. Raises ValueError with a sentence that repeats nothing of the URL.

    An application's URL may name its own driver ("postgresql+asyncpg://") and carry that driver's
    parameters ("?schema=public&pgbouncer=true"), which ours would refuse: both are left out.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError("is no URL") from error
    if parts.scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise ValueError("must start with postgresql://")
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - _OURS
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key in known])
    try:
        given = conninfo_to_dict(urlunsplit(("postgresql", parts.netloc, parts.path, query, "")))
    except psycopg.Error as error:
        raise ValueError(_NOT_VALID) from error
    # Several hosts have several ports. A password with a bare / ends up here, and would be in the driver's
    # own sentence about it.
    if not all(port.isdecimal() or not port for port in str(given.get("port", "")).split(",")):
        raise ValueError(_NOT_VALID)
    return given
