"""Writes scenarios into a folder: python -m tests.scenarios DIR [--split dev|held_out] [--seed N]."""

import argparse
import sys
from pathlib import Path

from tests.scenarios.families.registry import Split, families


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios", description=__doc__)
    parser.add_argument("folder", type=Path, help="is created; must not exist or be empty")
    parser.add_argument("--split", choices=[each.value for each in Split], action="append")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.folder.exists() and any(chosen.folder.iterdir()):
        parser.error(f"{chosen.folder} is not empty")
    count = 0
    for each in families(*(Split(name) for name in chosen.split or ())):
        for name, scenario in each.scenarios(chosen.seed):
            scenario.write(chosen.folder / each.kind.value / name)
            count += 1
    sys.stdout.write(f"{count} scenarios in {chosen.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
