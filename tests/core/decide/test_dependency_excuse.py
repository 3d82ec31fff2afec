"""A dependency that is down hides its callers, if somebody tells of it; never two of each other."""

from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.decide.dependency_excuse import suppression_by_dependency
from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.decide.inputs import ExcuseKind
from issue_intelligence.core.model.correlation import Peer
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.service import Service
from tests.core.decide.factories import NOON
from tests.core.decide.peers import MINUTE, peer, undecided

GRAPH = DependencyGraph(
    (
        Service(name="edge", dependencies=("shop",)),
        Service(name="shop", dependencies=("postgres",)),
        Service(name="postgres"),
        Service(name="cart", dependencies=("price",)),
        Service(name="price", dependencies=("cart",)),
    )
)
REFUSED: dict[str, Any] = {"error": "refused", "speaks_of_connection": True, "tells": False}


def caller(**changes: Any) -> Peer:
    return peer("caller", **REFUSED | changes)


def down(**changes: Any) -> Peer:
    return peer("down", **{"service": "postgres", "error": "disk"} | changes)


@pytest.mark.parametrize(
    ("mine", "needed", "minutes"),
    [
        # Looked at again after five minutes.
        (caller(), down(), 5),
        # Two steps away.
        (caller(service="edge"), down(), 5),
        # No errors of its own, and the check of the dependency fails.
        (caller(error="", down=("postgres",)), down(), 5),
        # Told of by what its incident is part of.
        (caller(), down(joined_to="another"), 5),
        # Just opened, and nobody has looked: soon more is known.
        (caller(), undecided("down", service="postgres"), 1),
        (caller(error="", down=("postgres",)), undecided("down", service="postgres"), 1),
        # In a circle, whoever came first tells.
        (
            caller(service="cart"),
            down(service="price", opened_at=NOON - MINUTE, **REFUSED | {"tells": True}),
            5,
        ),
    ],
)
def test_excused(mine: Peer, needed: Peer, minutes: int) -> None:
    excuse = suppression_by_dependency(mine, [needed], GRAPH, now=NOON)
    assert excuse is not None
    assert excuse.kind is ExcuseKind.DEPENDENCY
    assert excuse.until == NOON + timedelta(minutes=minutes)
    assert needed.incident.service in excuse.text


@pytest.mark.parametrize(
    ("mine", "others"),
    [
        # Nobody tells of the dependency, so the caller does.
        (caller(down=("postgres",)), []),
        (caller(down=("postgres",)), [down(tells=False)]),
        # The caller is the one that tells of it.
        (caller(), [down(joined_to="caller")]),
        # It fails by its own code.
        (caller(speaks_of_connection=False), [down()]),
        # By its own look the dependency is up again.
        (caller(up=("postgres",)), [down()]),
        # The dependency's incident is over.
        (caller(), [down(status=IncidentStatus.RESOLVED)]),
        # Another environment's.
        (caller(), [down(environment="staging")]),
        # Not what it needs.
        (caller(service="postgres"), [down(service="shop")]),
        # In a circle, whoever came first tells.
        (
            caller(service="cart", opened_at=NOON - MINUTE),
            [down(service="price", **REFUSED | {"tells": True})],
        ),
        # Nobody looked at the dependency's alert for long: it is not waited for.
        (caller(), [undecided("down", service="postgres", opened_at=NOON - 3 * MINUTE)]),
        # Nothing points to what has just opened.
        (caller(error=""), [undecided("down", service="postgres")]),
        # What has resolved needs no excuse.
        (caller(status=IncidentStatus.RESOLVED), [down()]),
    ],
)
def test_not_excused(mine: Peer, others: list[Peer]) -> None:
    assert suppression_by_dependency(mine, others, GRAPH, now=NOON) is None


@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_two_that_need_each_other_are_never_both_hidden(minutes: int) -> None:
    told: dict[str, Any] = REFUSED | {"tells": True}
    one = peer("one", service="cart", **told)
    two = peer("two", service="price", opened_at=NOON + minutes * MINUTE, **told)
    excuses = [
        suppression_by_dependency(mine, [other], GRAPH, now=NOON) for mine, other in ((one, two), (two, one))
    ]
    assert [excuse is None for excuse in excuses].count(True) == 1
