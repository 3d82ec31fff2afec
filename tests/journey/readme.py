"""What the README tells a new user to write and to type, step by step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
WALK = "Connected in ten minutes"
_STEP = re.compile(r"^\*\*(\d)\. ", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step: the files that it shows, by language, and the commands in their order."""

    files: Mapping[str, str]
    commands: tuple[str, ...]


def section(title: str) -> str:
    """Give the text below a heading of the second or third level, up to the next one."""
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"^###? {re.escape(title)}\n(.*?)(?=^###? |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"the README has no section {title!r}"
    return found[1]


def steps_of_the_walk() -> dict[int, Step]:
    _intro, *parts = _STEP.split(section(WALK))
    return {int(number): step_of(text) for number, text in zip(parts[::2], parts[1::2], strict=True)}


def step_of(text: str) -> Step:
    blocks = _BLOCK.findall(text)
    commands = tuple(command for kind, body in blocks if kind == "console" for command in commands_in(body))
    return Step(files={kind: body for kind, body in blocks if kind != "console"}, commands=commands)


def commands_in(block: str) -> list[str]:
    """Take the commands from a block in which each begins with a dollar sign and may go on below."""
    _nothing, *commands = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert commands, f"no command in {block!r}"
    return [command.rstrip() for command in commands]


def with_values(variables: str, values: Mapping[str, str]) -> str:
    """Write `values` into the file of variables; each that it sets must be given, and no other."""
    names = set(re.findall(r"^([A-Z_]+)=", variables, re.MULTILINE))
    assert names == values.keys()
    return re.sub(
        r"^([A-Z_]+)=.*$", lambda line: f"{line[1]}={values[line[1]]}", variables, flags=re.MULTILINE
    )
