"""Scenes of a known issue: once a restart repairs it, and once it does not."""

import time

from issue_intelligence.cli.demo import checks
from issue_intelligence.cli.demo.alert_rules import REVIEWS_FAIL, STOCK_FAILS
from issue_intelligence.cli.demo.cast import Cast
from issue_intelligence.cli.demo.service_view import has_issue, was_tried
from issue_intelligence.cli.demo.story import SceneEnd


def pool_exhausted(cast: Cast) -> SceneEnd:
    cast.story.scene(3, "A known issue that a restart repairs")
    cast.customers.switch(leaky_report=True)
    cast.customers.read_report(times=5)
    failed = cast.customers.look_at_shelf(times=15)
    cast.story.step(
        "shop", f"A stock report keeps its database connections; then {failed} of 15 look-ups fail."
    )
    before = cast.issues()
    episode, alert_id, sent = cast.send_alert(STOCK_FAILS)
    # That errors have stopped can be told only while somebody asks.
    with cast.customers.keep_doing(lambda: cast.customers.look_at_shelf(times=1)):
        alert = cast.outcome(alert_id, was_tried, show=("logs", "health", "known?", "remedy"))
    took = time.monotonic() - sent
    cast.story.step("result", "repaired, and no issue: there is nothing left to do.", after_seconds=took)
    still = cast.customers.look_at_shelf(times=15)
    alert = cast.resolve(episode, alert_id)
    cast.story.step("alert", f"{still} of 15 look-ups fail now, and Grafana calls the alert resolved.")
    happened = f"the connection pool is empty; {failed} of 15 look-ups fail"
    faults = checks.repaired_faults(alert, before=before, issues=cast.issues(), still_failing=still)
    return cast.end("A repair", alert, faults, happened=happened, result="restarted, healthy again, no issue")


def restart_in_vain(cast: Cast) -> SceneEnd:
    cast.story.scene(4, "A restart that does not help")
    cast.customers.switch(review_import=True)
    failed = cast.customers.read_reviews(times=15)
    cast.story.step(
        "shop",
        "An import of reviews is configured that takes every database connection, at each start anew;"
        f" {failed} of 15 pages fail.",
    )
    _, alert_id, sent = cast.send_alert(REVIEWS_FAIL)
    with cast.customers.keep_doing(lambda: cast.customers.read_reviews(times=1)):
        alert = cast.outcome(alert_id, has_issue, show=("logs", "known?", "remedy"))
    issues = cast.issues()
    cast.tell_issue(alert, "written, with what was tried, as", issues, sent)
    happened = f"an import takes all connections; {failed} of 15 pages fail"
    faults = checks.unrepaired_faults(alert, issues)
    return cast.end(
        "No repair",
        alert,
        faults,
        happened=happened,
        result="restarted once, in vain; issue {} says so",
    )
