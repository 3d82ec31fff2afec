"""Scenes whose cause lies beside the service: a slow dependency, and a deployment."""

import time

from issue_intelligence.cli.demo import checks
from issue_intelligence.cli.demo.alert_rules import ACCOUNTS_FAIL, DELIVERY_SLOW
from issue_intelligence.cli.demo.cast import Cast
from issue_intelligence.cli.demo.service_view import has_issue, is_investigated
from issue_intelligence.cli.demo.shop.server import CARRIER
from issue_intelligence.cli.demo.story import SceneEnd

_VERSION = "2.4.0"


def slow_dependency(cast: Cast) -> SceneEnd:
    cast.story.scene(5, "A slow dependency")
    cast.customers.ask_for_delivery(times=6)
    cast.customers.switch(carrier_slow=True)
    failed = cast.customers.ask_for_delivery(times=18)
    cast.story.step(
        "shop",
        f"The carrier, another company, answers slowly; {failed} of 18 requests for a date time out.",
    )
    _, alert_id, sent = cast.send_alert(DELIVERY_SLOW)
    alert = cast.outcome(alert_id, has_issue, show=("logs", "health", "known?"))
    issues = cast.issues()
    cast.tell_issue(alert, "written as", issues, sent)
    happened = f"the carrier is slow; {failed} of 18 requests time out"
    faults = checks.slow_dependency_faults(alert, issues, dependency=CARRIER)
    return cast.end(
        "A slow dependency", alert, faults, happened=happened, result="issue {} written, type performance"
    )


def deployment_in_progress(cast: Cast) -> SceneEnd:
    cast.story.scene(7, "A deployment in progress")
    before = cast.issues()
    cast.ci.report("accounts", version=_VERSION, status="started")
    cast.customers.switch(accounts_moving=True)
    failed = 15 - len(cast.customers.sign_in(first_user=7001, users=15))
    cast.story.step(
        "shop",
        f"CI reports that accounts {_VERSION} is being deployed; meanwhile {failed} of 15 sign-ins fail.",
    )
    episode, alert_id, sent = cast.send_alert(ACCOUNTS_FAIL)
    during = cast.outcome(alert_id, is_investigated, show=("logs",))
    took = time.monotonic() - sent
    cast.story.step("result", "nothing yet: it waits for the end of the deployment.", after_seconds=took)
    cast.customers.switch(accounts_moving=False)
    cast.ci.report("accounts", version=_VERSION, status="finished")
    well = len(cast.customers.sign_in(first_user=7101, users=15))
    cast.story.step("shop", f"The deployment finishes, CI reports it, and {well} of 15 sign-ins work.")
    after = cast.resolve(episode, alert_id)
    cast.story.step("alert", "Grafana calls the alert resolved.")
    cast.story.step("result", "no issue: what passed with the deployment wakes nobody.")
    faults = checks.deployment_faults(during, after, before=before, issues=cast.issues())
    happened = f"{failed} of 15 sign-ins fail until it has finished"
    return cast.end(
        "A deployment", after, faults, happened=happened, result="waited, then stayed quiet: no issue"
    )
