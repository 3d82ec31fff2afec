"""Which part of the product it belongs to."""

import re
from collections import Counter

from issue_intelligence.core.decide.facts import logs_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.service import Service

UNKNOWN_COMPONENT = "unknown"
ENDPOINTS = (
    ("/api", "backend-api"),
    ("/auth", "authentication"),
    ("/login", "authentication"),
)
# Without a catalogue, these names of services mean the mission's components.
SERVICES = {
    "scraper": "scraper",
    "frontend": "frontend",
    "backend": "backend-api",
    "backend-api": "backend-api",
}
# Whole words of a service's name, where nothing else tells.
NAME_WORDS = {
    "auth": "authentication",
    "login": "authentication",
    "identity": "authentication",
    "sso": "authentication",
    "scraper": "scraper",
    "frontend": "frontend",
    "backend": "backend-api",
    "api": "backend-api",
}
_REQUEST = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE) (/[^\s\"?]{0,300})")
_PATTERNS_READ = 200
_REACT = re.compile(r"(?i)\breact(?:-dom)?\b|\.[jt]sx\b")


def component_of(given: RuleInput, service: Service | None) -> tuple[str, str]:
    """Give the component and one sentence why: the catalogue, else the endpoint, else the error's source."""
    if service is not None and service.component:
        return service.component, f"Component {service.component}: from the catalogue's entry {service.name}."
    logs = logs_of(given)
    found = (
        _from_endpoint(given, logs)
        or (_from_source(logs) if logs else None)
        or _from_service(given)
        or (_from_requests(logs) if logs else None)
    )
    return found or (UNKNOWN_COMPONENT, "Component unknown: neither catalogue, endpoint nor error tells.")


def _from_endpoint(given: RuleInput, logs: LogAnalysis | None) -> tuple[str, str] | None:
    logged = [each.endpoint for each in logs.affected_endpoints] if logs else []
    told = [endpoint for context in given.contexts for endpoint in context.metrics.affected_endpoints]
    summaries = " ".join(context.summary for context in given.contexts)
    told += [match[0] for match in _REQUEST.finditer(summaries)]
    for endpoint in (*logged, *told):
        if (component := _of_path(endpoint.rpartition(" ")[2])) is not None:
            return component, f"Component {component}: the errors are at {endpoint}."
    return None


def _of_path(path: str) -> str | None:
    for prefix, component in ENDPOINTS:
        if path == prefix or path.startswith(f"{prefix}/"):
            return component
    return None


def _from_requests(logs: LogAnalysis) -> tuple[str, str] | None:
    """Look at what the service is asked for: where most of it is one component's, so is the service."""
    counts: Counter[str] = Counter()
    for pattern in logs.patterns[:_PATTERNS_READ]:
        if (match := _REQUEST.search(pattern.sample)) is not None:
            counts[_of_path(match[1]) or ""] += pattern.count
    component, count = max(sorted(counts.items()), key=lambda item: item[1], default=("", 0))
    if not component or 2 * count <= counts.total():
        return None
    return component, f"Component {component}: most of its requests go there."


def _from_source(logs: LogAnalysis) -> tuple[str, str] | None:
    """Look for React, which runs in the browser, in the stack traces' files and the messages."""
    files = [frame.file for trace in logs.stack_traces for frame in trace.frames]
    if any(_REACT.search(text) for text in (*files, *logs.error_messages)):
        return "frontend", "Component frontend: the error comes from React."
    return None


def _from_service(given: RuleInput) -> tuple[str, str] | None:
    name = given.contexts[0].affected_service.lower()
    if name in SERVICES:
        return SERVICES[name], f"Component {SERVICES[name]}: the service is called {name}."
    words = re.split(r"[^a-z0-9]+", name)
    word = next((each for each in NAME_WORDS if each in words), None)
    if word is None:
        return None
    return NAME_WORDS[word], f"Component {NAME_WORDS[word]}: the service is called {name}."
