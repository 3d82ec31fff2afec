"""How much redaction finds in contexts kept aside, what it finds where nothing is, and how fast it is."""

import csv
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.figures import print_table
from benchmarks.shop_logs import distinct_lines
from issue_intelligence.core.redact.redaction import find_sensitive, redact
from tests.factories.secret_contexts import BARE, BARE_HELD_OUT, NAMED, NAMED_HELD_OUT
from tests.factories.vendor_secrets import VENDOR_SAMPLES, card, cpf, iban, password, private_key, sample

PERSONAL = frozenset({"email", "phone", "card", "iban", "national_id", "ip"})
_LOGHUB = Path(__file__).parent.parent.parent / "shared" / "data" / "loghub"
_HOSTILE = ("password=", "a://b:c@", "+1 2", "4111 ", '"key":"', "eyJaaaaaaaaaaaa-", "name=", "A1b2/", "x@y.")


def main() -> None:
    rng = random.Random(20261124)
    print_table(
        "Secrets found",
        ["secrets", "contexts known", "held out"],
        [
            [name, *(_share(make, contexts) for contexts in both)]
            for name, make, both in (
                (
                    "tokens of vendors",
                    lambda: sample(rng.choice(list(VENDOR_SAMPLES.values())), rng),
                    _BOTH_BARE,
                ),
                ("passwords beside a name", lambda: password(rng), (NAMED, NAMED_HELD_OUT)),
                ("private keys", lambda: private_key(rng), _BOTH_BARE),
                ("payment cards", lambda: card(rng), _BOTH_BARE),
                ("IBANs", lambda: iban(rng), _BOTH_BARE),
                ("CPFs", lambda: cpf(rng), _BOTH_BARE),
            )
        ],
    )
    for context in NAMED_HELD_OUT:
        _tell_missed(context, password(rng))
    for context in BARE_HELD_OUT:
        for template in VENDOR_SAMPLES.values():
            _tell_missed(context, sample(template, rng))
    _print_false_findings()
    _print_curve()


_BOTH_BARE = (BARE, BARE_HELD_OUT)


def _share(make: Callable[[], str], contexts: Iterable[str]) -> str:
    tried = found = 0
    for context in contexts:
        for _ in range(20):
            secret = make()
            tried += 1
            found += is_gone(context, secret)
    return f"{found / tried:.3f}"


def is_gone(context: str, secret: str) -> bool:
    """Say whether nothing of the secret but its first and last signs is left."""
    return secret[3:-3] not in redact(context.format(secret))


def _tell_missed(context: str, secret: str) -> None:
    if not is_gone(context, secret):
        print(f"missed: {context.format(secret)[:100]!r}")


def _print_false_findings() -> None:
    rows = []
    sets: dict[str, Sequence[str]] = {"distinct lines (generated)": distinct_lines(5000)}
    for path in sorted(_LOGHUB.glob("*_2k.log_structured.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            sets[f"Loghub {path.name.partition('_')[0]}"] = [row["Content"] for row in csv.DictReader(file)]
    for name, lines in sets.items():
        kinds = [{found.kind for found in find_sensitive(line)} for line in lines]
        secret = sum(bool(each - PERSONAL) for each in kinds)
        bare, spent = _each(len, lines), _each(redact, lines)
        rows.append(
            [
                name,
                f"{len(lines):,}",
                f"{secret / len(lines):.2%}",
                f"{len(lines) / bare:,.0f}",
                f"{len(lines) / spent:,.0f}",
            ]
        )
    print_table(
        "Ordinary lines", ["lines", "number", "with a secret found", "bare loop/s", "redaction/s"], rows
    )


def _each(work: Callable[[str], object], lines: Sequence[str]) -> float:
    return _seconds(lambda: [work(line) for line in lines])


def _print_curve() -> None:
    sizes = (1_000, 10_000, 100_000, 1_000_000)
    print_table(
        "Microseconds a thousand characters of hostile text, by its length",
        ["repeated", *(f"{size:,}" for size in sizes)],
        [[repr(unit), *(_cost(unit, size) for size in sizes)] for unit in _HOSTILE],
    )


def _cost(unit: str, size: int) -> str:
    text = unit * (size // len(unit))
    return f"{_seconds(lambda: redact(text)) * 1e6 / (size / 1000):,.0f}"


def _seconds(work: Callable[[], object]) -> float:
    """Measure the processor's time of the second run: in the first RE2 builds its states."""
    work()
    begun_at = time.process_time()
    work()
    return time.process_time() - begun_at
