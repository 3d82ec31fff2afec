"""The fuzzer's checks hold for a few of its texts, the same each time, and fail where a promise is broken."""

import random

import pytest

from benchmarks import fuzz

_TEXTS = 60


@pytest.mark.parametrize("check", [fuzz.check_parser, fuzz.check_redactor])
def test_changed_logs_keep_the_promises(check: fuzz.Check) -> None:
    choice = random.Random(20261124)
    seeds = fuzz.seeds(choice)
    for _ in range(_TEXTS):
        check(fuzz.mutated(seeds, choice))


def test_a_broken_promise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "redact", lambda text: f"{text} more")
    with pytest.raises(AssertionError, match="twice"):
        fuzz.check_redactor("text")
