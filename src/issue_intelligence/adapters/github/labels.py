"""The labels of our issues, made once with their colours, and the logins that GitHub lets us assign."""

from collections.abc import Sequence
from urllib.parse import quote

import structlog

from issue_intelligence.adapters.github.client import GitHubClient
from issue_intelligence.adapters.github.failures import InvalidError, NotFoundError
from issue_intelligence.ports.errors import PermanentError

log = structlog.get_logger()

# On every issue of ours, so that people can list them.
OUR_LABEL = "issue-intelligence"
MAX_LABEL_CHARS = 50
_DESCRIPTION = "Set by the Issue Intelligence Service"
_COLOURS = {
    OUR_LABEL: "5319e7",
    "severity:critical": "b60205",
    "severity:high": "d93f0b",
    "severity:medium": "fbca04",
    "severity:low": "0e8a16",
}
_COLOURS_BY_KIND = {"type": "1d76db", "component": "c5def5"}
_OTHER_COLOUR = "bfd4f2"


def label_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Give the names as GitHub takes them, ours first; it tells upper and lower case apart for nobody."""
    names = {name[:MAX_LABEL_CHARS].strip().lower(): name[:MAX_LABEL_CHARS].strip() for name in labels}
    return tuple({OUR_LABEL: OUR_LABEL, **{key: name for key, name in names.items() if key}}.values())


def colour_of(name: str) -> str:
    """Give six hexadecimal digits."""
    kind = name.partition(":")[0]
    return _COLOURS.get(name) or _COLOURS_BY_KIND.get(kind, _OTHER_COLOUR)


class LabelsAndPeople:
    """What the repository has, asked once a process."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client
        self._known_labels: set[str] = set()
        self._assignable: dict[str, bool] = {}

    async def make_labels(self, names: Sequence[str]) -> None:
        """Make the labels that are missing. Without the right to, GitHub makes grey ones or none."""
        for name in names:
            if name.lower() in self._known_labels:
                continue
            try:
                await self._make(name)
            except PermanentError as error:
                log.warning("github_label_not_made", label=name, reason=str(error))
            self._known_labels.add(name.lower())

    async def assignable(self, logins: Sequence[str]) -> tuple[str, ...]:
        """Give those of the logins that GitHub lets us assign."""
        for login in logins:
            if login not in self._assignable:
                self._assignable[login] = await self._is_assignable(login)
        return tuple(login for login in logins if self._assignable[login])

    async def _make(self, name: str) -> None:
        try:
            await self._client.read(f"labels/{quote(name, safe='')}", what=f"look up the label {name}")
            return
        except NotFoundError:
            pass
        document = {"name": name, "color": colour_of(name), "description": _DESCRIPTION}
        try:
            await self._client.write("POST", "labels", document, what=f"make the label {name}")
        except InvalidError as error:
            # Another process was faster.
            if "already_exists" not in str(error):
                raise

    async def _is_assignable(self, login: str) -> bool:
        path = f"assignees/{quote(login, safe='')}"
        try:
            await self._client.read(path, what=f"look up whether {login} can be assigned")
        except PermanentError as error:
            log.warning("github_login_not_assignable", login=login, reason=str(error))
            return False
        return True
