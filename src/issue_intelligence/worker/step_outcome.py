"""What a step came to, as it is stored: its value, or why it will not succeed."""

from typing import Any

from issue_intelligence.ports.errors import PermanentError


class StepFailedError(PermanentError):
    """A step will not succeed until someone changes something."""

    def __init__(self, step: str, message: str) -> None:
        super().__init__(message)
        self.step = step


def value_of(outcome: dict[str, Any]) -> Any:
    if "error" in outcome:
        raise StepFailedError(outcome["step"], outcome["error"])
    return outcome["value"]
