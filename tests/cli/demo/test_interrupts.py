"""An interrupt ends the demo, but not between the start of a process and the note of it."""

import os
import signal

import pytest

from issue_intelligence.cli.demo.interrupts import ended_by_signals, held_back


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_interrupts_and_has_its_old_meaning_afterwards(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), ended_by_signals():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_interrupt_waits_for_the_end_of_the_outermost_block() -> None:
    reached: list[str] = []

    def work() -> None:
        with held_back():
            with held_back():
                os.kill(os.getpid(), signal.SIGTERM)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt), ended_by_signals():
        work()
    assert reached == ["the end"]


def test_interrupt_that_was_told_is_not_told_again() -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_signals(), held_back():
        os.kill(os.getpid(), signal.SIGTERM)
    with held_back():
        pass
