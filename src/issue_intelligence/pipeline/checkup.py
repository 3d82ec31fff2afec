"""Looks at every configured system, side by side; each within its time and failing alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.ports.check import Check, CheckResult, ResultsOf

log = structlog.get_logger()


async def run_checks(checks: Sequence[Check], *, deadline_seconds: float) -> tuple[CheckResult, ...]:
    """Give the results in the order of the checks, redacted: errors of others repeat what they were sent."""
    answers = await asyncio.gather(*(_look(check, deadline_seconds) for check in checks))
    return tuple(
        replace(result, sentence=redact(result.sentence), advice=redact(result.advice))
        for answer in answers
        for result in answer
    )


async def _look(check: Check, deadline_seconds: float) -> Sequence[CheckResult]:
    results = ResultsOf(system=check.system)
    try:
        async with asyncio.timeout(deadline_seconds):
            return await check.look()
    except TimeoutError:
        late = f"There was no answer within {deadline_seconds:g} s."
        return (results.failed(late, "See whether it hangs, or a firewall drops what we send."),)
    except Exception as error:
        log.exception("check_broke", system=check.system)
        return (results.failed(f"The check itself broke ({type(error).__name__}).", "Please report this."),)
