"""Who may report to /api, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request

from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.ports.clock import Clock
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.security import IntakeCredentials, Network, authenticate, client_address


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccess:
    """Senders of alerts may, and so may who may read."""

    credentials: IntakeCredentials
    access: ReadAccess
    limiter: RateLimiter
    trusted_proxies: Sequence[Network]
    clock: Clock

    def admit(self, request: Request, body: bytes) -> None:
        """Let the request pass, or raise HttpError: 401, or 429 for too many of one source."""
        reason, source = "", client_address(request.scope, self.trusted_proxies)
        may_report = False
        if self.credentials.configured:
            auth = authenticate(self.credentials, request.headers.raw, body, self.clock.now())
            may_report, reason, source = auth.ok, auth.reason, auth.credential or source
        # Also with wrong credentials, or guessing them would cost nothing.
        self._limit(source)
        if may_report or self.access.may_read(request):
            return
        because = f" ({reason})" if reason else ""
        raise HttpError(
            status=401,
            code="not_authentic",
            message=f"prove yourself as senders of alerts do, or sign in as admin{because}",
            challenge='Bearer realm="api"',
        )

    def _limit(self, source: str) -> None:
        wait_seconds = self.limiter.retry_after_seconds(source, monotonic())
        if wait_seconds > 0:
            raise HttpError(
                status=429,
                code="too_many_requests",
                message="too many requests from this source",
                retry_after_seconds=max(1, round(wait_seconds)),
            )
