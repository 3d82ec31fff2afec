"""Writes docs/decisions.md from the rules themselves: python -m scripts.write_decisions."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from issue_intelligence.core.decide import component, confidence, severity, type_words
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.decide.rules import RULES, Rule
from issue_intelligence.core.decide.signs import SIGNS
from issue_intelligence.core.decide.validation import validate
from issue_intelligence.core.model.verdict import Conclusion, IssueType, RuleName

PAGE = Path(__file__).parents[1] / "docs" / "decisions.md"

_INTRODUCTION = """# How it is decided

<!-- Written by `python -m scripts.write_decisions` from the code in core/decide; do not edit by hand. -->

A decision is computed from stored evidence alone, so it can be explained, replayed and tested against
other rules. Every rule is asked, in this order. **The first that holds decides**; later ones still say
theirs, and all of it stands in the issue, in Slack and in `GET /alerts/{id}`.
"""
_CONFIDENCE = """## How sure we are

Confidence, 0 to 100, is how sure we are of the conclusion. Evidence is added up as log odds (natural
logarithm): an alert of which nothing is known starts at {start:+.1f}, which is {start_percent} % for a
real problem, and each reason that spoke adds its worth. +0.7 doubles the odds of a real problem, -0.7
halves them. The points behind each reason are what it added to the confidence or took from it. Missing
evidence takes {beside:.1f} beside another decision; where it decides, it is worth {telling:+.1f} when logs,
metrics or health are missing, and {other:+.1f} when only the rest is. The figures were set by hand on the
scenarios that rules are tuned on; how well they hold on others stands in [benchmarks](benchmarks.md).
"""


def page() -> str:
    parts = [
        _INTRODUCTION,
        *_rules("## Is it real", RULES, number=True),
        *_rules("## Signs, which never decide", SIGNS, number=False),
        _CONFIDENCE.format(
            start=confidence.START,
            start_percent=confidence.start_points(Conclusion.REAL),
            beside=-confidence.MISSING_BESIDE,
            telling=confidence.MISSING_TELLING,
            other=confidence.MISSING_OTHER,
        ),
        "## What follows\n",
        _text(validate),
        "",
        *_thresholds(),
        *_severity(),
        *_type(),
        *_component(),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _text(of: object) -> str:
    """Give a docstring with each paragraph on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in (inspect.getdoc(of) or "").split("\n\n"))


def _rules(title: str, rules: tuple[Rule, ...], *, number: bool) -> Iterator[str]:
    yield f"{title}\n"
    yield "| | rule | worth | when it holds |" if number else "| sign | worth | when it holds |"
    yield "|---|---|---|---|" if number else "|---|---|---|"
    for position, rule in enumerate(rules, start=1):
        name = RuleName(rule.__name__)
        cells = (f"`{name.value}`", _worth(name), _text(rule).replace("\n\n", " "))
        yield f"| {' | '.join((str(position), *cells) if number else cells)} |"
    yield ""


def _worth(name: RuleName) -> str:
    if name in confidence.FIXED:
        return f"{confidence.FIXED[name]} %, fixed"
    return f"{confidence.WORTH[name]:+.1f}" if name in confidence.WORTH else "see below"


def _thresholds() -> Iterator[str]:
    defaults = ValidationThresholds()
    yield "The thresholds are settings (`[validation]`, [configuration](configuration.md)); the defaults are"
    yield f"`min_error_count = {defaults.min_error_count}` and `min_confidence = {defaults.min_confidence}`."
    yield ""


def _severity() -> Iterator[str]:
    yield f"## How bad it is\n\n{_text(severity.severity_of)}\n"
    yield "| severity | when, the first from the top that holds |"
    yield "|---|---|"
    yield "| critical | the API fails its health check |"
    most, many = severity.MOST_REQUESTS * 100, severity.MANY_USERS
    yield f"| critical | more than {most:g} % of the requests fail and more than {many} users are affected |"
    yield "| high | a critical flow fails |"
    for rate, seconds, level in severity.BY_NUMBERS:
        numbers = f"more than {rate * 100:g} % of the requests fail, or answers take over {seconds} s"
        yield f"| {level} | {numbers} |"
    yield "| medium | a critical flow is degraded |"
    yield "| low | everything else; an unknown number never makes it worse |"
    yield ""


def _type() -> Iterator[str]:
    yield "## Of which type\n"
    yield "Exception classes, SQLSTATE and HTTP status come first; then whole words, in this order:\n"
    yield "| type | exception classes | status | words |"
    yield "|---|---|---|---|"
    words = dict(type_words.WORDS)
    in_order = [*words, IssueType.BUG]
    for kind in in_order:
        classes = [name for name, of in type_words.EXCEPTIONS.items() if of is kind]
        classes += [f"{prefix}…" for prefix, of in type_words.EXCEPTION_PREFIXES if of is kind]
        statuses = [code for code, of in type_words.STATUSES.items() if of is kind]
        phrases = ", ".join(words.get(kind, ())) or "none: what nothing else explains"
        yield f"| {kind} | {', '.join(classes)} | {', '.join(statuses)} | {phrases} |"
    yield f"\nWithout meaning although they look telling: {', '.join(type_words.MISLEADING)}.\n"


def _component() -> Iterator[str]:
    yield f"## Which component\n\n{_text(component.component_of)}\n"
    yield "| found | component |"
    yield "|---|---|"
    for prefix, name in component.ENDPOINTS:
        yield f"| endpoint under `{prefix}` | {name} |"
    yield "| the error comes from React | frontend |"
    for service, name in component.SERVICES.items():
        yield f"| the service is called {service} | {name} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
