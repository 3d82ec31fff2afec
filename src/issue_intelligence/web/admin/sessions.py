"""Who is signed in: a signed cookie that says since when, so that nothing has to be stored."""

import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

LIFETIME = timedelta(hours=12)
# Whoever signs in with the password.
ADMIN = "admin"
# Anybody on this machine, while nothing is secret.
LOCAL = "local"
_FORMAT = "session-1"
# A cookie of ours is shorter by far, and what is longer is not even hashed.
_MAX_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: str
    user: str
    # Forms that belong to the session carry it.
    csrf_token: str = field(repr=False)
    # Unix seconds.
    started_at: int

    def expires_at(self, lifetime: timedelta = LIFETIME) -> float:
        return self.started_at + lifetime.total_seconds()


class Sessions:
    def __init__(self, *, secret: str, password: str, lifetime: timedelta = LIFETIME) -> None:
        """`secret` signs; "" takes a random one, and a restart then ends all sessions.

        A new password ends them too, since it is part of the key.
        """
        material = f"{_FORMAT}\0{secret or secrets.token_hex(32)}\0{password}"
        key = hashlib.sha256(material.encode("utf-8", "surrogateescape")).digest()
        self._serializer = URLSafeSerializer(
            key, salt=_FORMAT, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )
        self._lifetime = lifetime
        # Sessions that were signed out of, and when they would have ended anyway.
        self._ended: dict[str, float] = {}

    def start(self, user: str, now: datetime) -> Session:
        return Session(
            id=secrets.token_hex(16),
            user=user,
            csrf_token=secrets.token_urlsafe(32),
            started_at=int(now.timestamp()),
        )

    def cookie_of(self, session: Session) -> str:
        return str(self._serializer.dumps(asdict(session)))

    def read(self, cookie: str, now: datetime) -> Session | None:
        """Give the session of a cookie; None for one that is not ours, has expired, or was signed out of."""
        if not cookie or len(cookie) > _MAX_CHARS:
            return None
        try:
            fields: dict[str, Any] = self._serializer.loads(cookie)
        except BadData:
            return None
        session = Session(**fields)
        over = now.timestamp() >= session.expires_at(self._lifetime) or session.id in self._ended
        return None if over else session

    def end(self, session: Session, now: datetime) -> None:
        """Refuse the session from now on, in this process; the browser is told to forget it anyway."""
        self._ended = {name: at for name, at in self._ended.items() if at > now.timestamp()}
        self._ended[session.id] = session.expires_at(self._lifetime)
