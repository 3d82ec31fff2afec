"""Whom an issue is assigned to."""

import re
from collections.abc import Mapping, Sequence

from issue_intelligence.core.model.service import Service

# GitHub takes no more.
MAX_ASSIGNEES = 10
# https://docs.github.com/en/enterprise-cloud@latest/admin/concepts/identity-and-access-management/username-considerations
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}(?:\[bot\])?)")


def assignees_of(
    service: Service | None, component: str, component_teams: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Give the owners of the service, else the component's people; a team ("@backend-team") is nobody.

    `service` is the catalogue's entry, None when there is none.
    """
    # Owners are people, so a sign in front of one is a habit and not a team.
    owners = tuple(name.removeprefix("@") for name in service.owners) if service else ()
    people = owners or tuple(component_teams.get(component, ()))
    logins = dict.fromkeys(name for name in people if _LOGIN.fullmatch(name))
    return tuple(logins)[:MAX_ASSIGNEES]
