"""Typed settings from the environment and a TOML file; the only reader of the environment.

Names are those of docs/configuration.md. A variable wins over the file, and NAME_FILE stands in for
NAME. Unknown keys and bad values stop the start.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from issue_intelligence.settings.errors import SettingsError, sentences
from issue_intelligence.settings.later import LATER_VARIABLES
from issue_intelligence.settings.model import Settings
from issue_intelligence.settings.toml_file import config_file, later_keys, read_known
from issue_intelligence.settings.tried import with_tried, without_effect

__all__ = [
    "Settings",
    "SettingsError",
    "command_environment",
    "load_settings",
    "not_yet_used",
    "with_tried",
    "without_effect",
]

_FOR_COMMANDS = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "XDG_RUNTIME_DIR")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; raises SettingsError.

    `overrides` are what the command line says; they win.
    """
    try:
        values = _secrets_from_files() | {key: value for key, value in overrides.items() if value is not None}
        _refuse_unknown_keys()
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("\n".join(sentences(error))) from error


def command_environment() -> dict[str, str]:
    """Give what a command of ours may know of the environment: no setting and no secret of this service."""
    return {name: os.environ[name] for name in _FOR_COMMANDS if name in os.environ}  # noqa: TID251


def not_yet_used() -> list[str]:
    """Name the variables and keys that are set and do nothing in this release."""
    variables = sorted(name for name in LATER_VARIABLES if os.environ.get(name))  # noqa: TID251
    return [*variables, *later_keys(config_file())]


def _refuse_unknown_keys() -> None:
    # The environment holds much that is not ours, so only the file is checked for unknown keys.
    path = config_file()
    unknown = sorted(read_known(path).keys() - Settings.model_fields.keys())
    if unknown:
        raise SettingsError("\n".join(f"{path}: unknown key `{key}`" for key in unknown))


def _secrets_from_files() -> dict[str, str]:
    secrets: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        variable = f"{name.upper()}_FILE"
        path = os.environ.get(variable)  # noqa: TID251
        if not path or field.annotation not in (SecretStr, str):
            continue
        if os.environ.get(name.upper()):  # noqa: TID251
            raise SettingsError(f"{name.upper()} and {variable} are both set; set one")
        try:
            secrets[name] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{variable}: {error.strerror}: {path}") from error
    return secrets
