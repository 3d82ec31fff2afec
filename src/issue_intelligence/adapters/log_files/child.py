"""The child of examiner.py: reads windows of log files."""

from datetime import datetime

from issue_intelligence.adapters.log_child_main import answer_questions
from issue_intelligence.adapters.log_files.examiner import Question
from issue_intelligence.adapters.log_files.source import LogFilesSource
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.model.logs import LogLine
from issue_intelligence.ports.log_source import LogBatch


def main() -> None:
    answer_questions(Question, _fetch)


async def _fetch(question: Question) -> LogBatch:
    return await LogFilesSource(question.pattern, read_line=_read_line).fetch(question.query)


def _read_line(number: int, text: str, default_at: datetime | None) -> LogLine:
    return read_log_line(number, text, default_at=default_at)


if __name__ == "__main__":
    main()
