"""Whether an error says that something else could not be reached."""

_PHRASES = (
    "econnrefused", "econnreset", "etimedout", "enotfound", "ehostunreach", "enetunreach", "eai_again",
    "epipe", "connection refused", "connection reset", "connection timed out", "connection closed",
    "connection is closed", "connection terminated", "connection lost", "connection error",
    "connection failed", "connection pool", "connect timeout", "connect timed out", "could not connect",
    "cannot connect", "can't connect", "failed to connect", "unable to connect", "not connected",
    "can't reach", "cannot reach", "could not reach", "unreachable", "no route to host", "no such host",
    "name or service not known", "name resolution", "getaddrinfo", "socket hang up", "broken pipe",
    "read timed out", "upstream", "bad gateway", "service unavailable", "gateway timeout",
    "status code 502", "status code 503", "status code 504", "deadline exceeded", "context deadline",
    "max retries exceeded", "maxretriesperrequest", "server closed the connection",
    "terminating connection", "the database system is", "too many clients", "too many connections",
    "remaining connection slots", "connectexception", "connectionerror", "connecttimeout",
    "connectionrefusederror", "connectionreseterror", "unknownhostexception", "communications link failure",
    "prismaclientinitializationerror", "p1001", "p1002", "p1017", "p2024",
)  # fmt: skip
# Enough of a message to say so; a dump of a whole object says everything.
_READ_CHARACTERS = 1_000


def speaks_of_connection(*texts: str) -> bool:
    """Tell whether any of the texts blames a connection; a fault in the service's own code does not."""
    return any(phrase in text[:_READ_CHARACTERS].lower() for text in texts for phrase in _PHRASES)
