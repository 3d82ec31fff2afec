"""Opens webhook bodies of Grafana and Alertmanager: the envelope, its alerts one by one, and exact faults.

Both send Alertmanager's shape (integrations.md 1.1, 1.7). What we do not use is not decoded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from issue_intelligence.ports.alert_format import NotJsonError, WrongShapeError

# A body of the default limit of 5 MiB holds about 13,000 real alerts; more than this is an attack on memory.
MAX_ALERTS = 20_000

# `json.Marshal` of Go never writes half of a surrogate pair, other programs do. The decoder
# refuses the whole body for it, so it becomes the replacement character instead.
_LONE_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)"
    rb"(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)

OrgId = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | str | None


class EnvelopeFields(msgspec.Struct, gc=False):
    """What surrounds the alerts."""

    version: str | int | None = None
    receiver: str | None = None
    group_key: str | None = msgspec.field(default=None, name="groupKey")
    external_url: str | None = msgspec.field(default=None, name="externalURL")
    org_id: OrgId = msgspec.field(default=None, name="orgId")
    truncated_alerts: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | None = msgspec.field(
        default=None, name="truncatedAlerts"
    )


class Envelope(EnvelopeFields, gc=False):
    """A notification whose alerts stay raw until each is read alone."""

    alerts: list[msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What one field may hold, in the words of `kind_of`."""

    name: str
    kinds: tuple[str, ...]
    required: bool = False
    # Every value of the object must be text.
    holds_text: bool = False


ENVELOPE_RULES = (
    FieldRule("alerts", ("list", "null")),
    FieldRule("version", ("text", "number", "null")),
    FieldRule("receiver", ("text", "null")),
    FieldRule("groupKey", ("text", "null")),
    FieldRule("externalURL", ("text", "null")),
    FieldRule("orgId", ("number", "text", "null")),
    FieldRule("truncatedAlerts", ("number", "null")),
)

_LEGACY_FIELDS = frozenset({"ruleId", "ruleName", "ruleUrl", "evalMatches"})
_MAX_KEY_CHARACTERS = 80

# The end of msgspec's messages: "Integer value out of range - at `$.orgId`".
_DECODER_PATH = re.compile(r"- at `\$\.(\w{1,80})")

_WANTED = {"text": "text", "number": "a number", "object": "an object", "list": "a list"}
_envelope_decoder = msgspec.json.Decoder(Envelope)


def open_envelope(body: bytes) -> tuple[Envelope, list[msgspec.Raw]]:
    """Read the envelope and cut out its alerts. Raises NotJsonError or WrongShapeError."""
    envelope = _decode_envelope(_check_bytes(body), may_repair=True)
    alerts = envelope.alerts
    if alerts is None:
        return envelope, []
    if alerts is msgspec.UNSET:
        raise _without_alerts(body)
    if len(alerts) > MAX_ALERTS:
        raise WrongShapeError("alerts", f"holds {len(alerts)} alerts, at most {MAX_ALERTS} fit in one body")
    return envelope, alerts


def first_fault(value: object, rules: Sequence[FieldRule]) -> tuple[str, str] | None:
    """Find the first field that breaks its rule: (path, message); the path is "" when it is no object."""
    if not isinstance(value, dict):
        return "", f"must be an object, got {kind_of(value)}"
    for rule in rules:
        if rule.name not in value:
            if rule.required:
                return rule.name, "is missing"
            continue
        held = value[rule.name]
        if kind_of(held) not in rule.kinds:
            wanted = " or ".join(_WANTED[kind] for kind in rule.kinds if kind != "null")
            return rule.name, f"must be {wanted}, got {kind_of(held)}"
        for key, text in held.items() if rule.holds_text and isinstance(held, dict) else ():
            if not isinstance(text, str):
                return f"{rule.name}.{path_part(key)}", f"must be text, got {kind_of(text)}"
    return None


def kind_of(value: object) -> str:
    """Name a JSON value's kind in plain words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "object" if isinstance(value, dict) else "list"


def path_part(key: str) -> str:
    """Write a sender's key so that it fits into a path that is stored and shown."""
    return key[:_MAX_KEY_CHARACTERS].replace("\0", "\ufffd")


def field_of(error: msgspec.DecodeError) -> str:
    """Give the field that the decoder itself names, "" for none; for faults that `first_fault` cannot see."""
    named = _DECODER_PATH.search(str(error))
    return named[1] if named else ""


def read_loosely(raw: bytes) -> object:
    """Decode JSON without a schema, to explain a fault; `UNSET` when even that fails."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.UNSET


def _check_bytes(body: bytes) -> bytes:
    if b"\0" in body:
        raise NotJsonError("the body holds a NUL byte, so it is not JSON")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJsonError(f"the body is not UTF-8 (byte {error.start}), so it is not JSON") from error
    return body


def _decode_envelope(body: bytes, *, may_repair: bool) -> Envelope:
    try:
        return _envelope_decoder.decode(body)
    except RecursionError as error:
        raise WrongShapeError("", "is nested too deeply to be a notification") from error
    except msgspec.ValidationError as error:
        raise _wrong_shape(body, error) from error
    except msgspec.DecodeError as error:
        repaired = _LONE_SURROGATE.sub(rb"\1\\ufffd", body) if may_repair else body
        if repaired != body:
            return _decode_envelope(repaired, may_repair=False)
        raise NotJsonError(f"the body is not JSON: {error}") from error


def _wrong_shape(body: bytes, error: msgspec.ValidationError) -> WrongShapeError:
    loose = read_loosely(body)
    if isinstance(loose, dict) and "alerts" not in loose:
        return _without_alerts(body)
    fault = first_fault(loose, ENVELOPE_RULES) if loose is not msgspec.UNSET else None
    return WrongShapeError(*fault) if fault else WrongShapeError(field_of(error), f"cannot be read: {error}")


def _without_alerts(body: bytes) -> WrongShapeError:
    loose = read_loosely(body)
    if isinstance(loose, dict) and _LEGACY_FIELDS & loose.keys():
        return WrongShapeError(
            "alerts",
            "is missing: this is the format of Grafana's legacy alerting (before unified alerting), which "
            "Grafana 11 removed. Move the rule to Grafana Alerting and send it by a webhook contact point",
        )
    return WrongShapeError(
        "alerts",
        "is missing: this looks like a custom payload. Remove the payload template from the contact point, "
        "so that the default payload is sent",
    )
