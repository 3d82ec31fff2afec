"""Real logs of eight systems, which hold no secrets,
stay as they are; and hostile text costs no more."""

import csv
import time

import pytest

from issue_intelligence.core.redact.redaction import redact
from tests.real_parts import shared_data

# One of these in a line is a real address or a real token, rightly replaced.
MAX_TOUCHED_SHARE = 0.01


def test_ordinary_log_lines_are_left_alone() -> None:
    for path in sorted(shared_data("loghub").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            lines = [row["Content"] for row in csv.DictReader(file)]
        touched = [line for line in lines if redact(line) != line]
        assert len(touched) < MAX_TOUCHED_SHARE * len(lines), (path.name, touched[:5])


@pytest.mark.parametrize(
    "unit",
    [
        "password=", "token:", "a://b:c@", "xglpat-", "-----BEGIN PRIVATE KEY-----", "cookie:a=b;",
        "eyJaaaaaaaaaaaa-",
        "password ", "4111 ", "a@b.", "joe@a.b.c.d.", '"password":"\\', "authorization: basic ",
        "--secret ", "<token>",
        "ghp_aaaaaaaaaaaaaaaaaaaaaaa", "[REDACTED:email#1]", "\\n", "1234567890:",
        "0123456789abcdef", "é@", "password:x=",
        "token:token ", "pass:pass:", "a@b.cd ", "x.atlasv1.",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def cost(size: int) -> float:
        text = unit * (size // len(unit))
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            redact(text)
            best = min(best, time.process_time() - begin)
        return best

    # Eight times the text: 8 when linear, 64 when quadratic. A floor hides what is too short to measure.
    assert cost(160_000) < 32 * max(cost(20_000), 0.003)
