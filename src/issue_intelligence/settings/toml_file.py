"""Finds and reads the TOML file."""

import os
import tomllib
from pathlib import Path
from typing import Any

from issue_intelligence.settings.errors import SettingsError
from issue_intelligence.settings.later import LATER_KEYS, LATER_VARIABLES

CONFIG_VARIABLE = "ISSUE_INTELLIGENCE_CONFIG"
DEFAULT_CONFIG = "issue-intelligence.toml"


def config_file() -> Path | None:
    """Give the file that the environment names, else the one in the working directory, else None."""
    named = os.environ.get(CONFIG_VARIABLE)  # noqa: TID251
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"{CONFIG_VARIABLE}: there is no file {named}")
        return Path(named)
    return Path(DEFAULT_CONFIG) if Path(DEFAULT_CONFIG).is_file() else None


def read_known(path: Path | None) -> dict[str, Any]:
    """Read the file without the keys of later releases. Raises SettingsError when it is not TOML."""
    return _split(path)[0]


def later_keys(path: Path | None) -> list[str]:
    """Name the keys that stand in the file and have no effect in this release: "services.dependencies"."""
    return _split(path)[1]


def _split(path: Path | None) -> tuple[dict[str, Any], list[str]]:
    if path is None:
        return {}, []
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    later: dict[str, None] = {}
    known = {
        key: _without_later(value, f"{key}.", later)
        for key, value in document.items()
        if not _is_later(key, later)
    }
    return known, list(later)


def _without_later(value: Any, prefix: str, later: dict[str, None]) -> Any:
    if isinstance(value, list):
        return [_without_later(item, prefix, later) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: item for key, item in value.items() if not _is_later(prefix + key, later)}


def _is_later(key: str, later: dict[str, None]) -> bool:
    found = key in LATER_KEYS or key.upper() in LATER_VARIABLES
    if found:
        later[key] = None
    return found
