"""What a person sees of a message."""

from typing import Any

from tests.fakes.slack.workspace import FakeMessage


def shown(message: FakeMessage) -> str:
    return "\n".join(text for block in message.blocks for text in texts_of(block))


def texts_of(block: dict[str, Any]) -> list[str]:
    parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    texts = [part.get("text") for part in parts if part]
    return [text["text"] if isinstance(text, dict) else text for text in texts]
