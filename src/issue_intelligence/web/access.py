"""Who may read: a person with the admin's password, or anybody where only this machine can connect."""

import base64
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.security import Network, client_address, is_local_name

Endpoint = Callable[[Request], Awaitable[Response]]

_FORWARDING_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAccess:
    # "" when no one can sign in.
    admin_password: str = field(repr=False)
    # Sufficient for /metrics; "" for none.
    metrics_token: str = field(repr=False)
    # True while the service listens on loopback and no secret is set at all.
    open_on_loopback: bool
    trusted_proxies: Sequence[Network] = ()
    # Wrong passwords of one address: ten at once, then six a minute.
    _wrong: RateLimiter = field(
        default_factory=lambda: RateLimiter(rate_per_minute=6, burst=10), repr=False, compare=False
    )

    def may_read(self, request: Request) -> bool:
        """Raises HttpError (429) when an address has tried too many wrong passwords."""
        given = _basic_password(request)
        if self.admin_password and given is not None:
            return self.is_admin_password(given, request)
        return self.is_open_to(request)

    def is_open_to(self, request: Request) -> bool:
        """Tell whether it may read without a password: from this machine, while nothing is secret."""
        return (
            self.open_on_loopback
            and is_local_name(request.headers.get("host", ""))
            and _comes_from_loopback(request)
        )

    def is_admin_password(self, given: str, request: Request) -> bool:
        """Compare and count what is wrong. Raises HttpError (429) when an address has tried too many.

        False for everything while there is no password.
        """
        address = client_address(request.scope, self.trusted_proxies)
        # Asked before the password is looked at, or a guess that is right would always pass.
        wait_seconds = self._wrong.wait_seconds(address, monotonic())
        if wait_seconds > 0:
            raise HttpError(
                status=429,
                code="too_many_requests",
                message="too many wrong passwords from this address",
                retry_after_seconds=max(1, round(wait_seconds)),
            )
        right = hmac.compare_digest(given.encode(), self.admin_password.encode())
        if self.admin_password and right:
            return True
        self._wrong.retry_after_seconds(address, monotonic())
        return False

    def may_scrape(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if self.metrics_token and scheme.lower() == "bearer":
            return hmac.compare_digest(token.strip().encode(), self.metrics_token.encode())
        return self.may_read(request) or _comes_from_loopback(request)

    def reading(self, endpoint: Endpoint) -> Endpoint:
        """Wrap an endpoint that needs the read scope."""

        async def guarded(request: Request) -> Response:
            if not self.may_read(request):
                raise HttpError(
                    status=401,
                    code="not_authentic",
                    message="sign in as admin with ADMIN_PASSWORD (HTTP basic authentication)",
                    challenge='Basic realm="issue-intelligence"',
                )
            return await endpoint(request)

        return guarded

    def scraping(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if not self.may_scrape(request):
                raise HttpError(
                    status=401,
                    code="not_authentic",
                    message="send METRICS_TOKEN as a bearer token",
                    challenge='Bearer realm="metrics"',
                )
            return await endpoint(request)

        return guarded


def _basic_password(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        # No base64, no ASCII before or no UTF-8 after.
        return None
    return password if user == "admin" else None


def _comes_from_loopback(request: Request) -> bool:
    """Behind a proxy on this machine everybody seems to come from loopback."""
    if any(name in request.headers for name in _FORWARDING_HEADERS):
        return False
    return request.client is not None and request.client.host in ("127.0.0.1", "::1")
