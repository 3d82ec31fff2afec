"""What may forbid an action, in a fixed order. Each guardrail says why it forbids, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.remediation import ServiceLook
from issue_intelligence.core.model.verdict import Conclusion, RuleName, Verdict

# What this release can perform; other runbooks of the knowledge base wait for theirs.
RESTART = "restart"
KNOWN_RUNBOOKS = (RESTART,)
FAILURES_TO_OPEN = 2
# After that many failures in a row nothing is tried for this long, unless a person clears them.
BREAKER_RESTS = timedelta(hours=24)
# Whoever has not proven an attempt by then has given it up.
LONGEST_UNDER_WAY = timedelta(hours=1)


class Mode(StrEnum):
    """How far the service may go (contract.md, `MODE`)."""

    # Decide and show, touch nothing outside.
    OBSERVE = "observe"
    # Issues and messages; a remediation only after a person's approval.
    REPORT = "report"
    ACT = "act"


class GuardrailName(StrEnum):
    """The guardrails in the order in which they are asked."""

    MODE = "mode"
    KILL_SWITCH = "kill_switch"
    REMEDIATION_OFF = "remediation_off"
    STRATEGY_OFF = "strategy_off"
    NO_RUNBOOK = "no_runbook"
    UNKNOWN_RUNBOOK = "unknown_runbook"
    NO_PLATFORM = "no_platform"
    OURSELVES = "ourselves"
    MONITORING_FAULT = "monitoring_fault"
    SUPPRESSED = "suppressed"
    TRUNCATED_GROUP = "truncated_group"
    NOT_FIRING = "not_firing"
    WELL_NOW = "well_now"
    ONCE_AN_INCIDENT = "once_an_incident"
    UNDER_WAY = "under_way"
    CIRCUIT_BREAKER = "circuit_breaker"
    COOL_DOWN = "cool_down"
    HOURLY_BUDGET = "hourly_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the settings allow."""

    mode: Mode
    kill_switch: bool
    enabled: bool
    # Of the strategy.
    strategy_enabled: bool
    without_known_issue: bool
    cool_down: timedelta
    max_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAttempts:
    """What was tried already. Entries that a person cleared do not count, but for `of_incident`."""

    # This incident has had its attempt, in whichever run.
    of_incident: bool = False
    # The newest of the same service and action, whichever incident wanted it.
    last_at: datetime | None = None
    # When the newest of them began, if its proof is not complete.
    under_way_since: datetime | None = None
    # The newest of the same service and action that did not help, one after the other.
    failures_in_a_row: int = 0
    last_failure_at: datetime | None = None
    # Of all services together, within the last hour.
    within_an_hour: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything the guardrails ask."""

    limits: Limits
    verdict: Verdict
    # The service as it is named in the catalogue, else as the alert names it.
    service: str
    # None: nothing names one.
    runbook: str | None
    has_platform: bool
    is_ourselves: bool
    incident_status: IncidentStatus
    # The sender left alerts out, so nobody knows what else is wrong.
    truncated_group: bool
    # The service just now; None when nobody looked yet.
    look: ServiceLook | None
    past: PastAttempts
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    guardrail: GuardrailName
    # Part of a sentence: "remediation is turned off".
    text: str


Guardrail = Callable[[Situation], str | None]


def mode(given: Situation) -> str | None:
    if given.limits.mode is Mode.OBSERVE:
        return "in mode observe nothing outside is touched"
    if given.limits.mode is Mode.REPORT:
        return "in mode report a person has to approve it first"
    return None


def kill_switch(given: Situation) -> str | None:
    return "the kill switch is on" if given.limits.kill_switch else None


def remediation_off(given: Situation) -> str | None:
    return None if given.limits.enabled else "remediation is turned off"


def strategy_off(given: Situation) -> str | None:
    return None if given.limits.strategy_enabled else "this strategy is turned off"


def no_runbook(given: Situation) -> str | None:
    return None if given.runbook else "the known issue names no runbook"


def unknown_runbook(given: Situation) -> str | None:
    if given.runbook in (None, *KNOWN_RUNBOOKS):
        return None
    return f"this release cannot perform it, only {', '.join(KNOWN_RUNBOOKS)}"


def no_platform(given: Situation) -> str | None:
    return None if given.has_platform else f"nothing is configured that could perform it for {given.service}"


def ourselves(given: Situation) -> str | None:
    return "that is this service itself" if given.is_ourselves else None


def monitoring_fault(given: Situation) -> str | None:
    if given.verdict.validation.conclusion is Conclusion.MONITORING:
        return "the alert speaks of the monitoring, not of the service"
    return None


def suppressed(given: Situation) -> str | None:
    if any(reason.rule is RuleName.SUPPRESSED for reason in given.verdict.reasons):
        return "an excuse holds, so a person knows of it"
    return None


def truncated_group(given: Situation) -> str | None:
    if given.truncated_group:
        return "the sender left alerts out of its notification, so nobody knows what else is wrong"
    return None


def not_firing(given: Situation) -> str | None:
    return None if given.incident_status is IncidentStatus.OPEN else "the alert has resolved by itself"


def well_now(given: Situation) -> str | None:
    """Forbid to restart what works, when the log was read and health does not say otherwise."""
    look = given.look
    if look is None or look.healthy is False or look.errors != 0:
        return None
    return f"{given.service} is well by now: no error in its log for {round(look.span_seconds / 60)} min"


def once_an_incident(given: Situation) -> str | None:
    return "it was tried once in this incident already" if given.past.of_incident else None


def under_way(given: Situation) -> str | None:
    since = given.past.under_way_since
    if since is None or given.now - since >= LONGEST_UNDER_WAY:
        return None
    return f"one of {given.service} is under way since {since:%H:%M:%S} UTC"


def circuit_breaker(given: Situation) -> str | None:
    last = given.past.last_failure_at
    if given.past.failures_in_a_row < FAILURES_TO_OPEN or last is None or given.now - last >= BREAKER_RESTS:
        return None
    return (
        f"the last {given.past.failures_in_a_row} times it did not help {given.service},"
        f" so it rests until {last + BREAKER_RESTS:%Y-%m-%d %H:%M} UTC"
    )


def cool_down(given: Situation) -> str | None:
    last = given.past.last_at
    if last is None or given.now - last >= given.limits.cool_down:
        return None
    return (
        f"{given.service} had it at {last:%H:%M:%S} UTC already,"
        f" and {given.limits.cool_down.total_seconds():g} s must lie between two"
    )


def hourly_budget(given: Situation) -> str | None:
    if given.past.within_an_hour < given.limits.max_per_hour:
        return None
    return f"{given.past.within_an_hour} were made within the last hour, and no more are allowed"


# The first that forbids gives the reason.
GUARDRAILS: tuple[tuple[GuardrailName, Guardrail], ...] = (
    (GuardrailName.MODE, mode),
    (GuardrailName.KILL_SWITCH, kill_switch),
    (GuardrailName.REMEDIATION_OFF, remediation_off),
    (GuardrailName.STRATEGY_OFF, strategy_off),
    (GuardrailName.NO_RUNBOOK, no_runbook),
    (GuardrailName.UNKNOWN_RUNBOOK, unknown_runbook),
    (GuardrailName.NO_PLATFORM, no_platform),
    (GuardrailName.OURSELVES, ourselves),
    (GuardrailName.MONITORING_FAULT, monitoring_fault),
    (GuardrailName.SUPPRESSED, suppressed),
    (GuardrailName.TRUNCATED_GROUP, truncated_group),
    (GuardrailName.NOT_FIRING, not_firing),
    (GuardrailName.WELL_NOW, well_now),
    (GuardrailName.ONCE_AN_INCIDENT, once_an_incident),
    (GuardrailName.UNDER_WAY, under_way),
    (GuardrailName.CIRCUIT_BREAKER, circuit_breaker),
    (GuardrailName.COOL_DOWN, cool_down),
    (GuardrailName.HOURLY_BUDGET, hourly_budget),
)


def refusals(given: Situation) -> tuple[Refusal, ...]:
    """Ask all guardrails; give those that forbid, in their order. Empty: it may be done."""
    return tuple(
        Refusal(guardrail=name, text=text)
        for name, guardrail in GUARDRAILS
        if (text := guardrail(given)) is not None
    )


def refusal_sentence(runbook: str, service: str, forbidding: tuple[Refusal, ...]) -> str:
    """Say what stands in the way first; in mode observe, whether it would have been done but for the mode."""
    first, *others = forbidding
    what = f'The runbook "{runbook}" was not run: {first.text}'
    if first.guardrail is not GuardrailName.MODE:
        return f"{what}."
    if others:
        return f"{what}; besides, {others[0].text}."
    return f"{what}; it would have been run for {service}."
