"""The doctor's look at what restarts services; it runs none of it."""

from pathlib import Path

from issue_intelligence.adapters.command.doctor import check_commands
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckState


async def test_program_must_be_there_and_executable(tmp_path: Path) -> None:
    program, ran = tmp_path / "restart", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    services = (Service(name="shop", restart_command=(str(program), "shop")), Service(name="mail"))
    (result,) = await check_commands(services)
    assert (result.state, "shop" in result.sentence) == (CheckState.FAILED, True)
    program.chmod(0o755)
    (result,) = await check_commands(services)
    assert result.state is CheckState.OK
    assert not ran.exists()


async def test_program_is_looked_for_in_the_path() -> None:
    services = (Service(name="a", restart_command=("sh",)), Service(name="b", restart_command=("no-such-x",)))
    assert [each.state for each in await check_commands(services)] == [CheckState.OK, CheckState.FAILED]
