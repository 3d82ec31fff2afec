"""What a Loki holds and how it answers: labels, metadata, levels, limits."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.loki.logql import Held, RefusedQueryError, parse_log, parse_metric

_LEVELS = {"err": "error", "error": "error", "warn": "warn", "warning": "warn", "info": "info",
           "fatal": "fatal", "critical": "critical", "debug": "debug"}  # fmt: skip
_SERVICE_LABELS = ("service", "app", "application", "container", "job")
_ONE_LEVEL = re.compile(r'\blevel"?[=:]\s?"?(\w+)')
_MAX_LINE_BYTES = 256 * 1024
_FOR_EVER_NS = 2**63


class LokiStore:
    """The lines of each tenant."""

    def __init__(self, *, max_entries: int = 5_000) -> None:
        self.max_entries = max_entries
        # As a dictionary, so that a line that is pushed again is stored once.
        self._lines: dict[str, dict[tuple[object, ...], Held]] = {}

    def push(self, tenant: str, body: Mapping[str, Any]) -> None:
        """Raises RefusedQueryError for what Loki takes none of."""
        held = [line for stream in body["streams"] for line in _held(stream)]
        lines = self._lines.setdefault(tenant, {})
        for line in held:
            key = (_key(line.labels), line.at_ns, line.text, _key(line.metadata))
            lines.setdefault(key, line)

    def label_names(self, tenant: str) -> list[str]:
        """Give them whenever their lines are from; Loki would leave old ones out."""
        return sorted({name for line in self._lines.get(tenant, {}).values() for name in line.labels})

    def query_range(self, tenant: str, params: Mapping[str, str], *, categorize: bool) -> dict[str, Any]:
        limit, start_ns, end_ns = _limits(params, self.max_entries)
        query = parse_log(params.get("query", ""))
        found = [
            line
            for line in self._lines.get(tenant, {}).values()
            if start_ns <= line.at_ns < end_ns and query.keeps(line)
        ]
        # Stable, and backward in all: of one instant the line pushed last comes first.
        newest = sorted(found, key=lambda line: line.at_ns)[::-1][:limit]
        return _answer("streams", _streams(newest, categorize=categorize), categorize=categorize)

    def query(self, tenant: str, params: Mapping[str, str]) -> dict[str, Any]:
        metric = parse_metric(params.get("query", ""))
        at_ns = int(params["time"])
        sums: dict[tuple[tuple[str, str], ...], float] = {}
        for line in self._lines.get(tenant, {}).values():
            if at_ns - metric.span_ns < line.at_ns <= at_ns and metric.log.keeps(line):
                attributes = {**line.labels, **line.metadata}
                group = tuple((name, attributes[name]) for name in metric.by if name in attributes)
                value = float(attributes[metric.log.unwrap]) if metric.over == "sum" else 1.0
                sums[group] = sums.get(group, 0.0) + value
        result = [
            {"metric": dict(group), "value": [at_ns / 1e9, f"{value:g}"]}
            for group, value in sorted(sums.items())
        ]
        return _answer("vector", result, categorize=False)


def _limits(params: Mapping[str, str], max_entries: int) -> tuple[int, int, int]:
    if params.get("direction", "backward") not in ("backward", "forward"):
        raise RefusedQueryError(f"invalid direction '{params['direction']}'")
    limit = int(params.get("limit", "100"))
    if limit <= 0:
        raise RefusedQueryError("limit must be a positive value")
    # Without a span everything is looked at; Loki would count `since` back from now.
    start_ns = _time(params, "start") if "start" in params else 0
    end_ns = _time(params, "end") if "end" in params else _FOR_EVER_NS
    if end_ns <= start_ns:
        raise RefusedQueryError("end timestamp must not be before or equal to start time")
    if limit > max_entries:
        raise RefusedQueryError(
            "max entries limit per query exceeded, limit > max_entries_limit_per_query"
            f" ({limit} > {max_entries})"
        )
    return limit, start_ns, end_ns


def _time(params: Mapping[str, str], name: str) -> int:
    if not params[name].isdecimal():
        raise RefusedQueryError(
            f"could not parse '{name}' parameter: strconv.ParseInt:"
            f' parsing "{params[name]}": invalid syntax'
        )
    return int(params[name])


def _held(stream: Mapping[str, Any]) -> list[Held]:
    labels = dict(stream["stream"])
    if "service_name" not in labels:
        named = next((labels[name] for name in _SERVICE_LABELS if name in labels), "unknown_service")
        labels["service_name"] = named
    return [_one(labels, *value) for value in stream["values"]]


def _one(labels: dict[str, str], at_ns: str, text: str, metadata: Mapping[str, Any] | None = None) -> Held:
    if any(not isinstance(value, str) for value in (metadata or {}).values()):
        raise RefusedQueryError(
            "loghttp.PushRequest.Streams: Value is string, but can't find closing '\"' symbol"
        )
    if len(text.encode()) > _MAX_LINE_BYTES:
        raise RefusedQueryError(
            f"max entry size '{_MAX_LINE_BYTES}' bytes exceeded for stream while adding an entry with length"
            f" '{len(text.encode())}' bytes"
        )
    kept = {re.sub(r"_+", "_", re.sub(r"\W", "_", name)): value for name, value in (metadata or {}).items()}
    kept["detected_level"] = _detected_level(labels, kept, text)
    return Held(int(at_ns), text, labels, kept)


def _detected_level(labels: Mapping[str, str], metadata: Mapping[str, str], text: str) -> str:
    told = metadata.get("level") or labels.get("level")
    if told is None and (match := _ONE_LEVEL.search(text)):
        told = match[1]
    if told is not None:
        return _LEVELS.get(told.lower(), "unknown")
    lowered = text.lower()
    return next((level for word, level in _LEVELS.items() if word in lowered), "unknown")


def _streams(newest: Sequence[Held], *, categorize: bool) -> list[dict[str, Any]]:
    streams: dict[tuple[object, ...], dict[str, Any]] = {}
    for line in newest:
        key = (_key(line.labels), _key(line.metadata))
        named = line.labels if categorize else {**line.labels, **line.metadata}
        stream = streams.setdefault(key, {"stream": named, "values": []})
        beside = [{"structuredMetadata": line.metadata}] if categorize else []
        stream["values"].append([str(line.at_ns), line.text, *beside])
    return list(streams.values())


def _answer(kind: str, result: list[dict[str, Any]], *, categorize: bool) -> dict[str, Any]:
    flags = {"encodingFlags": ["categorize-labels"]} if categorize else {}
    stats = {"summary": {"totalEntriesReturned": len(result), "execTime": 0.002}}
    return {"status": "success", "data": {"resultType": kind, **flags, "result": result, "stats": stats}}


def _key(labels: Mapping[str, str]) -> str:
    return json.dumps(labels, sort_keys=True)
