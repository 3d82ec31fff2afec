"""Who needs whom: near, far, under other names, in circles."""

import pytest

from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.model.service import Service

CHAIN = tuple(Service(name=f"s{number}", dependencies=(f"s{number + 1}",)) for number in range(6))


@pytest.mark.parametrize(
    ("caller", "needed", "expected"),
    [
        ("s0", "s1", 1),
        ("s0", "s3", 3),
        # Further than three steps explains nothing.
        ("s0", "s4", None),
        # Not backwards.
        ("s1", "s0", None),
        ("s0", "s0", None),
        ("S0", "S1", 1),
        ("stranger", "s1", None),
    ],
)
def test_steps_between_services(caller: str, needed: str, expected: int | None) -> None:
    assert DependencyGraph(CHAIN).distance(caller, needed) == expected


def test_aliases_and_stores_outside_the_catalogue_are_known() -> None:
    graph = DependencyGraph((Service(name="Shop", aliases=("web",), dependencies=("database",)),))
    assert graph.distance("WEB", "Database") == 1
    assert graph.needed_by("web") == ("database",)


def test_circle_ends() -> None:
    graph = DependencyGraph(
        (
            Service(name="a", dependencies=("b", "a")),
            Service(name="b", dependencies=("c",)),
            Service(name="c", dependencies=("a",)),
        )
    )
    assert graph.needed_by("a") == ("b", "c")
    assert graph.need_each_other("a", "c")
    assert not graph.need_each_other("a", "a")


def test_one_entry_may_answer_for_all_names() -> None:
    graph = DependencyGraph((Service(name="app", dependencies=("database",), answers_for_all=True),))
    assert graph.distance("whatever", "database") == 1
    # The database itself is not such a name.
    assert graph.distance("database", "redis") is None
    assert graph.needed_by("database") == ()
