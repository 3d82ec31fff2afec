"""Did each scene end as it should? Asked of the API's answer and of the issue files, nothing of our own.

Each check gives sentences about what differed; none when all is well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from issue_intelligence.cli.demo.issue_files import IssueFile, issue_numbered
from issue_intelligence.cli.demo.service_view import Alert, part

Faults = list[str]
Issues = tuple[IssueFile, ...]

POOL_ENTRY = "database-connection-pool-exhausted"
TOKEN_ENTRY = "jwt-token-expired"  # noqa: S105  (the name of a known issue)


def new_error_faults(alert: Alert, issues: Issues) -> Faults:
    """Scene 1: real, and one issue with the stack trace."""
    culprits = [str(trace.get("culprit")) for trace in part(alert, "log_analysis", "stack_traces") or ()]
    faults = [
        *_verdict_faults(alert, conclusion="real"),
        *_count_faults(issues, 1),
        *_differs("the known issue", part(alert, "known_issue"), None),
    ]
    if not any("discount_of" in culprit for culprit in culprits):
        faults.append(f"no stack trace leads to discount_of; those found lead to {culprits or 'nothing'}")
    return faults + _issue_faults(alert, issues, holds=("TypeError", "in discount_of", "pricing.py"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What scene 2 has to show."""

    # The folder before and after the same alert came again.
    before_resend: Issues
    after_resend: Issues
    looked_at_before: object
    resent: Alert
    # The new episode's alert, and the folder at the end.
    again: Alert
    issues: Issues


def recurrence_faults(seen: Recurrence) -> Faults:
    """Scene 2: the resend changes only its count; end and return are comments on the one issue."""
    number = part(seen.resent, "issue", "number")
    issue = issue_numbered(seen.issues, number)
    comments = issue.comments if issue else ()
    faults = [
        *_differs("the repeat count after the resend", seen.resent.get("repeat_count"), 1),
        *_differs("the time of the look after the resend", _looked_at(seen.resent), seen.looked_at_before),
        *_count_faults(seen.issues, 1),
        *_verdict_faults(seen.again, conclusion="real"),
        *_differs("the issue of the new alert", part(seen.again, "issue", "number"), number),
        *_differs("the number of comments", len(comments), 2),
    ]
    if seen.before_resend != seen.after_resend:
        faults.append("the resend changed the issue's file")
    if not any(comment.startswith("**Resolved**") for comment in comments[:1]):
        faults.append("the first comment does not say that the alert resolved")
    alert_id = str(seen.again.get("id"))
    if not any(alert_id in comment for comment in comments[1:]):
        faults.append(f"no comment names the new alert {alert_id}")
    return faults


def repaired_faults(alert: Alert, *, before: Issues, issues: Issues, still_failing: int) -> Faults:
    """Scene 3: real, known, restarted once with proof, and no issue."""
    return [
        *_pool_faults(alert),
        *_remediation_faults(alert, outcome="helped"),
        *_differs("the health after the restart", _after_restart(alert), "good"),
        *_differs("the number of requests that fail after it", still_failing, 0),
        *_no_issue_faults(alert, before=before, issues=issues),
    ]


def unrepaired_faults(alert: Alert, issues: Issues) -> Faults:
    """Scene 4: the same known issue, and what was tried stands in an issue of its own."""
    solution = str(part(alert, "known_issue", "solution") or "").split("\n", 1)[0]
    tried = ("### Auto-Remediation Attempted", "**Before**", "**After**", "No change")
    return [
        *_pool_faults(alert),
        *_remediation_faults(alert, outcome="no_change"),
        *_count_faults(issues, 2),
        *_issue_faults(alert, issues, holds=("connection pool exhausted", solution, *tried)),
    ]


def slow_dependency_faults(alert: Alert, issues: Issues, *, dependency: str) -> Faults:
    """Scene 5: real, of type performance, and the dependency's state stands in the issue."""
    state = (part(alert, "health_check", "external_services") or {}).get(dependency)
    return [
        *_verdict_faults(alert, conclusion="real"),
        *_differs("the type", part(alert, "categorization", "type"), "performance"),
        *_differs("the API", _up_or_down(alert, "api_responsive"), "up"),
        *_differs(f"the state of {dependency}", state, "degraded"),
        *_count_faults(issues, 3),
        *_issue_faults(alert, issues, holds=("TimeoutError", dependency, "degraded")),
    ]


def expired_token_faults(alert: Alert, *, before: Issues, issues: Issues) -> Faults:
    """Scene 6: known, not a problem of the service, and nothing written anywhere."""
    return [
        *_verdict_faults(alert, conclusion="not_real"),
        *_differs("the known issue", part(alert, "known_issue", "id"), TOKEN_ENTRY),
        *_differs("the API", _up_or_down(alert, "api_responsive"), "up"),
        *_no_issue_faults(alert, before=before, issues=issues),
    ]


def deployment_faults(during: Alert, after: Alert, *, before: Issues, issues: Issues) -> Faults:
    """Scene 7: excused while it lasts, and quiet when it is over."""
    reason = str(part(during, "validation", "reason"))
    faults = [
        *_verdict_faults(during, conclusion="suppressed"),
        *_differs("the number of deployments near the alert", len(during.get("changes") or ()), 1),
        *_differs("what the sender says in the end", after.get("alert_status"), "resolved"),
        *_verdict_faults(after, conclusion="suppressed"),
        *_no_issue_faults(after, before=before, issues=issues),
    ]
    if "deployment of accounts" not in reason:
        faults.append(f"the reason speaks of no deployment: {reason}")
    return faults


def looked_at(alert: Alert) -> object:
    return _looked_at(alert)


def _looked_at(alert: Alert) -> object:
    return alert.get("investigated_at")


def _up_or_down(alert: Alert, name: str) -> str:
    return {True: "up", False: "down"}.get(part(alert, "health_check", name), "unknown")


def _verdict_faults(alert: Alert, *, conclusion: str) -> Faults:
    found = part(alert, "validation", "conclusion")
    failed = [
        f"{name} could not be collected: {evidence.get('error')}"
        for name, evidence in (part(alert, "evidence") or {}).items()
        if evidence.get("status") == "failed"
    ]
    return _differs("the conclusion", found, conclusion) + failed


def _pool_faults(alert: Alert) -> Faults:
    return [
        *_verdict_faults(alert, conclusion="real"),
        *_differs("the known issue", part(alert, "known_issue", "id"), POOL_ENTRY),
        *_differs("the database's connection", _up_or_down(alert, "database_connected"), "down"),
    ]


def _remediation_faults(alert: Alert, *, outcome: str) -> Faults:
    return [
        *_differs("the action", part(alert, "remediation", "action"), "restart"),
        *_differs("the outcome", part(alert, "remediation", "outcome"), outcome),
    ]


def _after_restart(alert: Alert) -> str:
    healthy = part(alert, "remediation", "after", "healthy")
    return {True: "good", False: "failing"}.get(healthy, "unknown")


def _no_issue_faults(alert: Alert, *, before: Issues, issues: Issues) -> Faults:
    faults = _differs("the alert's issue", alert.get("issue"), None)
    if before != issues:
        faults.append("the issues' folder changed, though nothing should be written")
    return faults


def _issue_faults(alert: Alert, issues: Issues, *, holds: Sequence[str]) -> Faults:
    number = part(alert, "issue", "number")
    issue = issue_numbered(issues, number)
    if issue is None:
        return [f"the alert has issue {number}, and the folder has no such file"]
    faults = _differs(f"the state of issue {number}", issue.state, "open")
    faults += [
        f'issue {number} does not say "{text}"' for text in holds if not text or text not in issue.text
    ]
    if "@example.com" in issue.text:
        faults.append(f"issue {number} shows a customer's e-mail address")
    return faults


def _count_faults(issues: Issues, expected: int) -> Faults:
    return _differs("the number of issue files", len(issues), expected)


def _differs(what: str, found: object, expected: object) -> Faults:
    return [] if found == expected else [f"{what} is {found!r} instead of {expected!r}"]
