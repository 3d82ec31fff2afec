"""Writes the approved issue texts anew; read them before you commit them."""

from pathlib import Path

from issue_intelligence.core.report.issue_text import compose_issue
from tests.core.report import example
from tests.core.report.rich_reports import RICH_REPORTS

if __name__ == "__main__":
    folder = Path(__file__).parent / "golden"
    folder.mkdir(exist_ok=True)
    for name, report in RICH_REPORTS.items():
        issue = compose_issue(report, now=example.NOW)
        (folder / f"{name}.md").write_text(f"{issue.title}\n\n{issue.body}\n", encoding="utf-8")
