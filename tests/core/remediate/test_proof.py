"""Whether it helped is judged by what is seen, not by what the command says."""

import pytest

from issue_intelligence.core.model.remediation import ActionReport, Outcome, ServiceLook
from issue_intelligence.core.remediate.proof import judge_outcome
from tests.core.remediate.situations import EXIT_0, EXIT_1, HUNG, LOST, MISSING, look

FAILING = look(healthy=False, errors=30)
FAILING_SILENTLY = look(healthy=False, errors=None)
FAILING_BY_ERRORS = look(healthy=True, errors=30)
WELL = look(healthy=True, errors=0, seconds=15)

CASES: list[tuple[ActionReport, ServiceLook, ServiceLook, Outcome]] = [
    # Health came back and the errors stopped.
    (EXIT_0, FAILING, WELL, Outcome.HELPED),
    # No log: health came back, and there is nothing else to see.
    (EXIT_0, FAILING_SILENTLY, look(healthy=True, errors=None), Outcome.HELPED),
    # The log began to tell only after the restart.
    (EXIT_0, FAILING_SILENTLY, WELL, Outcome.HELPED),
    # Errors were flowing while health looked good.
    (EXIT_0, FAILING_BY_ERRORS, WELL, Outcome.HELPED),
    # Nobody checks health; the log tells.
    (EXIT_0, look(healthy=None, errors=30), look(healthy=None, errors=0), Outcome.HELPED),
    # A tenth of the old rate is left.
    (EXIT_0, FAILING_BY_ERRORS, look(errors=3, seconds=60), Outcome.HELPED),
    # A command that lies: exit code 0, and nothing is different.
    (EXIT_0, FAILING, look(healthy=False, errors=8, seconds=15), Outcome.NO_CHANGE),
    (EXIT_0, FAILING_BY_ERRORS, look(errors=7, seconds=15), Outcome.NO_CHANGE),
    # Health came back, but errors go on.
    (EXIT_0, FAILING, look(errors=7, seconds=15), Outcome.NO_CHANGE),
    # Half the errors are no success.
    (EXIT_0, FAILING_BY_ERRORS, look(errors=15, seconds=60), Outcome.NO_CHANGE),
    # It was up, and is down now.
    (EXIT_0, FAILING_BY_ERRORS, look(healthy=False, errors=0), Outcome.WORSE),
    # Errors more than doubled.
    (EXIT_0, FAILING_BY_ERRORS, look(errors=61, seconds=60), Outcome.WORSE),
    (EXIT_1, FAILING_BY_ERRORS, look(healthy=False, errors=0), Outcome.WORSE),
    # The command failed, and the service is as bad as before.
    (EXIT_1, FAILING, look(healthy=False, errors=None), Outcome.FAILED),
    (MISSING, FAILING_BY_ERRORS, look(errors=30), Outcome.FAILED),
    # The command failed, and nobody can see how the service is.
    (EXIT_1, look(healthy=None, errors=None), look(healthy=None, errors=None), Outcome.FAILED),
    # The command failed, and the service recovered anyhow: not our success.
    (EXIT_1, FAILING, WELL, Outcome.UNKNOWN),
    # Too few errors before: none since is chance.
    (EXIT_0, look(errors=3, seconds=300), look(errors=0, seconds=15), Outcome.UNKNOWN),
    # Nothing to look at.
    (EXIT_0, look(healthy=None, errors=None), look(healthy=None, errors=None), Outcome.UNKNOWN),
    # Nothing was wrong before that we could see.
    (EXIT_0, look(healthy=True, errors=None), look(healthy=True, errors=None), Outcome.UNKNOWN),
    # The service was down, wrote few errors, and is up now without one.
    (EXIT_0, look(healthy=False, errors=1, seconds=300), WELL, Outcome.HELPED),
    # Ended by us, or cut off: only the proof tells.
    (HUNG, FAILING, WELL, Outcome.HELPED),
    (HUNG, FAILING, look(healthy=False), Outcome.NO_CHANGE),
    (LOST, FAILING, WELL, Outcome.HELPED),
    (LOST, FAILING, look(healthy=False), Outcome.NO_CHANGE),
    (LOST, look(healthy=None, errors=None), look(healthy=None, errors=None), Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("command", "before", "after", "outcome"), CASES)
def test_outcome(command: ActionReport, before: ServiceLook, after: ServiceLook, outcome: Outcome) -> None:
    judged = judge_outcome(command, before, after)
    assert judged.outcome is outcome, judged.reason


@pytest.mark.parametrize(
    ("command", "before", "after", "reason"),
    [
        (
            EXIT_0,
            FAILING,
            WELL,
            (
                "It helped: health is good again (answered 200);"
                " 0 errors in the last 15 s, 30 in the 60 s before it."
            ),
        ),
        (
            EXIT_1,
            FAILING,
            WELL,
            (
                "The command failed with exit code 1, and the service has recovered all the same,"
                " so the action is not what did it: health is good again (answered 200);"
                " 0 errors in the last 15 s, 30 in the 60 s before it."
            ),
        ),
        (
            MISSING,
            FAILING,
            look(healthy=False, errors=None),
            (
                "It failed: health still fails (answered 503); errors are not known."
                " The command could not be run (there is no program restart-shop)."
            ),
        ),
        (
            HUNG,
            FAILING_SILENTLY,
            look(healthy=False, errors=None),
            (
                "It did not help: health still fails (answered 503); errors are not known."
                " The command did not end within 60 s and was ended."
            ),
        ),
        (
            LOST,
            look(healthy=None, errors=None),
            look(healthy=None, errors=None),
            (
                "Whether it helped cannot be told: health is not known; errors are not known."
                " This service was cut off while the command ran, so how it ended is not known."
            ),
        ),
    ],
)
def test_reason_says_what_was_seen_and_how_the_command_ended(
    command: ActionReport, before: ServiceLook, after: ServiceLook, reason: str
) -> None:
    assert judge_outcome(command, before, after).reason == reason


def test_command_that_failed_never_helped() -> None:
    looks = [
        look(healthy=healthy, errors=errors, seconds=60)
        for healthy in (True, False, None)
        for errors in (0, 1, 30, None)
    ]
    for command in (EXIT_1, MISSING):
        for before in looks:
            for after in looks:
                assert judge_outcome(command, before, after).outcome is not Outcome.HELPED


def test_bad_health_after_it_never_helped() -> None:
    for command in (EXIT_0, HUNG, LOST):
        for before in (FAILING, FAILING_BY_ERRORS, look(healthy=None, errors=None)):
            for errors in (0, 30, None):
                judged = judge_outcome(command, before, look(healthy=False, errors=errors))
                assert judged.outcome is not Outcome.HELPED
