"""The fields of Loki's answers that we use."""

import msgspec

from issue_intelligence.core.investigate.shipped_lines import ShippedLine
from issue_intelligence.ports.errors import PermanentError, TransientError


class _Beside(msgspec.Struct, rename="camel"):
    structured_metadata: dict[str, str] = {}
    # What a parser of the query found in the line.
    parsed: dict[str, str] = {}


class _Entry(msgspec.Struct, array_like=True):
    at_ns: str
    text: str
    beside: _Beside | None = None


class _Stream(msgspec.Struct):
    stream: dict[str, str]
    values: list[_Entry]


class _StreamsData(msgspec.Struct, rename="camel"):
    result_type: str = "streams"
    encoding_flags: list[str] = []
    result: list[_Stream] = []


class _StreamsAnswer(msgspec.Struct):
    status: str
    data: _StreamsData | None = None


class _Sample(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str]


class _VectorData(msgspec.Struct, rename="camel"):
    result_type: str = "vector"
    result: list[_Sample] = []


class _VectorAnswer(msgspec.Struct):
    status: str
    data: _VectorData | None = None


# Labels and value of each series.
Vector = list[tuple[dict[str, str], float]]
# Of each stream of the answer its lines, the oldest first.
Streams = list[list[ShippedLine]]

_streams = msgspec.json.Decoder(_StreamsAnswer)
_vector = msgspec.json.Decoder(_VectorAnswer)


def read_streams(body: bytes, host: str) -> Streams:
    """Read the lines; an answer without data has none. Raises TransientError or PermanentError."""
    try:
        answer = _streams.decode(body)
        _refuse_failure(answer.status, host)
        data = answer.data or _StreamsData()
        is_categorized = "categorize-labels" in data.encoding_flags
        return [_lines(stream, is_categorized=is_categorized) for stream in data.result]
    except (msgspec.DecodeError, ValueError) as error:
        raise _unreadable(error, host) from error


def read_vector(body: bytes, host: str) -> Vector:
    """Read the series; an answer without data has none. Raises TransientError or PermanentError."""
    try:
        answer = _vector.decode(body)
        _refuse_failure(answer.status, host)
        data = answer.data or _VectorData()
        return [(sample.metric, float(sample.value[1])) for sample in data.result]
    except (msgspec.DecodeError, ValueError) as error:
        raise _unreadable(error, host) from error


def _lines(stream: _Stream, *, is_categorized: bool) -> list[ShippedLine]:
    # Lines are asked for backward, and so are those of one instant.
    return [
        ShippedLine(
            at_ns=int(entry.at_ns),
            text=entry.text,
            labels=stream.stream,
            metadata=_metadata(stream, entry, is_categorized=is_categorized),
        )
        for entry in reversed(stream.values)
    ]


def _metadata(stream: _Stream, entry: _Entry, *, is_categorized: bool) -> dict[str, str]:
    if entry.beside is not None:
        return {**entry.beside.structured_metadata, **entry.beside.parsed}
    # A Loki that does not know the flag puts the metadata among the labels.
    return {} if is_categorized else stream.stream


def _refuse_failure(status: str, host: str) -> None:
    if status != "success":
        raise PermanentError(
            f"{host} answered 200 and status {status[:50]!r}: is LOKI_URL the base URL of Loki?"
        )


def _unreadable(error: Exception, host: str) -> TransientError | PermanentError:
    if isinstance(error, msgspec.ValidationError):
        return PermanentError(
            f"{host} answered with JSON that is not Loki's: is LOKI_URL the base URL of Loki?"
        )
    return TransientError(f"the answer of {host} broke off or is no JSON")
