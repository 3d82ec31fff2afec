"""Matchers as people write them: service="shop", name=~"a|b", as in Alertmanager."""

import re

from issue_intelligence.core.model.silence import Matcher, MatcherOperator

# The longest operators first. Names are as open as labels are.
_MATCHER = re.compile(r"\s*(?P<name>[^\s=!~\"{}]+)\s*(?P<operator>=~|!~|!=|=)\s*(?P<value>.*?)\s*", re.DOTALL)
_QUOTED = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def parse_matcher(text: str) -> Matcher:
    """Read one matcher; its value may stand in double quotes. Raises ValueError."""
    found = _MATCHER.fullmatch(text)
    if found is None:
        raise ValueError('must be a name, one of = != =~ !~, and a value, such as service=~"shop|mail"')
    value = found["value"]
    quoted = _QUOTED.fullmatch(value)
    if quoted is None and '"' in value:
        raise ValueError("has a quote that does not end, or text beside the quoted value")
    return Matcher(
        name=found["name"],
        operator=MatcherOperator(found["operator"]),
        value=_unescaped(quoted["text"]) if quoted else value,
    )


def write_matcher(matcher: Matcher) -> str:
    """Write a matcher so that it can be read again."""
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.name}{matcher.operator.value}"{value}"'


def _unescaped(text: str) -> str:
    """Undo what quoting needs; other backslashes, as in the pattern \\d, stay as they are."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text, flags=re.DOTALL)
