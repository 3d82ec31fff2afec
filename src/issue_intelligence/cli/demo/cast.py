"""Who plays in a scene, and what most scenes do: send an alert, wait for what comes of it, tell it."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from issue_intelligence.cli.demo import telling
from issue_intelligence.cli.demo.ci import Ci
from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.grafana import AlertRule, Episode, GrafanaStandIn
from issue_intelligence.cli.demo.issue_files import IssueFile, issue_numbered, read_issues
from issue_intelligence.cli.demo.service_view import Alert, ServiceView, part
from issue_intelligence.cli.demo.stage import Stage
from issue_intelligence.cli.demo.story import SceneEnd, Story
from issue_intelligence.cli.demo.traffic import Customers

EVERYTHING = ("logs", "health", "known?", "history")
# Longer than the service's own idle loop: what an alert set off would have been seen by then.
QUIET_SECONDS = 1.5
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    stage: Stage
    customers: Customers
    grafana: GrafanaStandIn
    ci: Ci
    service: ServiceView
    story: Story

    def send_alert(self, rule: AlertRule) -> tuple[Episode, str, float]:
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

    def outcome(
        self, alert_id: str, is_done: Callable[[Alert], bool], *, show: Collection[str] = EVERYTHING
    ) -> Alert:
        """Wait until the service is done with the alert, and tell what it found; `show` names the sources."""
        alert = self.service.wait_for(alert_id, is_done)
        found = telling.evidence_words(alert)
        for label, words in found:
            if label in show and label != "remedy":
                self.story.step(label, words)
        self.story.step("verdict", telling.verdict_words(alert))
        if "remedy" in show:
            self.story.step("remedy", dict(found)["remedy"])
        return alert

    def resolve(self, episode: Episode, alert_id: str) -> Alert:
        """Let Grafana call the alert resolved, and wait until nothing more comes of it."""
        self.grafana.notify(self.grafana.resolve(episode))
        self.service.wait_for(alert_id, lambda found: found.get("alert_status") == "resolved")
        return self.after_a_while(alert_id)

    def after_a_while(self, alert_id: str) -> Alert:
        time.sleep(QUIET_SECONDS)
        return self.service.alert(alert_id)

    def tell_issue(self, alert: Alert, how: str, issues: tuple[IssueFile, ...], sent: float) -> None:
        issue = issue_numbered(issues, part(alert, "issue", "number"))
        took = time.monotonic() - sent
        words = f"{how} {telling.issue_words(issue)}" if issue else "no issue"
        self.story.step("result", f"{words} ({telling.category_words(alert)})", after_seconds=took)

    def end(self, title: str, alert: Alert, faults: list[str], *, happened: str, result: str) -> SceneEnd:
        """Sum the scene up; `result` holds {} where the issue's number belongs."""
        for fault in faults:
            self.story.step("fault", fault)
        issue = issue_numbered(self.issues(), part(alert, "issue", "number"))
        return SceneEnd(
            title=title,
            happened=happened,
            verdict=telling.verdict_words(alert),
            result=result.format(issue.number if issue else "none"),
            issue=issue.path if issue else None,
            faults=tuple(faults),
        )

    def issues(self) -> tuple[IssueFile, ...]:
        return read_issues(self.stage.issues)

    def wait_for_comments(self, number: int | None, count: int) -> tuple[IssueFile, ...]:
        """Wait until the issue has that many comments, or patience ends; give all issues."""
        deadline = time.monotonic() + self.service.patience_seconds
        while True:
            issues = self.issues()
            issue = issue_numbered(issues, number)
            if (issue and len(issue.comments) >= count) or time.monotonic() >= deadline:
                return issues
            self.stage.require_running()
            time.sleep(_POLL_SECONDS)
