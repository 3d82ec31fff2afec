"""What the driver's and the server's errors mean, in plain words."""

from dataclasses import dataclass

import psycopg
from psycopg import errors

from issue_intelligence.core.redact.redaction import redact


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    sentence: str
    # False when the fault is in our own configuration, so that nothing is known of the database.
    looked: bool = True
    # What to do about it, for people who set us up.
    advice: str = ""


_CREDENTIALS = "correct user and password in APP_DATABASE_URL"
REFUSED = Failure(
    sentence="the connection was refused: nothing listens there",
    advice="start the database, or correct host and port in APP_DATABASE_URL",
)
PASSWORD_REFUSED = Failure(sentence="our password was refused", looked=False, advice=_CREDENTIALS)
NO_SUCH_DATABASE = Failure(
    sentence="there is no such database", looked=False, advice="correct the name in APP_DATABASE_URL"
)
FULL = Failure(
    sentence="it takes no further connection: too many connections are open",
    advice="see who holds the connections, and raise max_connections or shrink the pools",
)
STARTING = Failure(
    sentence="it is starting up or recovering, and takes no connection yet", advice="wait for it"
)
STOPPING = Failure(sentence="it is shutting down", advice="start it again")
NO_PROTOCOL = Failure(
    sentence="the connection broke off, or what answered did not speak PostgreSQL's protocol",
    advice="correct host and port in APP_DATABASE_URL",
)

# At connection time the driver hands on text and no SQLSTATE. The first phrase that occurs decides. Servers
# that speak another language fall through to the general sentence.
_PHRASES: tuple[tuple[str, Failure], ...] = (
    ("too many clients", FULL),
    ("too many connections", FULL),
    ("remaining connection slots are reserved", FULL),
    ("no more connections allowed", FULL),
    ("starting up", STARTING),
    ("in recovery mode", STARTING),
    ("not yet accepting connections", STARTING),
    ("not accepting connections", STARTING),
    ("shutting down", STOPPING),
    ("no pg_hba.conf entry", Failure(sentence="its rules (pg_hba.conf) do not let us in", looked=False,
        advice="allow our address, user and database in pg_hba.conf")),
    ("authentication failed", PASSWORD_REFUSED),
    ("no password supplied", Failure(sentence="it wants a password, and APP_DATABASE_URL has none",
        looked=False, advice=_CREDENTIALS)),
    ("permission denied for database", Failure(sentence="our user may not connect to this database",
        looked=False, advice="GRANT CONNECT ON DATABASE to the user of APP_DATABASE_URL")),
    ("is not permitted to log in", Failure(sentence="our user may not log in", looked=False,
        advice="ALTER ROLE the user of APP_DATABASE_URL WITH LOGIN")),
    ("root certificate file", Failure(sentence="the certificate authority's file cannot be read",
        looked=False, advice="correct sslrootcert in APP_DATABASE_URL")),
    ("certificate verify failed", Failure(sentence="its certificate is not valid")),
    ("server does not support ssl", Failure(sentence="it offers no encrypted connection", looked=False,
        advice="correct sslmode in APP_DATABASE_URL")),
    ("connection refused", REFUSED),
    ("no such file or directory", Failure(sentence="there is no such socket: nothing listens there")),
    ("could not translate host name", Failure(sentence="its host name could not be resolved")),
    ("failed to resolve host", Failure(sentence="its host name could not be resolved")),
    ("no route to host", Failure(sentence="its host cannot be reached")),
    ("network is unreachable", Failure(sentence="its host cannot be reached")),
    ("closed the connection unexpectedly", NO_PROTOCOL),
    ("invalid response to ssl negotiation", NO_PROTOCOL),
    ("invalid response to gssapi negotiation", NO_PROTOCOL),
    ("expected authentication request", NO_PROTOCOL),
    ("connection reset", NO_PROTOCOL),
    ("lost synchronization", NO_PROTOCOL),
)  # fmt: skip
_KINDS: tuple[tuple[type[psycopg.Error], Failure], ...] = (
    (errors.AdminShutdown, STOPPING),
    (errors.CrashShutdown, STOPPING),
    (errors.CannotConnectNow, STARTING),
    (errors.TooManyConnections, FULL),
    (errors.InvalidPassword, PASSWORD_REFUSED),
    (errors.InvalidCatalogName, NO_SUCH_DATABASE),
)
_MAX_CHARACTERS = 200


def explain(error: psycopg.Error, *, password: str) -> Failure:
    """Say why it failed; `password` is what the sentence must not hold."""
    for kind, failure in _KINDS:
        if isinstance(error, kind):
            return failure
    text = str(error)
    lower = text.casefold()
    for phrase, failure in _PHRASES:
        if phrase in lower:
            return failure
    if 'database "' in lower and "does not exist" in lower:
        return NO_SUCH_DATABASE
    if 'role "' in lower and "does not exist" in lower:
        return Failure(sentence="there is no such user", looked=False, advice=_CREDENTIALS)
    first_line = next(iter(text.splitlines()), "").strip()
    if not first_line or (password and password in text):
        return Failure(sentence=f"it failed ({type(error).__name__})")
    return Failure(sentence=f"it failed: {redact(first_line)[:_MAX_CHARACTERS]}")
