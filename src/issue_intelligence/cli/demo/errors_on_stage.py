"""Scenes of errors: a new one, the same again, and one that is no problem of the service."""

import time

from issue_intelligence.cli.demo import checks, telling
from issue_intelligence.cli.demo.alert_rules import CHECKOUT_FAILS, SIGN_INS_FAIL
from issue_intelligence.cli.demo.cast import Cast
from issue_intelligence.cli.demo.grafana import Episode
from issue_intelligence.cli.demo.issue_files import issue_numbered
from issue_intelligence.cli.demo.service_view import has_issue, is_investigated, part
from issue_intelligence.cli.demo.story import SceneEnd

_TOKEN_SECONDS = 0.5


def new_error(cast: Cast) -> tuple[SceneEnd, Episode, str]:
    cast.story.scene(1, "A new error")
    cast.customers.switch(coupon_release=True)
    failed = cast.customers.order(first_user=1001, orders=40, with_old_coupon=14)
    happened = f"{failed} of 40 orders fail since a release"
    cast.story.step("shop", f"Checkout gets a release that knows no old coupons; {failed} of 40 orders fail.")
    episode, alert_id, sent = cast.send_alert(CHECKOUT_FAILS)
    alert = cast.outcome(alert_id, has_issue)
    issues = cast.issues()
    cast.tell_issue(alert, "written as", issues, sent)
    faults = checks.new_error_faults(alert, issues)
    end = cast.end("A new error", alert, faults, happened=happened, result="issue {} written")
    return end, episode, alert_id


def same_again(cast: Cast, episode: Episode, alert_id: str) -> SceneEnd:
    cast.story.scene(2, "The same again")
    before, alert = cast.issues(), cast.service.alert(alert_id)
    cast.grafana.notify(episode)
    cast.service.wait_for(alert_id, lambda found: found.get("repeat_count") == 1)
    resent, after = cast.after_a_while(alert_id), cast.issues()
    cast.story.step("alert", "Grafana sends the same alert once more, as it does while nothing has changed.")
    cast.story.step("result", telling.repeat_words(resent, changed=before != after))
    _resolve(cast, episode, alert_id)
    failed = cast.customers.order(first_user=2001, orders=24, with_old_coupon=12)
    cast.story.step("shop", f"More customers come: {failed} of 24 orders fail, in the same line of code.")
    _, again_id, sent = cast.send_alert(CHECKOUT_FAILS)
    again = cast.outcome(again_id, has_issue, show=("history",))
    issues = cast.wait_for_comments(part(again, "issue", "number"), 2)
    cast.tell_issue(again, "a comment on", issues, sent)
    seen = checks.Recurrence(
        before_resend=before,
        after_resend=after,
        looked_at_before=checks.looked_at(alert),
        resent=resent,
        again=again,
        issues=issues,
    )
    happened = f"the alert comes twice, ends, and returns: {failed} more orders fail"
    faults = checks.recurrence_faults(seen)
    return cast.end(
        "The same again", again, faults, happened=happened, result="comments on issue {}, no second issue"
    )


def _resolve(cast: Cast, episode: Episode, alert_id: str) -> None:
    cast.grafana.notify(cast.grafana.resolve(episode))
    alert = cast.service.wait_for(alert_id, lambda found: found.get("alert_status") == "resolved")
    number = part(alert, "issue", "number")
    issue = issue_numbered(cast.wait_for_comments(number, 1), number)
    cast.story.step("alert", "Nobody orders for a while, and Grafana calls the alert resolved.")
    said = "a comment says so" if issue and issue.comments else "no comment"
    state = issue.state if issue else "not there"
    cast.story.step("result", f"{said}; issue {number} is {state}, since nobody has mended anything.")


def tokens_expired(cast: Cast) -> SceneEnd:
    cast.story.scene(6, "An alert that is no problem of the service")
    cast.customers.switch(token_seconds=_TOKEN_SECONDS)
    tokens = cast.customers.sign_in(first_user=6001, users=30)
    time.sleep(_TOKEN_SECONDS)
    refused = cast.customers.open_account(tokens)
    cast.story.step("shop", f"Sign-ins run out; {refused} of 30 customers are asked to sign in again.")
    before = cast.issues()
    _, alert_id, sent = cast.send_alert(SIGN_INS_FAIL)
    alert = cast.outcome(alert_id, is_investigated, show=("logs", "health", "known?"))
    took = time.monotonic() - sent
    alert, issues = cast.after_a_while(alert_id), cast.issues()
    kept = "no issue, and nobody is woken; the alert and its verdict are kept."
    cast.story.step("result", kept, after_seconds=took)
    happened = f"{refused} of 30 requests are refused with 401"
    faults = checks.expired_token_faults(alert, before=before, issues=issues)
    return cast.end("No problem", alert, faults, happened=happened, result="no issue, on purpose")
