"""Probes of one service summed up: what is down, what is degraded, what nobody knows."""

import pytest

from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState

UP, DOWN, DEGRADED = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED


def probe(
    kind: ProbeKind,
    state: ServiceState = UP,
    *,
    name: str = "shop",
    ms: float | None = 5,
    looked: bool = True,
) -> HealthProbe:
    return HealthProbe(
        name=name, kind=kind, state=state, response_time_ms=ms, detail=state.value, looked=looked
    )


OWN, API, DATABASE = (probe(kind) for kind in (ProbeKind.HEALTH_URL, ProbeKind.API_URL, ProbeKind.DATABASE))
FLOW_DOWN = probe(ProbeKind.CRITICAL_FLOW, DOWN, name="checkout")


@pytest.mark.parametrize(
    ("probes", "api", "database"),
    [
        ((), None, None),
        ((OWN,), True, None),
        ((OWN, DATABASE), True, True),
        ((DATABASE,), None, True),
        ((OWN, probe(ProbeKind.API_URL, DOWN)), False, None),
        ((probe(ProbeKind.HEALTH_URL, DEGRADED), API), True, None),
        # A flow that fails is the flow's failure; the API still responds.
        ((OWN, FLOW_DOWN), True, None),
        # Asked by us or named by the service: one that fails is enough.
        ((OWN, DATABASE, probe(ProbeKind.REPORTED, DOWN, name="Postgres")), True, False),
        ((OWN, probe(ProbeKind.DATABASE, DOWN), probe(ProbeKind.REPORTED, name="db")), True, False),
        # What could not be looked at is unknown.
        ((OWN, probe(ProbeKind.DATABASE, DOWN, looked=False)), True, None),
        ((probe(ProbeKind.HEALTH_URL, DOWN, looked=False),), None, None),
        # A service called "db" is no database of another one.
        ((probe(ProbeKind.HEALTH_URL, name="db"),), True, None),
    ],
)
def test_known_and_unknown(probes: tuple[HealthProbe, ...], api: bool | None, database: bool | None) -> None:
    found = health_from(probes)
    assert (found.api_responsive, found.database_connected, found.probes) == (api, database, probes)


def test_external_services_are_what_is_neither_the_service_nor_its_database() -> None:
    found = health_from(
        (
            OWN,
            API,
            DATABASE,
            FLOW_DOWN,
            probe(ProbeKind.REDIS, DEGRADED, name="redis"),
            probe(ProbeKind.DEPENDENCY, name="payments"),
            # The service itself has a worse opinion of it, and it is the one that needs it.
            probe(ProbeKind.REPORTED, DOWN, name="payments"),
            probe(ProbeKind.DEPENDENCY, DOWN, name="mail", looked=False),
        )
    )
    assert found.external_services == {"redis": DEGRADED, "payments": DOWN}


def test_response_time_is_the_health_urls_and_else_the_apis() -> None:
    silent = probe(ProbeKind.HEALTH_URL, DOWN, ms=None)
    assert health_from((OWN, probe(ProbeKind.API_URL, ms=900))).response_time_ms == 5
    assert health_from((silent, probe(ProbeKind.API_URL, ms=900), DATABASE)).response_time_ms == 900
    assert health_from((DATABASE,)).response_time_ms is None
