"""One restart speaks for two incidents only when both are about the same trouble."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from issue_intelligence.core.remediate.guardrails import GuardrailName, Refusal
from issue_intelligence.core.remediate.sharing import may_share, shared_result
from issue_intelligence.core.remediate.watch import WATCH
from tests.core.remediate.situations import NOW
from tests.core.remediate.test_watch import HELPED

MINUTE = timedelta(minutes=1)
FAILED = replace(HELPED, success=False)


def refused(*names: GuardrailName) -> tuple[Refusal, ...]:
    return tuple(Refusal(guardrail=name, text="") for name in names)


def shares(*names: GuardrailName, began_at: datetime = NOW - 2 * MINUTE, **changes: Any) -> bool:
    given: dict[str, Any] = {"result": HELPED, "begun_at": NOW - MINUTE, "now": NOW + MINUTE} | changes
    return may_share(refused(*names), alert_began_at=began_at, **given)


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        (shares(GuardrailName.COOL_DOWN), True),
        (shares(GuardrailName.UNDER_WAY, GuardrailName.COOL_DOWN, result=None), True),
        # Nothing need lie between two, and one is enough all the same.
        (shares(), True),
        # That it did not help is told by both.
        (shares(GuardrailName.COOL_DOWN, result=FAILED), True),
        # It would not have been made for this one.
        (shares(GuardrailName.KILL_SWITCH, GuardrailName.COOL_DOWN), False),
        (shares(GuardrailName.CIRCUIT_BREAKER, GuardrailName.COOL_DOWN), False),
        # What came after the proof is another trouble.
        (shares(GuardrailName.COOL_DOWN, began_at=NOW + timedelta(seconds=1)), False),
        # It should have shown by now.
        (shares(GuardrailName.COOL_DOWN, now=NOW + WATCH), False),
        # Its run was given up.
        (shares(GuardrailName.COOL_DOWN, result=None, now=NOW + 60 * MINUTE), False),
    ],
)
def test_sharing(shared: bool, expected: bool) -> None:
    assert shared is expected


def test_shared_result_says_whose_it_is() -> None:
    result = shared_result(HELPED, "shop")
    assert result.success
    assert result.reason == f"It was made for another alert of shop at the same time. {HELPED.reason}"
