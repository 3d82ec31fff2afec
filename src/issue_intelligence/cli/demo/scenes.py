"""The four scenes: each breaks the shop, sends the alert, and looks at what came of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from issue_intelligence.cli.demo import checks, telling
from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.grafana import AlertRule, Episode, GrafanaStandIn
from issue_intelligence.cli.demo.issue_files import IssueFile, issue_numbered, read_issues
from issue_intelligence.cli.demo.service_view import (
    Alert,
    ServiceView,
    has_issue,
    is_investigated,
    part,
)
from issue_intelligence.cli.demo.stage import Stage
from issue_intelligence.cli.demo.story import SceneEnd, Story
from issue_intelligence.cli.demo.traffic import Customers

CHECKOUT_FAILS = AlertRule(
    uid="shop-checkout-5xx",
    name="HTTP 5xx errors",
    service="checkout",
    severity="critical",
    statuses=range(500, 600),
    threshold=10,
    summary="Failed requests of checkout",
)
STOCK_FAILS = AlertRule(
    uid="shop-stock-5xx",
    name="HTTP 5xx errors",
    service="stock",
    severity="critical",
    statuses=range(500, 600),
    threshold=10,
    summary="Failed requests of stock",
)
SIGN_INS_FAIL = AlertRule(
    uid="shop-accounts-401",
    name="Authentication failures spike",
    service="accounts",
    severity="warning",
    statuses=range(401, 402),
    threshold=20,
    summary="Refused sign-ins",
)
# Longer than the service's own idle loop: what a resend set off would have been seen by then.
_QUIET_SECONDS = 1.5
_TOKEN_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenes:
    stage: Stage
    customers: Customers
    grafana: GrafanaStandIn
    service: ServiceView
    story: Story

    def play(self) -> list[SceneEnd]:
        first, episode, alert_id = self._new_error()
        return [first, self._same_again(episode, alert_id), self._pool_exhausted(), self._tokens_expired()]

    def _new_error(self) -> tuple[SceneEnd, Episode, str]:
        self.story.scene(1, "A new error")
        self.customers.switch(coupon_release=True)
        failed = self.customers.order(first_user=1001, orders=40, with_old_coupon=14)
        happened = f"{failed} of 40 orders fail since a release"
        self.story.step(
            "shop", f"Checkout gets a release that knows no old coupons; {failed} of 40 orders fail."
        )
        episode, alert_id, sent = self._alert(CHECKOUT_FAILS)
        alert = self._outcome(alert_id, has_issue)
        issues = self._issues()
        self._tell_issue(alert, "written as", issues, sent)
        faults = checks.new_error_faults(alert, issues)
        end = self._end("A new error", alert, faults, happened=happened, result="issue {} written")
        return end, episode, alert_id

    def _same_again(self, episode: Episode, alert_id: str) -> SceneEnd:
        self.story.scene(2, "The same again")
        before, alert = self._issues(), self.service.alert(alert_id)
        self.grafana.notify(episode)
        resent = self.service.wait_for(alert_id, lambda found: found.get("repeat_count") == 1)
        time.sleep(_QUIET_SECONDS)
        resent, after = self.service.alert(alert_id), self._issues()
        self.story.step(
            "alert", "Grafana sends the same alert once more, as it does while nothing has changed."
        )
        self.story.step("result", telling.repeat_words(resent, changed=before != after))
        self._resolve(episode, alert_id)
        failed = self.customers.order(first_user=2001, orders=24, with_old_coupon=12)
        self.story.step("shop", f"More customers come: {failed} of 24 orders fail, in the same line of code.")
        _, again_id, sent = self._alert(CHECKOUT_FAILS)
        again = self._outcome(again_id, has_issue, brief=True)
        issues = self._wait_for_comments(part(again, "issue", "number"), 2)
        self._tell_issue(again, "a comment on", issues, sent)
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
        return self._end(
            "The same again", again, faults, happened=happened, result="comments on issue {}, no second issue"
        )

    def _resolve(self, episode: Episode, alert_id: str) -> None:
        self.grafana.notify(self.grafana.resolve(episode))
        alert = self.service.wait_for(alert_id, lambda found: found.get("alert_status") == "resolved")
        number = part(alert, "issue", "number")
        issue = issue_numbered(self._wait_for_comments(number, 1), number)
        self.story.step("alert", "Nobody orders for a while, and Grafana calls the alert resolved.")
        said = "a comment says so" if issue and issue.comments else "no comment"
        state = issue.state if issue else "not there"
        self.story.step("result", f"{said}; issue {number} is {state}, since nobody has mended anything.")

    def _pool_exhausted(self) -> SceneEnd:
        self.story.scene(3, "A known issue")
        self.customers.switch(leaky_report=True)
        self.customers.read_report(times=5)
        failed = self.customers.look_at_shelf(times=15)
        self.story.step(
            "shop", f"A stock report keeps its database connections; then {failed} of 15 look-ups fail."
        )
        _, alert_id, sent = self._alert(STOCK_FAILS)
        alert = self._outcome(alert_id, has_issue)
        issues = self._issues()
        self._tell_issue(alert, "written, with the known solution, as", issues, sent)
        happened = f"the connection pool is empty; {failed} of 15 look-ups fail"
        faults = checks.known_issue_faults(alert, issues)
        return self._end(
            "A known issue", alert, faults, happened=happened, result="issue {} written, with its solution"
        )

    def _tokens_expired(self) -> SceneEnd:
        self.story.scene(4, "An alert that is no problem of the service")
        self.customers.switch(token_seconds=_TOKEN_SECONDS)
        tokens = self.customers.sign_in(first_user=3001, users=30)
        time.sleep(_TOKEN_SECONDS)
        refused = self.customers.open_account(tokens)
        self.story.step("shop", f"Sign-ins run out; {refused} of 30 customers are asked to sign in again.")
        before = self._issues()
        _, alert_id, sent = self._alert(SIGN_INS_FAIL)
        alert = self._outcome(alert_id, is_investigated)
        took = time.monotonic() - sent
        time.sleep(_QUIET_SECONDS)
        alert, issues = self.service.alert(alert_id), self._issues()
        kept = "no issue, and nobody is woken; the alert and its verdict are kept."
        self.story.step("result", kept, after_seconds=took)
        happened = f"{refused} of 30 requests are refused with 401"
        faults = checks.expired_token_faults(alert, before=before, issues=issues)
        return self._end("No problem", alert, faults, happened=happened, result="no issue, on purpose")

    def _alert(self, rule: AlertRule) -> tuple[Episode, str, float]:
        """Let Grafana look and send; give the episode, the alert's id and the moment of sending."""
        episode = self.grafana.evaluate(rule)
        if episode is None:
            raise DemoError(f"The shop did not fail often enough for the alert rule of {rule.service}.")
        sent = time.monotonic()
        alert_id = self.grafana.notify(episode)
        accepted_ms = (time.monotonic() - sent) * 1000
        self.story.step(
            "alert",
            f'Grafana sends "{rule.name}", {rule.severity}: {episode.value} in 5 minutes, more than'
            f" {rule.threshold}. On disk and acknowledged after {accepted_ms:.0f} ms.",
        )
        return episode, alert_id, sent

    def _outcome(self, alert_id: str, is_done: Callable[[Alert], bool], *, brief: bool = False) -> Alert:
        """Wait until the service is done with the alert, and tell what it found."""
        alert = self.service.wait_for(alert_id, is_done)
        for label, words in telling.evidence_words(alert)[-1:] if brief else telling.evidence_words(alert):
            self.story.step(label, words)
        self.story.step("verdict", telling.verdict_words(alert))
        return alert

    def _tell_issue(self, alert: Alert, how: str, issues: tuple[IssueFile, ...], sent: float) -> None:
        issue = issue_numbered(issues, part(alert, "issue", "number"))
        took = time.monotonic() - sent
        words = f"{how} {telling.issue_words(issue)}" if issue else "no issue"
        self.story.step("result", f"{words} ({telling.category_words(alert)})", after_seconds=took)

    def _end(self, title: str, alert: Alert, faults: list[str], *, happened: str, result: str) -> SceneEnd:
        """Sum the scene up; `result` holds {} where the issue's number belongs."""
        for fault in faults:
            self.story.step("fault", fault)
        issue = issue_numbered(self._issues(), part(alert, "issue", "number"))
        return SceneEnd(
            title=title,
            happened=happened,
            verdict=telling.verdict_words(alert),
            result=result.format(issue.number if issue else "none"),
            issue=issue.path if issue else None,
            faults=tuple(faults),
        )

    def _issues(self) -> tuple[IssueFile, ...]:
        return read_issues(self.stage.issues)

    def _wait_for_comments(self, number: int | None, count: int) -> tuple[IssueFile, ...]:
        deadline = time.monotonic() + self.service.patience_seconds
        while True:
            issues = self._issues()
            issue = issue_numbered(issues, number)
            if (issue and len(issue.comments) >= count) or time.monotonic() >= deadline:
                return issues
            self.stage.require_running()
            time.sleep(0.05)
