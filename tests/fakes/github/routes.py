"""Which path of the fake GitHub does what."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from tests.fakes.github.documents import (
    comment_document,
    issue_document,
    label_document,
    repository_document,
)
from tests.fakes.github.repository import RefusedError

if TYPE_CHECKING:
    from tests.fakes.github.server import FakeGitHub

Answer = tuple[int, Any, dict[str, str]]
_BELOW = re.compile(r"/repos/([^/]+/[^/]+)(?:/(.*))?")


class Routes:
    def __init__(self, github: "FakeGitHub") -> None:
        self._github = github
        self._repository = github.repository
        self._patterns: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            ("GET", r"", self._about),
            ("POST", r"issues", self._create),
            ("GET", r"issues", self._list),
            ("GET", r"issues/(\d+)", self._get),
            ("PATCH", r"issues/(\d+)", self._change),
            ("POST", r"issues/(\d+)/comments", self._comment),
            ("GET", r"issues/(\d+)/comments", self._comments),
            ("POST", r"labels", self._make_label),
            ("GET", r"labels/([^/]+)", self._label),
            ("GET", r"assignees/([^/]+)", self._assignee),
        )

    def answer(self, method: str, path: str, query: Mapping[str, str], document: Any) -> Answer:
        if path == "/search/issues":
            return self._search(query)
        if path == "/rate_limit":
            return 200, {"resources": {"core": {"limit": 5000, "remaining": 4999, "reset": 0}}}, {}
        match = _BELOW.fullmatch(path)
        if match is None:
            raise RefusedError(404, "Not Found")
        name, below = match.group(1), match.group(2) or ""
        if self._github.renamed_to and name.lower() == self._repository.full_name.lower():
            moved = f"{self._github.url}/repos/{self._github.renamed_to}" + (f"/{below}" if below else "")
            location = moved + (f"?{urlencode(query)}" if query else "")
            return 301, {"message": "Moved Permanently", "url": location}, {"Location": location}
        if name.lower() not in (self._repository.full_name.lower(), self._github.renamed_to.lower()):
            raise RefusedError(404, "Not Found")
        for wanted, pattern, action in self._patterns:
            found = re.fullmatch(pattern, below)
            if found and wanted == method:
                return action(*(unquote(each) for each in found.groups()), query=query, document=document)
        raise RefusedError(404, "Not Found")

    def _about(self, *, query: Any, document: Any) -> Answer:
        return 200, repository_document(self._repository), {}

    def _create(self, *, query: Any, document: Any) -> Answer:
        return 201, issue_document(self._repository, self._repository.create(document)), {}

    def _list(self, *, query: Mapping[str, str], document: Any) -> Answer:
        issues = self._repository.list_issues(query)
        documents = [issue_document(self._repository, issue) for issue in issues]
        return self._page(documents, query, "issues")

    def _get(self, number: str, *, query: Any, document: Any) -> Answer:
        issue = self._repository.issue(int(number))
        if issue.moved_to:
            return 301, {"message": "Moved Permanently"}, {"Location": issue.moved_to}
        return 200, issue_document(self._repository, issue), {}

    def _change(self, number: str, *, query: Any, document: Any) -> Answer:
        return 200, issue_document(self._repository, self._repository.change(int(number), document)), {}

    def _comment(self, number: str, *, query: Any, document: Any) -> Answer:
        return 201, comment_document(self._repository.comment(int(number), document["body"])), {}

    def _comments(self, number: str, *, query: Mapping[str, str], document: Any) -> Answer:
        since = query.get("since", "")
        comments = [comment_document(each) for each in self._repository.issue(int(number)).comments]
        recent = [each for each in comments if each["updated_at"] >= since]
        return self._page(recent, query, f"issues/{number}/comments")

    def _make_label(self, *, query: Any, document: Any) -> Answer:
        return 201, label_document(self._repository, self._repository.make_label(document)), {}

    def _label(self, name: str, *, query: Any, document: Any) -> Answer:
        known = self._repository.label(name)
        if known is None:
            raise RefusedError(404, "Not Found")
        return 200, label_document(self._repository, known), {}

    def _assignee(self, login: str, *, query: Any, document: Any) -> Answer:
        if not self._repository.can_assign(login):
            raise RefusedError(404, "Not Found")
        return 204, None, {}

    def _search(self, query: Mapping[str, str]) -> Answer:
        """Find by a text of the body, as late as GitHub does."""
        known_until = self._repository.now() - self._github.search_lag
        found = [
            issue_document(self._repository, issue)
            for issue in self._repository.issues.values()
            if issue.created_at <= known_until and query.get("q", "") in issue.body
        ]
        return 200, {"total_count": len(found), "incomplete_results": False, "items": found}, {}

    def _page(self, documents: list[dict[str, Any]], query: Mapping[str, str], below: str) -> Answer:
        size, page = min(int(query.get("per_page", "30")), 100), int(query.get("page", "1"))
        shown = documents[(page - 1) * size : page * size]
        if page * size >= len(documents):
            return 200, shown, {}
        base = f"{self._github.url}/repos/{self._repository.full_name}/{below}"
        more = f"{base}?{urlencode({**query, 'page': page + 1})}"
        return 200, shown, {"Link": f'<{more}>; rel="next"'}
