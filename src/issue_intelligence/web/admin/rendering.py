"""Templates, and how times, numbers and text from outside look on a page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from issue_intelligence.core.report.markdown import clean, cut_middle, one_line, web_address
from issue_intelligence.core.report.plain_words import (
    counted,
    milliseconds,
    percentage,
    span,
    utc_time,
)
from issue_intelligence.version import VERSION

_FOLDER = Path(__file__).parent / "templates"


def render(template: str, values: Mapping[str, Any]) -> str:
    return _ENVIRONMENT.get_template(template).render(values)


def _harmless(value: Any) -> Any:
    """Take out of a text what is invisible or changes its direction; escaping comes after it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value


def _when(at: datetime) -> Markup:
    """Write a time for people and for the browser."""
    return Markup('<time datetime="{}">{}</time>').format(
        at.astimezone(UTC).isoformat(timespec="seconds"), utc_time(at)
    )


def _words(value: object) -> str:
    """Write a value of ours as words: "not_real" as "not real"."""
    return str(value).replace("_", " ")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "when": _when,
        "span": span,
        "words": _words,
        "percentage": percentage,
        "milliseconds": milliseconds,
        "counted": counted,
        "web_address": web_address,
        "line": one_line,
        "cut": cut_middle,
    }
    environment.globals["version"] = VERSION
    return environment


_ENVIRONMENT = _environment()
