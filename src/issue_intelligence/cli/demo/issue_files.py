"""The issues as a person finds them: files in a folder."""

import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"(\d{1,9})-.*\.md")
_COMMENT = re.compile(r"^### Comment of .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFile:
    number: int
    path: Path
    # The whole file.
    text: str

    @property
    def title(self) -> str:
        return self._head("title").strip('"')

    @property
    def state(self) -> str:
        return self._head("state")

    @property
    def comments(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in _COMMENT.split(self.text)[1:])

    def _head(self, key: str) -> str:
        found = re.search(rf"^{key}: (.*)$", self.text, re.MULTILINE)
        return found[1] if found else ""


def read_issues(folder: Path) -> tuple[IssueFile, ...]:
    """Read all issues by number; an empty or missing folder holds none."""
    found = [
        IssueFile(number=int(match[1]), path=path, text=path.read_text(encoding="utf-8"))
        for path in folder.glob("*.md")
        if (match := _NAME.fullmatch(path.name))
    ]
    return tuple(sorted(found, key=lambda issue: issue.number))


def issue_numbered(issues: tuple[IssueFile, ...], number: int | None) -> IssueFile | None:
    return next((issue for issue in issues if issue.number == number), None)
