"""Reads REDIS_URL as its owner wrote it for the application."""

from collections.abc import Mapping
from typing import Any

from redis.asyncio.connection import parse_url

# What other clients' parameters look like is not known; ours takes these.
_KEPT = frozenset(["connection_class", "db", "host", "password", "path", "port", "username"])
_KEPT_OF_TLS = frozenset(
    ["ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile"]
)


def connection_of(url: str) -> Mapping[str, Any]:
    """Give the client's parameters. Raises ValueError with a sentence that repeats nothing of the URL."""
    scheme, _, rest = url.partition("://")
    scheme = scheme.casefold().replace("valkey", "redis")
    if scheme not in ("redis", "rediss", "unix") or not rest:
        raise ValueError("must start with redis:// or rediss://")
    try:
        given = parse_url(f"{scheme}://{rest}")
    except ValueError as error:
        raise ValueError(
            "is no valid Redis URL; in a password, characters such as @ : / ? # % are written as %40 ..."
        ) from error
    kept = _KEPT | _KEPT_OF_TLS if scheme == "rediss" else _KEPT
    return {key: value for key, value in given.items() if key in kept}
