"""Whom an issue is assigned to."""

import pytest

from issue_intelligence.core.model.service import Service
from issue_intelligence.core.report.assignees import assignees_of

TEAMS = {"checkout": ("@backend-team", "acme/backend", "ada", "ada", "grace-hopper", "not a login")}


@pytest.mark.parametrize(
    ("service", "component", "expected"),
    [
        # The service's owners are nearer than the component's people.
        (Service(name="shop", owners=("linus", "@grace")), "checkout", ("linus", "grace")),
        # Teams are nobody, and nobody is named twice.
        (Service(name="shop"), "checkout", ("ada", "grace-hopper")),
        (None, "checkout", ("ada", "grace-hopper")),
        (None, "unknown", ()),
        # GitHub takes ten.
        (
            Service(name="shop", owners=tuple(f"p{n}" for n in range(12))),
            "",
            tuple(f"p{n}" for n in range(10)),
        ),
    ],
)
def test_assignees(service: Service | None, component: str, expected: tuple[str, ...]) -> None:
    assert assignees_of(service, component, TEAMS) == expected
