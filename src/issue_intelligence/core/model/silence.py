"""Matchers and a time span in which alerts are kept and nobody is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MatcherOperator(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Alertmanager's matcher; regular expressions are RE2 and match the whole value."""

    name: str
    operator: MatcherOperator
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    id: str
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    # Who ended it before its time; "" when nobody did.
    ended_by: str = ""


class SilenceState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"
