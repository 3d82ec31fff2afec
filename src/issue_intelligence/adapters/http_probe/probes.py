"""What is asked of a service over HTTP: its health URL, its API, its critical flows."""

from dataclasses import dataclass

from issue_intelligence.adapters.http_probe.answer import phrase, read_answer
from issue_intelligence.adapters.http_probe.request import HttpAnswer, HttpAsker, NoAnswerError
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from issue_intelligence.core.model.service import CriticalFlow

DEGRADED_AFTER_SECONDS = 3.0
# How far an answer is searched for the text that it must have.
MAX_SEARCHED_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthUrlProbe:
    """Implements ports.health_probe.Probe: asks a health URL, the service's own or a dependency's."""

    asker: HttpAsker
    name: str
    url: str
    kind: ProbeKind = ProbeKind.HEALTH_URL
    degraded_after_seconds: float = DEGRADED_AFTER_SECONDS

    async def ask(self) -> tuple[HealthProbe, ...]:
        try:
            answer = await self.asker.ask(self.url)
        except NoAnswerError as error:
            return (_no_answer(self.name, self.kind, error),)
        probes = read_answer(
            self.name,
            answer.status,
            # The start of a JSON document is none.
            b"" if answer.cut else answer.body,
            kind=self.kind,
            elapsed_seconds=answer.elapsed_seconds,
            degraded_after_seconds=self.degraded_after_seconds,
        )
        # The parts of a dependency are its own business; its own state tells of them.
        return probes if self.kind is ProbeKind.HEALTH_URL else probes[:1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUrlProbe:
    """Implements ports.health_probe.Probe: the URL must answer with anything but a 5xx."""

    asker: HttpAsker
    name: str
    url: str
    kind: ProbeKind = ProbeKind.API_URL
    degraded_after_seconds: float = DEGRADED_AFTER_SECONDS

    async def ask(self) -> tuple[HealthProbe, ...]:
        try:
            answer = await self.asker.ask(self.url)
        except NoAnswerError as error:
            return (_no_answer(self.name, self.kind, error),)
        state, detail = ServiceState.UP, f"answered {answer.status}"
        if answer.status >= 500:
            state, detail = ServiceState.DOWN, f"answered {answer.status}{phrase(answer.status)}"
        elif answer.elapsed_seconds > self.degraded_after_seconds:
            state = ServiceState.DEGRADED
            detail = f"answered {answer.status}, but only after {answer.elapsed_seconds:.1f} s"
        return (_answered(self.name, self.kind, state, detail, answer),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowProbe:
    """Implements ports.health_probe.Probe: one request whose answer must be as the flow says."""

    asker: HttpAsker
    flow: CriticalFlow
    kind: ProbeKind = ProbeKind.CRITICAL_FLOW

    @property
    def name(self) -> str:
        return self.flow.name

    async def ask(self) -> tuple[HealthProbe, ...]:
        flow = self.flow
        # A redirect may be what is expected; and what is posted is never posted twice.
        follow = flow.method != "POST" and not 300 <= flow.expect_status < 400
        try:
            answer = await self.asker.ask(
                flow.url, method=flow.method, follow_redirects=follow, max_body_bytes=MAX_SEARCHED_BYTES
            )
        except NoAnswerError as error:
            return (_no_answer(flow.name, self.kind, error),)
        state, detail = judge_flow(flow, answer)
        return (_answered(flow.name, self.kind, state, detail, answer),)


def judge_flow(flow: CriticalFlow, answer: HttpAnswer) -> tuple[ServiceState, str]:
    """Hold an answer against what the flow expects; a right one that is late is degraded."""
    if answer.status != flow.expect_status:
        wanted = f"where {flow.expect_status} is expected"
        return ServiceState.DOWN, f"answered {answer.status}{phrase(answer.status)}, {wanted}"
    if flow.expect_text and flow.expect_text.encode() not in answer.body:
        where = f" in its first {MAX_SEARCHED_BYTES >> 20} MiB" if answer.cut else ""
        return ServiceState.DOWN, f"answered {answer.status}, but without the expected text{where}"
    if answer.elapsed_seconds > flow.max_seconds:
        late = f"only after {answer.elapsed_seconds:.1f} s of the {flow.max_seconds:g} s it may take"
        return ServiceState.DEGRADED, f"answered {answer.status}, but {late}"
    return ServiceState.UP, f"answered {answer.status}"


def _answered(
    name: str, kind: ProbeKind, state: ServiceState, detail: str, answer: HttpAnswer
) -> HealthProbe:
    return HealthProbe(
        name=name,
        kind=kind,
        state=state,
        response_time_ms=round(answer.elapsed_seconds * 1000, 1),
        detail=detail,
        status_code=answer.status,
    )


def _no_answer(name: str, kind: ProbeKind, error: NoAnswerError) -> HealthProbe:
    return HealthProbe(
        name=name,
        kind=kind,
        state=ServiceState.DOWN,
        response_time_ms=None,
        detail=str(error),
        looked=error.looked,
    )
