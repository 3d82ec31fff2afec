"""What was tried, what is known, and what a person can do now."""

from issue_intelligence.core.remediate.result import look_words
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import clean, code_span, cut_middle, fence, inline, link
from issue_intelligence.core.report.plain_words import sentence, utc_time
from issue_intelligence.core.report.recommend import recommend
from issue_intelligence.core.report.solution_text import solution_text

MAX_REMEDIATION_LOG_CHARS = 3_000


def remediation(report: IncidentReport) -> str:
    result = report.remediation
    title = "### Auto-Remediation Attempted"
    if result is None or not result.attempted:
        reason = f" {sentence(result.reason)}" if result and result.reason else ""
        return f"{title}\n\nNo.{reason or ' Nothing was attempted.'}"
    mark = "✅ Helped" if result.success else f"❌ {_OUTCOMES.get(result.outcome or '', 'Did not help')}"
    at = f" at {utc_time(result.started_at)}" if result.started_at else ""
    facts = [
        f"**Action Taken**: {code_span(result.action, 100)}{at}",
        f"**Result**: {mark}. {sentence(result.reason, 900)}".rstrip(),
        *(
            f"**{name}**: {sentence(f'{utc_time(look.at)}: {look_words(look)}', 400)}"
            for name, look in (("Before", result.before), ("After", result.after))
            if look is not None
        ),
    ]
    parts = [title, "\n".join(f"- {fact}" for fact in facts)]
    if result.logs:
        parts += ["**Logs**:", fence(cut_middle(clean("\n".join(result.logs)), MAX_REMEDIATION_LOG_CHARS))]
    return "\n\n".join(parts)


_OUTCOMES = {
    "no_change": "No change",
    "worse": "Worse",
    "refused": "Refused",
    "failed": "Failed",
    "unknown": "Its effect is unknown",
}


def known_issue(report: IncidentReport) -> str:
    title = "### Known Issue Match"
    known = report.verdict.validation.known_issue
    if known is None:
        return f"{title}\n\n{_no_match(report)}"
    match = report.known_issue_match
    facts = [f"**Matched Known Issue**: {inline(known.title, 200)} ({code_span(known.id, 100)})"]
    if known.description:
        facts.append(f"**What it is**: {sentence(known.description, 500)}")
    if match and match.matched_text:
        times = f", on {match.count:,} log lines" if match.count > 1 else ""
        facts.append(f"**Matched by**: {code_span(match.matched_text)}{times}")
    seen = f", last on {utc_time(known.last_seen)}" if known.last_seen else ""
    facts.append(f"**Previous Occurrences**: {known.occurrences:,}{seen}")
    issue = link("the issue where it was first described", known.github_issue_url or "")
    if issue:
        facts.append(f"**See also**: {issue}")
    solution = solution_text(known.solution) or "The entry has no solution yet."
    return "\n\n".join((title, "\n".join(f"- {fact}" for fact in facts), "**Solution**:", solution))


def _no_match(report: IncidentReport) -> str:
    evidence = report.investigation.known_issues
    if evidence is None or evidence.data is None:
        return "Unknown: the knowledge base was not asked."
    others = [match for match in evidence.data if match.known_issue.title]
    if not others:
        return "No entry of the knowledge base matches."
    named = ", ".join(inline(match.known_issue.title, 100) for match in others[:5])
    return f"None decides this case. Lines of the log also match: {named}."


def recommended_actions(report: IncidentReport) -> str:
    steps = (f"{number}. {action}" for number, action in enumerate(recommend(report), start=1))
    return "\n".join(("### Recommended Actions", *steps))
