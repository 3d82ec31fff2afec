"""Holds what the logs and the alerts say against the knowledge base."""

from dataclasses import dataclass

from issue_intelligence.core.investigate.known_issues import refused_requests, searched_messages, warnings_of
from issue_intelligence.pipeline.collectors.subject import Found, Subject
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.ports.incident_store import IncidentStore
from issue_intelligence.ports.log_source import LogPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssuesCollector:
    incidents: IncidentStore
    known_issues: KnownIssueSearch

    def place(self, _subject: Subject) -> LogPlace:
        return LogPlace(source="known issues")

    async def collect(self, subject: Subject) -> Found:
        logs = (await self.incidents.investigation(subject.run)).logs
        messages = searched_messages(logs.data) if logs and logs.data else ()
        texts = [text for _, context in subject.alerts for text in (context.summary, context.description)]
        if logs and logs.data:
            # They tell like the alert's own text: they are no errors that have to be explained.
            texts += [text for text, _ in (*warnings_of(logs.data), *refused_requests(logs.data))]
        matches = await self.known_issues.match(messages, sorted({text for text in texts if text}))
        return Found(source="knowledge base", data=matches)
