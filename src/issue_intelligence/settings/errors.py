"""What is wrong with a configuration."""

from pydantic import ValidationError


class SettingsError(ValueError):
    """The configuration cannot be used; the message names the key and the rule, one a line."""


def sentences(error: ValidationError) -> list[str]:
    """Say what is wrong, one key a sentence, without the values."""
    told = []
    for problem in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in problem["loc"])
        rule = (
            "unknown key"
            if problem["type"] == "extra_forbidden"
            else problem["msg"].removeprefix("Value error, ")
        )
        told.append(f"{path}: {rule}")
    return told
