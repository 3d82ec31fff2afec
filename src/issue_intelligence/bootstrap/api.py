"""Wires what is below /api."""

from datetime import timedelta

from starlette.types import ASGIApp

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.exposure import credentials_of, networks_of
from issue_intelligence.bootstrap.quiet import quiet_endpoints
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.knowledge.feedback import FeedbackIntake
from issue_intelligence.pipeline.deployments import DeploymentIntake
from issue_intelligence.settings import Settings
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.api.access import ReportAccess
from issue_intelligence.web.api.app import api_app
from issue_intelligence.web.api.deployments import MAX_BODY_BYTES, DeploymentEndpoints
from issue_intelligence.web.api.feedback import MAX_BODY_BYTES as MAX_FEEDBACK_BYTES
from issue_intelligence.web.api.feedback import FeedbackEndpoints
from issue_intelligence.web.api.quiet_doors import MAX_BODY_BYTES as MAX_QUIET_BYTES
from issue_intelligence.web.api.quiet_doors import Doors
from issue_intelligence.web.request_body import BodyReader

# A pipeline reports twice; even a hundred of them at once stay below it.
RATE_BURST = 100


def rest_api(settings: Settings, stores: Stores, access: ReadAccess) -> ASGIApp:
    clock = SystemClock()
    deployments = DeploymentEndpoints(
        intake=DeploymentIntake(
            deployments=stores.deployments,
            catalogue=catalogue_of(settings),
            settling=timedelta(seconds=settings.validation.deployment_settling_seconds),
            clock=clock,
        ),
        access=_writing(settings, access),
        reader=BodyReader(max_body_bytes=MAX_BODY_BYTES),
        clock=clock,
    )
    feedback = FeedbackEndpoints(
        intake=FeedbackIntake(store=stores.feedback, clock=clock),
        store=stores.feedback,
        writing=_writing(settings, access),
        reading=access,
        reader=BodyReader(max_body_bytes=MAX_FEEDBACK_BYTES),
    )
    doors = Doors(
        writing=_writing(settings, access),
        reading=access,
        reader=BodyReader(max_body_bytes=MAX_QUIET_BYTES),
    )
    return api_app(deployments, feedback, *quiet_endpoints(settings, stores, doors))


def _writing(settings: Settings, access: ReadAccess) -> ReportAccess:
    """Let those in who may write; each kind of report is counted apart."""
    return ReportAccess(
        credentials=credentials_of(settings),
        access=access,
        limiter=RateLimiter(rate_per_minute=settings.intake_rate_limit, burst=RATE_BURST),
        trusted_proxies=networks_of(settings.trusted_proxies),
        clock=SystemClock(),
    )
