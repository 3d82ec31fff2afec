"""Text and JSON as PostgreSQL can store them: without NUL, halves of surrogate pairs, and NaN.

Logs and errors hold such signs, and a statement that is refused for one would stop what it belongs to.
"""

import json
import math
from typing import Any

_REPLACEMENT = "\ufffd"
# How the encoder writes what JSONB may refuse; that it is there is only a suspicion.
_SUSPICIOUS = ("\\u0000", "\\ud", "NaN", "Infinity")


def storable_text(text: str) -> str:
    """Give the text with U+FFFD in place of what PostgreSQL refuses."""
    if "\0" in text:
        text = text.replace("\0", _REPLACEMENT)
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def storable_json(value: Any) -> str:
    """Encode what JSONB takes; a number that is none becomes null."""
    text = json.dumps(value)
    if any(sign in text for sign in _SUSPICIOUS):
        return json.dumps(_storable(value), allow_nan=False)
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {storable_text(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
