"""What Slack refuses in a message, written from its documentation and not from what we send.

Sources: https://docs.slack.dev/reference/block-kit/blocks and the pages below it; the size of all
blocks together from github.com/slackapi/bolt-js/issues/2509.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

MAX_BLOCKS = 50
MAX_BLOCKS_CHARS = 13_200
MAX_TEXT = 40_000
_URL = ("http://", "https://")


def refusal(text: str, blocks: list[dict[str, Any]]) -> str:
    """Give Slack's word for what is wrong, with the place after a colon; "" for nothing."""
    if not text.strip() and not blocks:
        return "no_text"
    if len(text) > MAX_TEXT:
        return "msg_too_long"
    if len(blocks) > MAX_BLOCKS:
        return f"invalid_blocks: {len(blocks)} blocks"
    if len(json.dumps(blocks, ensure_ascii=False)) > MAX_BLOCKS_CHARS:
        return "msg_blocks_too_long"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    problems = [] if len(ids) == len(set(ids)) else ["a block_id occurs twice"]
    for number, block in enumerate(blocks):
        check = _CHECKS.get(block.get("type", ""))
        found = check(block) if check else iter((f"unknown type {block.get('type')}",))
        problems += [f"block {number}: {problem}" for problem in found]
        problems += [f"block {number}: block_id"] if len(block.get("block_id", "")) > 255 else []
    return f"invalid_blocks: {'; '.join(problems)}" if problems else ""


def _text(value: Any, kinds: tuple[str, ...], most: int, where: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"{where}: no text object of {' or '.join(kinds)}"
        return
    shown = value.get("text")
    if not isinstance(shown, str) or not 1 <= len(shown) <= most:
        yield f"{where}: {len(shown or '')} characters, 1 to {most} are allowed"
    unknown = value.keys() - {"type", "text", "emoji" if value["type"] == "plain_text" else "verbatim"}
    if unknown:
        yield f"{where}: unknown {sorted(unknown)}"


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block.get("text"), ("plain_text",), 150, "header")


def _section(block: dict[str, Any]) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield "neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], ("mrkdwn", "plain_text"), 3_000, "text")
    if len(fields) > 10:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text(field, ("mrkdwn", "plain_text"), 2_000, "field")


def _actions(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} elements"
    ids = [element.get("action_id") for element in elements]
    if len(ids) != len(set(ids)):
        yield "an action_id occurs twice"
    for element in elements:
        yield from _button(element)


def _button(element: dict[str, Any]) -> Iterator[str]:
    if element.get("type") != "button":
        yield f"no button: {element.get('type')}"
    yield from _text(element.get("text"), ("plain_text",), 75, "button")
    if not 1 <= len(element.get("action_id", "")) <= 255:
        yield "action_id"
    url = element.get("url", _URL[0])
    if not url.startswith(_URL) or len(url) > 3_000:
        yield "url"
    if len(element.get("value", "")) > 2_000:
        yield "value"


def _context(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"{len(elements)} elements"
    for element in elements:
        yield from _text(element, ("mrkdwn", "plain_text"), 2_000, "context")


def _divider(_block: dict[str, Any]) -> Iterator[str]:
    return iter(())


_CHECKS: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "actions": _actions,
    "context": _context,
    "divider": _divider,
}
