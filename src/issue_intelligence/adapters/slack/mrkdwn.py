"""Text from outside inside Slack's mrkdwn: shown as it is, and without power."""

import re
from datetime import UTC, datetime

from issue_intelligence.core.report.markdown import CUT_MARK, ZERO_WIDTH_SPACE, clean, one_line
from issue_intelligence.core.report.plain_words import utc_time

# Only these three; they also defuse <!channel>, <@U1> and <https://…|a lie>.
# Source: https://docs.slack.dev/messaging/formatting-message-text#escaping.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BACKTICKS = re.compile(r"`(?=`)")


def prose(text: str, max_chars: int) -> str:
    """Give the text escaped, on one line; the result, entities counted, is within `max_chars`."""
    return _escaped(_unfenced(one_line(text, max_chars)), max_chars)


def code_block(text: str, max_chars: int) -> str:
    """Give the text as a block of code that it cannot end; "" for no text."""
    body = _unfenced(clean(text).strip("\n"))
    frame = len("```\n\n```")
    return f"```\n{_escaped(body, max_chars - frame)}\n```" if body.strip() else ""


def link(label: str, url: str) -> str:
    """Give a link; `url` is an address of core/report/markdown.web_address, `label` is ours."""
    return f"<{_escaped(url.replace('|', '%7C'), len(url) * 5)}|{label}>"


def moment(at: datetime) -> str:
    """Give a time that Slack shows in each reader's own zone."""
    return f"<!date^{int(at.astimezone(UTC).timestamp())}^{{date_short_pretty}} {{time}}|{utc_time(at)}>"


def _unfenced(text: str) -> str:
    """Keep backticks apart, so that three of them neither open nor close a block of code."""
    return _BACKTICKS.sub("`" + ZERO_WIDTH_SPACE, text)


def _escaped(text: str, max_chars: int) -> str:
    """Escape as much of the text as fits, so that no entity is cut in two."""
    parts, room = [], max_chars
    for sign in text:
        part = _ENTITIES.get(sign, sign)
        if len(part) > room:
            break
        parts.append(part)
        room -= len(part)
    else:
        return "".join(parts)
    while parts and room < len(CUT_MARK):
        room += len(parts.pop())
    return "".join(parts).rstrip() + CUT_MARK
