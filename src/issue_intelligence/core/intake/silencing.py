"""Whether a silence covers an alert, by Alertmanager's rules: a missing label is an empty one, and a
regular expression must match the whole value.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import re2

from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence, SilenceState

# Far above what people write, far below what would cost memory.
MAX_PATTERN_CHARACTERS = 2_000

_REGEX = (MatcherOperator.REGEX, MatcherOperator.NOT_REGEX)


def check_matcher(matcher: Matcher) -> str | None:
    """Say what is wrong with a matcher, None when nothing is. A wrong one never matches."""
    if not matcher.name:
        return "A matcher needs the name of a label."
    if matcher.operator not in _REGEX:
        return None
    if len(matcher.value) > MAX_PATTERN_CHARACTERS:
        return f"The pattern for {matcher.name} is longer than {MAX_PATTERN_CHARACTERS} characters."
    compiled = _compile(matcher.value)
    return (
        f"The pattern for {matcher.name} cannot be used: {compiled}." if isinstance(compiled, str) else None
    )


def check_matchers(matchers: Sequence[Matcher]) -> str | None:
    """Say what is wrong with matchers as a whole, None when nothing is.

    Like Alertmanager, refuse those that all match an empty value: they would cover everything.
    """
    for matcher in matchers:
        if (fault := check_matcher(matcher)) is not None:
            return fault
    if all(_matches_value(matcher, "") for matcher in matchers):
        return "At least one matcher must ask for something; these would cover every alert."
    return None


def check_silence(silence: Silence) -> str | None:
    """Say what is wrong with a silence as a whole, None when nothing is."""
    if (fault := check_matchers(silence.matchers)) is not None:
        return fault
    if silence.ends_at <= silence.starts_at:
        return "A silence must end after it starts."
    return None


def matches(silence: Silence, labels: Mapping[str, str]) -> bool:
    """Say whether every matcher holds; a silence without matchers covers nothing."""
    return matches_labels(silence.matchers, labels)


def matches_labels(matchers: Sequence[Matcher], labels: Mapping[str, str]) -> bool:
    """Say whether every matcher holds; no matchers cover nothing."""
    return bool(matchers) and all(
        _matches_value(matcher, labels.get(matcher.name, "")) for matcher in matchers
    )


def silence_state(silence: Silence, now: datetime) -> SilenceState:
    if now >= silence.ends_at:
        return SilenceState.EXPIRED
    return SilenceState.PENDING if now < silence.starts_at else SilenceState.ACTIVE


def active_silence(silences: Iterable[Silence], labels: Mapping[str, str], now: datetime) -> Silence | None:
    """Find the silence that covers these labels now; of several the one that ends last, None for none."""
    covering = [
        silence
        for silence in silences
        if silence.starts_at <= now < silence.ends_at and matches(silence, labels)
    ]
    return max(covering, key=lambda silence: (silence.ends_at, silence.id), default=None)


def _matches_value(matcher: Matcher, value: str) -> bool:
    if not matcher.name:
        return False
    if matcher.operator is MatcherOperator.EQUAL:
        return value == matcher.value
    if matcher.operator is MatcherOperator.NOT_EQUAL:
        return value != matcher.value
    if len(matcher.value) > MAX_PATTERN_CHARACTERS:
        return False
    compiled = _compile(matcher.value)
    if isinstance(compiled, str):
        return False
    found = compiled.fullmatch(value.encode("utf-8", "replace")) is not None
    return found is (matcher.operator is MatcherOperator.REGEX)


@lru_cache(maxsize=512)
def _compile(pattern: str) -> Any:
    """The compiled pattern, or a text that says why RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern.encode(), options)
    except UnicodeEncodeError:
        return "it holds half of a character (a lone surrogate)"
    except re2.error as error:
        reason = error.args[0] if error.args else "RE2 refuses it"
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
