"""How often decisions are right: labelled scenarios of both splits through `issue-intelligence evaluate`.

Rules are tuned on the families of `dev`; the families of `held_out` are kept aside for reporting, and
were written by somebody who had not read the rules.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.scenarios.families.registry import Split, families

SEED = 1
# Figure and what is aimed at; None for no aim.
FIGURES: tuple[tuple[str, float | None], ...] = (
    ("false_suppression", 0.01),
    ("precision", 0.95),
    ("recall", None),
    ("severity", None),
    ("severity_within_one_step", 0.98),
    ("type", 0.95),
    ("component", 0.95),
    ("known_issue", 0.98),
    ("error", None),
    ("culprit", 0.9),
    ("should_create_issue", None),
    ("should_update_existing", None),
    ("remediation", None),
    ("incidents", None),
)


def main() -> None:
    for split in Split:
        chosen = families(split)
        with tempfile.TemporaryDirectory() as folder:
            for family in chosen:
                for name, scenario in family.scenarios(SEED):
                    scenario.write(Path(folder) / family.kind.value / name)
            started = perf_counter()
            document = _evaluated(Path(folder))
            seconds = perf_counter() - started
        print(
            f"\n## {split.value}: {document['scenarios']} scenarios of {len(chosen)} families, seed {SEED},"
            f" {seconds:.0f} s"
        )
        _print_figures(document)
        _print_calibration(document["calibration"])
        _print_kinds(document["cases"])


def _evaluated(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "issue_intelligence", "evaluate", str(folder), "--json"]
    ran = subprocess.run(command, capture_output=True, check=False, text=True)
    if ran.returncode not in (0, 1):
        raise SystemExit(ran.stderr[-2_000:])
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def _print_figures(document: Mapping[str, Any]) -> None:
    print("\n| figure | value | 95 % bounds | aim |\n|---|---|---|---|")
    for name, aim in FIGURES:
        value, bounds = document["metrics"].get(name), document["intervals"].get(name)
        shown = "-" if value is None else f"{value:.3f}"
        between = f"{bounds[0]:.3f} to {bounds[1]:.3f}" if bounds else "-"
        print(f"| {name.replace('_', ' ')} | {shown} | {between} | {'-' if aim is None else aim} |")


def _print_calibration(calibration: Mapping[str, Any]) -> None:
    print(
        f"\nBrier score {calibration['brier']:.3f}. Of decisions that were this sure, so many were right:\n"
    )
    print("| bin | " + " | ".join(str(key) for key in calibration["bins"][0]) + " |")
    print("|---" * (len(calibration["bins"][0]) + 1) + "|")
    for number, each in enumerate(calibration["bins"], start=1):
        print(f"| {number} | " + " | ".join(_short(value) for value in each.values()) + " |")


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _print_kinds(cases: Sequence[Mapping[str, Any]]) -> None:
    print("\n| kind of alert | scenarios | every label right | real or not, rightly |\n|---|---|---|---|")
    for kind in sorted({str(case["name"]).partition("/")[0] for case in cases}):
        own = [case for case in cases if str(case["name"]).startswith(f"{kind}/")]
        judged = [case for case in own if "is_real" in case["expected"]]
        right = sum(case["actual"].get("is_real") == case["expected"]["is_real"] for case in judged)
        passed = sum(bool(case["passed"]) for case in own)
        print(f"| {kind} | {len(own)} | {passed / len(own):.3f} | {right} of {len(judged)} |")


if __name__ == "__main__":
    main()
