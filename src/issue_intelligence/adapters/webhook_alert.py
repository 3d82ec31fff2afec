"""The bounds and readings that one alert of Grafana's or Alertmanager's body has to pass.

What identifies an alert (status, labels, start, fingerprint) must be right, or the alert is
rejected. What only describes it is shortened or dropped, so that it never costs the alert.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from issue_intelligence.adapters.webhook_json import FieldRule, field_of, first_fault, path_part, read_loosely
from issue_intelligence.core.intake.identity import label_fingerprint
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.ports.alert_format import RejectedAlert

# In characters. Prometheus itself sets no bound; these are far above what rules contain.
# Beyond these, a rejected alert is only counted.
MAX_EXPLAINED = 100
MAX_LABEL_CHARACTERS = 4_096
MAX_LABELS = 200
MAX_ANNOTATION_CHARACTERS = 65_536
MAX_ANNOTATIONS = 200
MAX_VALUES = 200
MAX_SHORT_CHARACTERS = 256
MAX_URL_CHARACTERS = 8_192

# What a 64-bit number of nanoseconds can hold, which is how Loki counts time.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2262, 1, 1, tzinfo=UTC)

ALERT_RULES = (
    FieldRule("status", ("text",), required=True),
    FieldRule("labels", ("object",), required=True, holds_text=True),
    FieldRule("annotations", ("object", "null"), holds_text=True),
    FieldRule("startsAt", ("text",), required=True),
    FieldRule("endsAt", ("text", "null")),
    FieldRule("generatorURL", ("text", "null")),
    FieldRule("fingerprint", ("text", "null")),
)

_STATUSES = {status.value: status for status in AlertStatus}
_values_decoder = msgspec.json.Decoder(dict[str, float])
_mixed_values_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_number_decoder = msgspec.json.Decoder(float)


class AlertFaultError(ValueError):
    """One field of an alert cannot be accepted."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(slots=True)
class Identity:
    """What makes an alert this one."""

    status: AlertStatus
    fingerprint: str
    starts_at: datetime
    # None while it fires.
    ends_at: datetime | None


class WireAlert(msgspec.Struct, gc=False):
    """The fields that both senders give; the names are the senders'."""

    status: str
    labels: dict[str, str]
    starts_at: str = msgspec.field(name="startsAt")
    annotations: dict[str, str] | None = None
    ends_at: str | None = msgspec.field(default=None, name="endsAt")
    generator_url: str | None = msgspec.field(default=None, name="generatorURL")
    fingerprint: str | None = None


def read_each(
    raws: Sequence[msgspec.Raw], read_alert: Callable[[msgspec.Raw], Alert], rules: tuple[FieldRule, ...]
) -> tuple[tuple[Alert, ...], tuple[RejectedAlert, ...]]:
    """Read every alert alone, in order; one that cannot be read costs the others nothing."""
    alerts: list[Alert] = []
    rejected: list[RejectedAlert] = []
    for index, raw in enumerate(raws):
        try:
            alerts.append(read_alert(raw))
        except (AlertFaultError, msgspec.DecodeError, RecursionError) as error:
            if len(rejected) < MAX_EXPLAINED:
                rejected.append(explain(index, bytes(raw), error, rules))
            else:
                # To find the fault costs ten times the reading, and nobody reads on after so many.
                rejected.append(
                    RejectedAlert(index=index, field=f"alerts[{index}]", message="cannot be read")
                )
    return tuple(alerts), tuple(rejected)


def explain(
    index: int,
    raw: bytes,
    error: AlertFaultError | msgspec.DecodeError | RecursionError,
    rules: tuple[FieldRule, ...],
) -> RejectedAlert:
    """Turn the failure of one alert into its place, its field and the rule it broke."""
    path = f"alerts[{index}]"
    if isinstance(error, AlertFaultError):
        return RejectedAlert(index=index, field=f"{path}.{error.field}", message=error.message)
    if isinstance(error, RecursionError):
        return RejectedAlert(index=index, field=path, message="is nested too deeply to be an alert")
    loose = read_loosely(raw)
    fault = first_fault(loose, rules) if loose is not msgspec.UNSET else None
    field, message = fault or (field_of(error), f"cannot be read: {error}")
    return RejectedAlert(index=index, field=f"{path}.{field}" if field else path, message=message)


def read_identity(sent: WireAlert, *, careful: bool) -> Identity:
    """Check what identifies an alert, its labels included. Raises AlertFaultError."""
    status = read_status(sent.status)
    labels = read_labels(sent.labels, careful=careful)
    return Identity(
        status=status,
        starts_at=read_starts_at(sent.starts_at),
        fingerprint=read_fingerprint(sent.fingerprint, labels),
        ends_at=read_ends_at(sent.ends_at, status),
    )


def read_status(text: str) -> AlertStatus:
    status = _STATUSES.get(text)
    if status is None:
        raise AlertFaultError("status", f'must be "firing" or "resolved", got {_quote(text)}')
    return status


def needs_care(raw: bytes) -> bool:
    """Say whether some text of this alert may be too long or hold NUL; most alerts are spared the look."""
    return len(raw) > MAX_LABEL_CHARACTERS or b"\\u0000" in raw


def read_labels(labels: dict[str, str], *, careful: bool) -> dict[str, str]:
    """Check the labels. An alert without `alertname` is accepted, one without any label is not.

    NUL is refused: PostgreSQL cannot store it, and replacing it would make another alert of it.
    """
    if not labels:
        raise AlertFaultError("labels", "must hold at least one label")
    if len(labels) > MAX_LABELS:
        raise AlertFaultError("labels", f"holds {len(labels)} labels, at most {MAX_LABELS} are accepted")
    for name, value in labels.items() if careful else ():
        if len(name) > MAX_LABEL_CHARACTERS or len(value) > MAX_LABEL_CHARACTERS:
            raise AlertFaultError(_label(name), f"is longer than {MAX_LABEL_CHARACTERS} characters")
        if "\0" in name or "\0" in value:
            raise AlertFaultError(_label(name), "must not hold a NUL character")
    return labels


def read_annotations(annotations: dict[str, str] | None, *, careful: bool) -> dict[str, str]:
    """Shorten what is too long, replace NUL, and keep the first ones when there are too many."""
    if not annotations:
        return {}
    if len(annotations) > MAX_ANNOTATIONS:
        annotations = dict(list(annotations.items())[:MAX_ANNOTATIONS])
    if not careful:
        return annotations
    return {
        replace_nul(name[:MAX_LABEL_CHARACTERS]): _shorten(replace_nul(text))
        for name, text in annotations.items()
    }


def read_starts_at(text: str) -> datetime:
    moment = _read_moment("startsAt", text)
    if not _EARLIEST <= moment < _LATEST:
        raise AlertFaultError("startsAt", f"must lie in the years 1970 to 2261, got {_quote(text)}")
    return moment


def read_ends_at(text: str | None, status: AlertStatus) -> datetime | None:
    """Give the end of a resolved alert; None while it fires, and for the year 1, which is Go's "no time"."""
    if not text:
        return None
    moment = _read_moment("endsAt", text)
    if status is AlertStatus.FIRING or not _EARLIEST <= moment < _LATEST:
        return None
    return moment


def read_fingerprint(text: str | None, labels: Mapping[str, str]) -> str:
    if not text:
        return label_fingerprint(labels)
    if len(text) > MAX_SHORT_CHARACTERS:
        raise AlertFaultError("fingerprint", f"is longer than {MAX_SHORT_CHARACTERS} characters")
    if "\0" in text:
        raise AlertFaultError("fingerprint", "must not hold a NUL character")
    return text


def read_url(text: str | None) -> str:
    """Give the address, or "" for one that is too long: half an address leads nowhere."""
    return text if text and len(text) <= MAX_URL_CHARACTERS and "\0" not in text else ""


def read_short_text(text: str | None) -> str:
    """Give a name of the sender's, cut and without NUL; "" for none."""
    return replace_nul(text[:MAX_SHORT_CHARACTERS]) if text else ""


def read_values(raw: msgspec.Raw) -> dict[str, float] | None:
    """Give the finite numbers among the values; None when there are none (Grafana sends null for NaN)."""
    if bytes(raw) in (b"", b"null"):
        return None
    try:
        numbers = _values_decoder.decode(raw)
    except msgspec.DecodeError:
        numbers = _numbers_among(raw)
    kept = {name: number for name, number in numbers.items() if math.isfinite(number) and "\0" not in name}
    return dict(list(kept.items())[:MAX_VALUES]) or None


def replace_nul(text: str) -> str:
    return text.replace("\0", "\ufffd")


def _numbers_among(raw: msgspec.Raw) -> dict[str, float]:
    numbers: dict[str, float] = {}
    try:
        mixed = _mixed_values_decoder.decode(raw)
    except msgspec.DecodeError:
        return numbers
    for name, value in mixed.items():
        try:
            numbers[name] = _number_decoder.decode(value)
        except (msgspec.DecodeError, RecursionError):
            continue
    return numbers


def _read_moment(field: str, text: str) -> datetime:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise AlertFaultError(
            field, f"must be a time such as 2026-11-23T10:50:00Z, got {_quote(text)}"
        ) from error


def _label(name: str) -> str:
    return f"labels.{path_part(name)}"


def _shorten(text: str) -> str:
    if len(text) <= MAX_ANNOTATION_CHARACTERS:
        return text
    return f"{text[:MAX_ANNOTATION_CHARACTERS]}… (cut; {len(text)} characters were sent)"


def _quote(text: str) -> str:
    return f'"{replace_nul(text[:60])}"'
