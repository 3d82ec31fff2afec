"""POST /webhooks/github: what people say of our decisions on their issues."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.core.model.feedback import Statement
from issue_intelligence.core.model.issue import github_place
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.knowledge.feedback import FeedbackIntake
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.web.api.body import read_body
from issue_intelligence.web.errors import HttpError, json_answer
from issue_intelligence.web.request_body import BodyReader, require_json
from issue_intelligence.web.security import Network, client_address
from issue_intelligence.web.webhooks.github_events import Ignored, IssuesEvent, statements_of

# An issue has at most 65,536 characters; what stands beside it in an event is far less.
MAX_BODY_BYTES = 1024 * 1024
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_DELIVERY = re.compile(r"[A-Za-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubWebhook:
    intake: FeedbackIntake
    # "" when nobody set it up.
    secret: str = field(repr=False)
    reader: BodyReader
    limiter: RateLimiter
    trusted_proxies: Sequence[Network]
    clock: Clock

    async def receive(self, request: Request) -> Response:
        if not self.secret:
            raise HttpError(status=404, code="not_found", message="GITHUB_WEBHOOK_SECRET is not set")
        require_json(request.headers.raw)
        body = await self.reader.read(request.headers.raw, request.receive)
        self._admit(request, body)
        event, delivery = request.headers.get("x-github-event", ""), _delivery(request)
        if event != "issues":
            return _ignored(Ignored.EVENT)
        given = read_body(body, IssuesEvent)
        statements = statements_of(given)
        if isinstance(statements, Ignored):
            return _ignored(statements)
        added = await self._record(statements, given, delivery)
        return (
            json_answer({"status": "recorded", "feedback": added}) if added else _ignored(Ignored.NOTHING_NEW)
        )

    async def _record(self, statements: Sequence[Statement], given: IssuesEvent, delivery: str) -> int:
        try:
            return sum(
                [
                    await self.intake.record_of_issue(
                        statement,
                        place=github_place(given.repository.full_name),
                        number=given.issue.number,
                        delivery=delivery,
                        said_at=given.happened_at(self.clock.now()),
                    )
                    for statement in statements
                ]
            )
        except OutsideError as error:
            raise HttpError(
                status=503,
                code="not_committed",
                message="the feedback could not be committed; deliver it again",
                retry_after_seconds=5,
            ) from error

    def _admit(self, request: Request, body: bytes) -> None:
        """Raises HttpError: 429 for too many of one address, 401 for what GitHub did not sign."""
        # First, or guessing a signature would cost nothing.
        source = client_address(request.scope, self.trusted_proxies)
        wait_seconds = self.limiter.retry_after_seconds(source, monotonic())
        if wait_seconds > 0:
            raise HttpError(
                status=429,
                code="too_many_requests",
                message="too many requests from this source",
                retry_after_seconds=max(1, round(wait_seconds)),
            )
        fault = self._signature_fault(request.headers.getlist("x-hub-signature-256"), body)
        if fault:
            raise HttpError(status=401, code="not_authentic", message=fault)

    def _signature_fault(self, given: Sequence[str], body: bytes) -> str:
        if len(given) != 1:
            many = "stands there more than once" if given else "is missing"
            return f"the header X-Hub-Signature-256 {many}"
        if not _SIGNATURE.fullmatch(given[0]):
            return "the header X-Hub-Signature-256 must hold sha256= and 64 lower-case hexadecimal digits"
        secret = self.secret.encode("utf-8", "surrogateescape")
        expected = f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
        right = hmac.compare_digest(given[0], expected)
        return "" if right else "the signature does not fit the body and the secret"


def _delivery(request: Request) -> str:
    delivery = request.headers.get("x-github-delivery", "")
    if not _DELIVERY.fullmatch(delivery):
        message = "must be GitHub's id of the delivery"
        raise HttpError(
            status=422,
            code="invalid_parameter",
            message=f"X-GitHub-Delivery: {message}",
            details=[{"field": "X-GitHub-Delivery", "message": message}],
        )
    return delivery


def _ignored(why: Ignored) -> Response:
    return json_answer({"status": "ignored", "reason": why.value})
