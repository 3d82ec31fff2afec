"""Fuzzes parser and redactor: python -m benchmarks.fuzz [parser] [redactor] [--seconds 600] [--seed 1].

Texts grow by random changes from seeds: the traces and secrets of the tests and, where they lie beside the
checkout, real logs. What breaks a promise is written to build/fuzz/ and told; the exit code is then 1.
"""

import argparse
import csv
import hashlib
import json
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import machine
from benchmarks.shop_logs import distinct_lines, log_lines
from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.stack_traces.extraction import find_traces
from issue_intelligence.core.redact.redaction import find_sensitive, redact
from tests.core.investigate.stack_traces.dresses import DRESSES
from tests.core.investigate.stack_traces.trace_corpus import PARTS, trace_cases
from tests.factories.secret_contexts import BARE, NAMED
from tests.factories.vendor_secrets import VENDOR_SAMPLES, card, iban, password, private_key, sample

_ROOT = Path(__file__).parent.parent
_SHARED = _ROOT.parent / "shared" / "data"
_FAILURES = _ROOT / "build" / "fuzz"
_AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
# Processor time an input may take: a floor, since RE2 builds its states now and then, and a share by length.
_SECONDS_A_TEXT, _SECONDS_A_CHAR = 2.0, 100e-6
_MAX_CHARS = 20_000
Check = Callable[[str], None]
_PIECES = (
    "\n", "\\n", "\r\n", "\t", "\x00", "\x1b[31m", "\u202e", "\ufeff", "\ud800", "\u200b", "é", "😀",
    "\u0663", '"', "'", "`", "{", "}", "[", "]", "\\", "=", ":", ": ", "://", "@", "<*>", "<num>",
    "[REDACTED:email#1]", "[REDACTED:", "    at ", "Caused by: ", "Traceback (most recent call last):", "#0 ",
    "| ", "0x", "1e999",
    "goroutine 1 [running]:", "panicked at ", "9" * 40, "2026-11-24T11:00:00Z ", "ERROR ",
    "INFO ", "password=", "Authorization: Bearer ", "-----BEGIN PRIVATE KEY-----", "4111 1111 1111 1111",
    "a" * 300, "-" * 300, " " * 300, "/a" * 150,
)  # fmt: skip


class TooSlowError(Exception):
    """An input took more processor time than its length allows."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*_TARGETS, []], help="parser, redactor; both if none")
    parser.add_argument("--seconds", type=float, default=600.0, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    print(machine(), flush=True)
    signal.signal(signal.SIGVTALRM, _give_up)
    failed = [_fuzz(target, asked.seconds, asked.seed) for target in asked.targets or _TARGETS]
    return 1 if any(failed) else 0


def _fuzz(target: str, seconds: float, seed: int) -> int:
    choice = random.Random(f"{target}{seed}")
    texts, check = seeds(choice), _TARGETS[target]
    until = time.monotonic() + seconds
    inputs = chars = failures = 0
    slowest = 0.0
    while time.monotonic() < until:
        text = mutated(texts, choice)
        begun_at = time.process_time()
        failures += not _holds(target, check, text)
        slowest = max(slowest, (time.process_time() - begun_at) / max(1_000, len(text)))
        inputs, chars = inputs + 1, chars + len(text)
    print(
        f"{target}: {inputs:,} inputs of {chars / max(1, inputs):,.0f} characters in {seconds:.0f} s, "
        f"seed {seed}, {failures:,} failures, slowest {slowest * 1e6:.1f} µs a character",
        flush=True,
    )
    return failures


def _holds(target: str, check: Check, text: str) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS_A_TEXT + _SECONDS_A_CHAR * len(text))
    try:
        check(text)
    except Exception:  # noqa: BLE001  (whatever it is, it is what was looked for)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        _keep(target, text, traceback.format_exc())
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def _keep(target: str, text: str, why: str) -> None:
    _FAILURES.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    path = _FAILURES / f"{target}-{name}.json"
    path.write_text(json.dumps({"text": text, "why": why}), encoding="ascii")
    print(f"{path}: {why.strip().splitlines()[-1][:300]}", file=sys.stderr, flush=True)


def _give_up(*_signal: object) -> None:
    raise TooSlowError


def check_parser(text: str) -> None:
    """Read and analyse the text as a log; raises where something is not consistent."""
    rows = text.split("\n")
    lines = [read_log_line(number, row, year_near=_AT) for number, row in enumerate(rows, 1)]
    analysis, entries = analyze_log(lines), per_line(lines)
    taken = [at for trace in find_traces(lines) for at in trace.lines]
    assert len(taken) == len(set(taken)), "a line belongs to two traces"
    assert analysis.lines == len(entries) == len(rows), "lines were lost"
    assert [number for number, _, _ in entries] == list(range(1, len(rows) + 1)), "lines are out of order"
    shown = sum(pattern.count for pattern in analysis.patterns)
    traces = sum(trace.count for trace in analysis.stack_traces)
    blank = sum(not line.message.strip() for line in lines)
    assert len(rows) - len(taken) + traces - blank <= shown, "a line is in no pattern"
    assert shown <= len(rows) - len(taken) + traces, "a line is in two patterns"
    for trace in analysis.stack_traces:
        assert 1 <= trace.first_line <= trace.last_line <= len(rows), "a trace is outside of the log"
    at = len(text) % len(rows)
    [(_, alone, _)] = per_line([lines[at]])
    assert alone == entries[at][1], "a fingerprint depends on other lines"


def check_redactor(text: str) -> None:
    """Redact the text; raises where places overlap or redacting again changes something."""
    position = 0
    for found in find_sensitive(text):
        assert position <= found.start < found.end <= len(text), "places overlap"
        position = found.end
    once = redact(text)
    assert redact(once) == once, "redacting twice is another text"


_TARGETS: dict[str, Check] = {"parser": check_parser, "redactor": check_redactor}


def mutated(texts: Sequence[str], choice: random.Random) -> str:
    text = choice.choice(texts)
    for _ in range(min(40, int(choice.expovariate(0.25)))):
        at = choice.randrange(len(text) + 1)
        end = min(len(text), at + int(choice.expovariate(0.05)))
        change = choice.randrange(8)
        if change == 0:
            text = text[:at] + text[end:]
        elif change == 1:
            text = text[:at] + choice.choice(_PIECES) + text[at:]
        elif change == 2:
            other = choice.choice(texts)
            text = text[:at] + other[choice.randrange(len(other) + 1) :]
        elif change == 3:
            text = text[:end] + text[at:end] * choice.choice((1, 2, 7, 60)) + text[end:]
        elif change == 4:
            text = text[:at] + text[at:end].swapcase() + text[end:]
        elif change == 5:
            text = (
                text[:at]
                + chr(choice.choice((choice.randrange(128), choice.randrange(0x11000))))
                + text[at + 1 :]
            )
        elif change == 6:
            rows = text.split("\n")
            choice.shuffle(rows)
            text = "\n".join(rows)
        else:
            text = f"{text[:at]}\n{choice.choice(texts)}\n{text[at:]}"
        text = text[:_MAX_CHARS]
    return text


def seeds(choice: random.Random) -> list[str]:
    texts = ["", *_trace_seeds(), *_secret_seeds(choice), *_log_seeds()]
    return [
        *texts,
        *(
            json.dumps({"ts": 1_790_000_000, "level": "error", "msg": each, "err": {"stack": each}})
            for each in texts
        ),
    ]


def _trace_seeds() -> Iterator[str]:
    cases = [list(case.rows) for part in PARTS for case in trace_cases(part)]
    shared = _SHARED / "stack_traces" / "traces.json"
    if shared.exists():
        cases += (case["lines"] for case in json.loads(shared.read_text(encoding="utf-8"))["cases"])
    for at, rows in enumerate(cases):
        yield "\n".join(rows)
        yield "\n".join(list(DRESSES.values())[at % len(DRESSES)](rows))


def _secret_seeds(choice: random.Random) -> Iterator[str]:
    for at, template in enumerate(VENDOR_SAMPLES.values()):
        yield BARE[at % len(BARE)].format(sample(template, choice))
    for make in (password, private_key, card, iban):
        yield from (context.format(make(choice)) for context in NAMED)


def _log_seeds() -> Iterator[str]:
    logs = [list(log_lines("shop", until=_AT, lines=400)), distinct_lines(200)]
    for path in sorted((_SHARED / "loghub").glob("*_structured.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            logs.append([row["Content"] for row in csv.DictReader(rows)][:400])
    for lines in logs:
        yield from ("\n".join(lines[at : at + 8]) for at in range(0, len(lines), 8))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
