"""Wires what others send back."""

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.exposure import networks_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.knowledge.feedback import FeedbackIntake
from issue_intelligence.settings import Settings
from issue_intelligence.web.request_body import BodyReader
from issue_intelligence.web.webhooks.github import MAX_BODY_BYTES, GitHubWebhook

# Somebody who labels a page of issues at once stays below it.
RATE_BURST = 100


def github_webhook(settings: Settings, stores: Stores) -> GitHubWebhook:
    clock = SystemClock()
    return GitHubWebhook(
        intake=FeedbackIntake(store=stores.feedback, clock=clock),
        secret=settings.github_webhook_secret.get_secret_value(),
        reader=BodyReader(max_body_bytes=MAX_BODY_BYTES),
        limiter=RateLimiter(rate_per_minute=settings.intake_rate_limit, burst=RATE_BURST),
        trusted_proxies=networks_of(settings.trusted_proxies),
        clock=clock,
    )
