from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.intake.silencing import active_silence, check_matcher, check_silence, matches
from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence
from tests.factories.alerts import STARTS_AT

LABELS = {"service": "api", "severity": "critical", "text": "a\nb"}


def a_silence(*matchers: str, **changes: Any) -> Silence:
    parsed = []
    for matcher in matchers:
        name, operator, value = matcher.split(" ", 2)
        parsed.append(Matcher(name=name, operator=MatcherOperator(operator), value=value))
    fields: dict[str, Any] = {
        "id": "s1",
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=1),
        "created_by": "ann",
        "comment": "",
    }
    return Silence(matchers=tuple(parsed), **{**fields, **changes})


@pytest.mark.parametrize(
    ("matchers", "covers"),
    [
        (["service = api"], True),
        (["service = ap"], False),
        (["service != web"], True),
        (["service != api"], False),
        (["service =~ a.i|web"], True),
        # The whole value must match, so a part of it is not enough, with alternatives too.
        (["service =~ ap"], False),
        (["service =~ a|ap"], False),
        (["service !~ ap"], True),
        (["service !~ .*"], False),
        # A missing label is an empty one.
        (["team = "], True),
        (["team != "], False),
        (["team =~ .*"], True),
        (["team =~ .+"], False),
        (["team !~ x"], True),
        # Every matcher must hold.
        (["service = api", "severity = critical"], True),
        (["service = api", "severity = warning"], False),
        # A dot does not match a line break, as in Go.
        (["text =~ a.b"], False),
        (["text =~ (?s)a.b"], True),
        # What RE2 refuses covers nothing, neither way.
        (["service =~ (?=api)api"], False),
        (["service !~ (?=api)api"], False),
        (["service !~ ("], False),
        # Without matchers it would cover everything.
        ([], False),
    ],
)
def test_silence_covers_labels_as_in_alertmanager(matchers: list[str], covers: bool) -> None:
    assert matches(a_silence(*matchers), LABELS) is covers


def test_a_lone_surrogate_in_pattern_or_value_is_no_crash() -> None:
    pattern = Matcher(name="a", operator=MatcherOperator.REGEX, value="\ud800")
    assert not matches(replace(a_silence(), matchers=(pattern,)), {"a": "\ud800"})
    assert "half of a character" in (check_matcher(pattern) or "")
    assert matches(a_silence("a =~ .+"), {"a": "x\ud800"})


def test_silence_is_active_from_its_start_until_its_end() -> None:
    silence = a_silence("service = api")
    moments = [timedelta(seconds=-1), timedelta(), timedelta(minutes=59), timedelta(hours=1)]
    found = [active_silence([silence], LABELS, STARTS_AT + moment) for moment in moments]
    assert found == [None, silence, silence, None]


def test_of_several_the_one_that_ends_last_answers() -> None:
    short = a_silence("service = api", id="short")
    long = a_silence("service = api", id="long", ends_at=STARTS_AT + timedelta(days=1))
    other = a_silence("service = web", id="other", ends_at=STARTS_AT + timedelta(days=9))
    assert active_silence([short, long, other], LABELS, STARTS_AT) is long


@pytest.mark.parametrize(
    ("matchers", "fault"),
    [
        (["service = api"], None),
        (["service =~ api|web", "team = "], None),
        (["service =~ (?=x)"], "The pattern for service cannot be used"),
        ([f"service =~ {'a' * 2001}"], "longer than 2000 characters"),
        # Each of these would cover every alert.
        ([], "cover every alert"),
        (["service =~ .*"], "cover every alert"),
        (["service != api"], "cover every alert"),
    ],
)
def test_a_silence_that_cannot_work_is_reported(matchers: list[str], fault: str | None) -> None:
    found = check_silence(a_silence(*matchers))
    if fault is None:
        assert found is None
    else:
        assert fault in (found or "")


def test_a_silence_must_end_after_it_starts() -> None:
    assert "must end after" in (check_silence(a_silence("a = b", ends_at=STARTS_AT)) or "")


def test_a_matcher_without_a_name_is_reported_and_never_matches() -> None:
    matcher = Matcher(name="", operator=MatcherOperator.NOT_EQUAL, value="x")
    assert check_matcher(matcher) is not None
    assert not matches(replace(a_silence(), matchers=(matcher,)), LABELS)
