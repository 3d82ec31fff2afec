"""Who sends an alert: signature, token or password of a request, and the address it comes from."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Headers = Sequence[tuple[bytes, bytes]]
Network = IPv4Network | IPv6Network

UNKNOWN_ADDRESS = "unknown"

# What a client on this machine calls us; Docker Desktop's containers use the last.
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]", "host.docker.internal")

_SIGNATURE = re.compile(rb"[0-9a-f]{64}")
_UNIX_SECONDS = re.compile(rb"[0-9]{1,12}")
# A proxy adds one address; nobody honest sends more than a handful.
_MAX_HOPS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCredentials:
    """What a sender of alerts may prove itself with; None or "" means that the method is not set up."""

    hmac_secret: str | None = field(default=None, repr=False)
    # Grafana's own default (integrations.md 1.2).
    hmac_header: str = "X-Grafana-Alerting-Signature"
    # When set, the header must be there and its seconds within the window; None leaves replays possible.
    timestamp_header: str | None = None
    bearer_token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    replay_window_seconds: int = 300

    def __post_init__(self) -> None:
        if bool(self.username) != bool(self.password):
            raise ValueError("INTAKE_USERNAME and INTAKE_PASSWORD belong together; set both or none")
        if ":" in (self.username or ""):
            raise ValueError("INTAKE_USERNAME must not hold a colon; HTTP basic authentication forbids it")

    @property
    def configured(self) -> bool:
        return bool(self.hmac_secret or self.bearer_token or self.username)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthResult:
    ok: bool
    # Whom to count the request against: "hmac", "bearer" or "basic"; "" when nobody proved anything.
    credential: str = ""
    # Why it was refused, for the answer; never says which half of a secret was right.
    reason: str = ""


def authenticate(credentials: IntakeCredentials, headers: Headers, body: bytes, now: datetime) -> AuthResult:
    """Accept a request that proves itself by any of the configured methods.

    With none configured everything is accepted; the server then listens on loopback only. With
    only an HMAC secret, a signature is therefore required. Header names are lower case, as ASGI
    gives them. Never raises, whatever the headers hold.
    """
    if not credentials.configured:
        return AuthResult(ok=True)
    faults: dict[str, str | None] = {}
    authorization, repeated = _single(headers, "authorization")
    if credentials.bearer_token:
        faults["bearer"] = _bearer_fault(credentials.bearer_token, authorization, repeated=repeated)
    if credentials.username:
        faults["basic"] = _basic_fault(credentials, authorization, repeated=repeated)
    # Last, and only if needed, because it costs a hash of the whole body.
    if credentials.hmac_secret and None not in faults.values():
        faults["hmac"] = _signature_fault(credentials, headers, body, now)
    for method, fault in faults.items():
        if fault is None:
            return AuthResult(ok=True, credential=method)
    return AuthResult(ok=False, reason="; ".join(fault for fault in faults.values() if fault))


def is_local_name(host: str) -> bool:
    """Tell whether a Host header names this machine, with or without a port.

    A web page of another site can have its own name resolve to us, and its browser then sends that name.
    """
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return name.lower() in _LOCAL_NAMES


def client_address(scope: Mapping[str, Any], trusted_proxies: Sequence[Network]) -> str:
    """Give the sender's address: the rightmost one in X-Forwarded-For that is no proxy of ours.

    The header counts only when the connection itself comes from a trusted proxy, since anybody
    can write it. "unknown" when the server knows no address (a Unix socket).
    """
    client = scope.get("client")
    if client and not trusted_proxies:
        return _address_text(str(client[0]))
    peer = _address(str(client[0])) if client else None
    if peer is None:
        return UNKNOWN_ADDRESS
    if not _is_trusted(peer, trusted_proxies):
        return str(peer)
    nearest = peer
    for hop in _forwarded_hops(scope.get("headers", ())):
        address = _address(hop)
        if address is None:
            break
        nearest = address
        if not _is_trusted(address, trusted_proxies):
            break
    return str(nearest)


def _bearer_fault(token: str, authorization: bytes | None, *, repeated: bool) -> str | None:
    given, fault = _scheme_value(authorization, b"bearer", repeated=repeated)
    if fault is None and not hmac.compare_digest(given, _bytes(token)):
        return "the bearer token is not the right one"
    return fault


def _basic_fault(
    credentials: IntakeCredentials, authorization: bytes | None, *, repeated: bool
) -> str | None:
    encoded, fault = _scheme_value(authorization, b"basic", repeated=repeated)
    if fault is not None:
        return fault
    try:
        given = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return "the basic credentials are not base64"
    expected = _bytes(f"{credentials.username}:{credentials.password}")
    return None if hmac.compare_digest(given, expected) else "the user name or password is not the right one"


def _scheme_value(authorization: bytes | None, scheme: bytes, *, repeated: bool) -> tuple[bytes, str | None]:
    """What follows the scheme in the Authorization header, and what is wrong with the header."""
    name = scheme.decode()
    if repeated:
        return b"", "the header Authorization stands there more than once"
    given_scheme, _, value = (authorization or b"").strip().partition(b" ")
    value = value.strip()
    if given_scheme.lower() != scheme or not value:
        return b"", f"no {name} credentials in the header Authorization"
    return value, None


def _signature_fault(
    credentials: IntakeCredentials, headers: Headers, body: bytes, now: datetime
) -> str | None:
    signature, repeated = _single(headers, credentials.hmac_header)
    if signature is None or repeated:
        return _presence(credentials.hmac_header, repeated=repeated)
    if _SIGNATURE.fullmatch(signature) is None:
        return f"the header {credentials.hmac_header} must hold 64 lower-case hexadecimal digits"
    signed, fault = _signed_bytes(credentials, headers, body, now)
    if fault is not None:
        return fault
    expected = hmac.digest(_bytes(credentials.hmac_secret), signed, "sha256").hex().encode()
    if not hmac.compare_digest(signature, expected):
        return "the signature does not fit the body and the secret"
    return None


def _signed_bytes(
    credentials: IntakeCredentials, headers: Headers, body: bytes, now: datetime
) -> tuple[bytes, str | None]:
    """What Grafana signs, and what is wrong with the time it says."""
    header = credentials.timestamp_header
    if not header:
        return body, None
    stamp, repeated = _single(headers, header)
    if stamp is None or repeated:
        return b"", _presence(header, repeated=repeated)
    if _UNIX_SECONDS.fullmatch(stamp) is None:
        return b"", f"the header {header} must hold Unix seconds"
    window = credentials.replay_window_seconds
    if abs(now.timestamp() - int(stamp)) > window:
        return b"", f"the time in {header} is more than {window} seconds away from ours"
    return stamp + b":" + body, None


def _bytes(secret: str | None) -> bytes:
    # The environment gives bytes that are not UTF-8 as surrogates; this gives the bytes back.
    return (secret or "").encode("utf-8", "surrogateescape")


def _presence(header: str, *, repeated: bool) -> str:
    return (
        f"the header {header} stands there more than once" if repeated else f"the header {header} is missing"
    )


def _single(headers: Headers, name: str) -> tuple[bytes | None, bool]:
    """The header's value and whether it stands there more than once; None when it does not stand there."""
    wanted = _bytes(name.lower())
    values = [value for key, value in headers if key == wanted]
    return (values[0] if values else None), len(values) > 1


def _forwarded_hops(headers: Headers) -> list[str]:
    """Addresses of X-Forwarded-For from the nearest hop outwards."""
    joined = b",".join(value for key, value in headers if key == b"x-forwarded-for")
    hops = joined.decode("latin-1").rsplit(",", _MAX_HOPS)[-_MAX_HOPS:]
    return [hop.strip() for hop in reversed(hops)] if joined else []


@lru_cache(maxsize=1024)
def _address_text(text: str) -> str:
    address = _address(text)
    return UNKNOWN_ADDRESS if address is None else str(address)


@lru_cache(maxsize=1024)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read "1.2.3.4", "1.2.3.4:80", "::1" or "[::1]:80"; None when it is none of them."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_trusted(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
