"""Signing in: JSON Web Tokens, signed with HMAC-SHA256 (RFC 7519)."""

import base64
import hashlib
import hmac
import json
import secrets

from issue_intelligence.cli.demo.shop.switches import Switches


class TokenRefusedError(Exception):
    pass


class AccountsMovingError(Exception):
    pass


class Accounts:
    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._key = secrets.token_bytes(32)

    def sign_in(self, user_id: str, *, now: float) -> str:
        """Give a token. Raises AccountsMovingError."""
        if self._switches.accounts_moving:
            raise AccountsMovingError("accounts are read-only until they are in their new table")
        head = _encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        claims = _encode(
            json.dumps({"sub": user_id, "iat": now, "exp": now + self._switches.token_seconds}).encode()
        )
        return f"{head}.{claims}.{self._signature(f'{head}.{claims}')}"

    def user_of(self, token: str, *, now: float) -> str:
        """Give the user's id. Raises TokenRefusedError."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(signed)):
            raise TokenRefusedError("invalid signature")
        claims = json.loads(_decode(signed.partition(".")[2]))
        if now >= claims["exp"]:
            raise TokenRefusedError("jwt expired")
        return str(claims["sub"])

    def _signature(self, signed: str) -> str:
        return _encode(hmac.new(self._key, signed.encode(), hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
