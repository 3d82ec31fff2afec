"""Which users a line names, so that an incident can say how many it hit. Only the number leaves."""

import re
from collections.abc import Iterable

from issue_intelligence.core.model.logs import LogLine

_ID_KEYS = frozenset(
    {
        "userid",
        "user.id",
        "user",
        "uid",
        "username",
        "user.name",
        "usr.id",
        "enduser.id",
        "customerid",
        "accountid",
        "req.user.id",
    }
)
_EMAIL_KEYS = frozenset({"email", "user.email", "usr.email", "useremail", "req.user.email"})
_ID_IN_TEXT = re.compile(
    r"\b(?:user|customer|account)(?:(?:[_-]?(?:id|name))?[\"']?\s{0,3}[=:]\s{0,3}[\"']?([\w.@+-]{1,128})"
    r"| #?(\d{1,20}|[0-9a-f]{8}-[0-9a-f-]{27})\b)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
# Beyond so many names nobody asks for the exact number, and endless input must not fill the memory.
_MAX_NAMES = 200_000
_NOBODY = frozenset(
    {"", "-", "null", "none", "undefined", "anonymous", "unknown", "nil", "nan", "false", "true", "id", "0"}
)


class UserCount:
    """Counts distinct users line by line. An id and an address on one line are one user."""

    def __init__(self) -> None:
        # Each name points to the name of the same user that was seen first.
        self._first_name: dict[str, str] = {}

    def add(self, line: LogLine) -> None:
        names = users_of(line)
        if not names or len(self._first_name) >= _MAX_NAMES:
            return
        first_name = self._first_name
        known = sorted({_root(first_name, name) for name in names if name in first_name})
        root = known[0] if known else names[0]
        for name in (*known, *names):
            first_name[name] = root

    def number(self) -> int | None:
        """Answer how many there are; None when no line named any."""
        return len({_root(self._first_name, name) for name in self._first_name}) or None


def count_users(lines: Iterable[LogLine]) -> int | None:
    """Count distinct users; None when no line names any."""
    count = UserCount()
    for line in lines:
        count.add(line)
    return count.number()


def users_of(line: LogLine) -> list[str]:
    """List the names of the one user the line speaks of: an id, an e-mail address, or both."""
    user_id = _from_fields(line, _ID_KEYS) if line.fields else None
    email = _from_fields(line, _EMAIL_KEYS) if line.fields else None
    if user_id is None and _may_name_a_user(line.message) and (match := _ID_IN_TEXT.search(line.message)):
        user_id = (match[1] or match[2]).rstrip(".").lower()
    if email is None and "@" in line.message and (found := _EMAIL.search(line.message)):
        email = found[0].rstrip(".").lower()
    return [name for name in (user_id, email) if name is not None and name not in _NOBODY]


def _may_name_a_user(text: str) -> bool:
    # Most lines do not, and this costs a third of the pattern.
    folded = text.lower() if text.isascii() else text.casefold()
    return "user" in folded or "customer" in folded or "account" in folded


def _from_fields(line: LogLine, keys: frozenset[str]) -> str | None:
    for name, value in line.fields.items():
        if name.lower().replace("_", "").replace("-", "") in keys and value.strip().lower() not in _NOBODY:
            return value.strip().lower()[:256]
    return None


def _root(first_name: dict[str, str], name: str) -> str:
    while first_name[name] != name:
        name = first_name[name]
    return name
