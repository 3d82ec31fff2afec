"""Where Loki is and how one signs in there."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class LokiConnection:
    # Without a name or password, and without a slash at its end.
    url: str
    tenant_id: str = ""
    # Basic, of Loki's proxy; beside it there is no token.
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def description(self) -> str:
        return f"Loki at {self.host}"

    def hide(self, text: str) -> str:
        """Take our own secrets out of what the other side said."""
        for secret in (self.password, self.token):
            if secret:
                text = text.replace(secret, "[REDACTED:secret]")
        return text


def loki_connection(
    url: str, *, tenant_id: str = "", username: str = "", password: str = "", token: str = ""
) -> LokiConnection:
    """Check what a person set. Raises ValueError, whose text names the variable and the rule."""
    parts = urlsplit(url)
    try:
        address = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError as error:
        raise ValueError("LOKI_URL: the port is not a number up to 65535") from error
    if not parts.hostname:
        raise ValueError("LOKI_URL: has no host")
    if "/loki/api" in parts.path or parts.query or parts.fragment:
        raise ValueError("LOKI_URL: give Loki's base URL, without /loki/api and what follows")
    if ":" in parts.hostname:
        address = address.replace(parts.hostname, f"[{parts.hostname}]", 1)
    if parts.username is not None:
        if username or password:
            raise ValueError(
                "LOKI_URL: holds a user name, and LOKI_USERNAME or LOKI_PASSWORD is set; set one"
            )
        username, password = unquote(parts.username), unquote(parts.password or "")
    if bool(username) != bool(password):
        raise ValueError("LOKI_USERNAME, LOKI_PASSWORD: set both or none")
    if username and token:
        raise ValueError("LOKI_TOKEN: a user name is set too (LOKI_USERNAME or in LOKI_URL); set one of them")
    if ":" in username:
        raise ValueError("LOKI_USERNAME: cannot hold a colon")
    for name, value in (("LOKI_TOKEN", token), ("LOKI_TENANT_ID", tenant_id)):
        if not (value.isascii() and value.isprintable()) or value != value.strip():
            raise ValueError(f"{name}: only printable ASCII can be sent")
    return LokiConnection(
        url=f"{parts.scheme}://{address}{parts.path}".rstrip("/"),
        tenant_id=tenant_id,
        username=username,
        password=password,
        token=token,
    )
