"""A terminal as a new user has it: one shell in one folder, command after command."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

_SHELL = "/bin/sh"
_ENDED = "-- ended --"


class Terminal:
    """Commands share their variables and functions, as at a prompt."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [_SHELL],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> str:
        """Run a command to its end and give what it printed; a failure is an AssertionError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f'{command}\nprintf "\\n%s %s\\n" "{_ENDED}" "$?"\n')
        self._process.stdin.flush()
        lines: list[str] = []
        for line in self._process.stdout:
            if line.startswith(_ENDED):
                output = "".join(lines)
                assert line.split()[-1] == "0", f"{command}\n{output}"
                return output
            lines.append(line)
        raise AssertionError(f"the shell ended:\n{''.join(lines)}")

    def close(self) -> None:
        """End it as Ctrl-D does."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
