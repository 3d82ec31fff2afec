"""Which part of the product it belongs to."""

import re

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
_REACT = re.compile(r"(?i)\breact(?:-dom)?\b|\.[jt]sx\b")


def component_of(given: RuleInput, service: Service | None) -> tuple[str, str]:
    """Give the component and one sentence why: the catalogue, else the endpoint, else the error's source."""
    if service is not None and service.component:
        return service.component, f"Component {service.component}: from the catalogue's entry {service.name}."
    logs = logs_of(given)
    found = _from_endpoint(given, logs) or (_from_source(logs) if logs else None) or _from_service(given)
    return found or (UNKNOWN_COMPONENT, "Component unknown: neither catalogue, endpoint nor error tells.")


def _from_endpoint(given: RuleInput, logs: LogAnalysis | None) -> tuple[str, str] | None:
    logged = [each.endpoint for each in logs.affected_endpoints] if logs else []
    told = [endpoint for context in given.contexts for endpoint in context.metrics.affected_endpoints]
    for endpoint in (*logged, *told):
        path = endpoint.rpartition(" ")[2]
        for prefix, component in ENDPOINTS:
            if path == prefix or path.startswith(f"{prefix}/"):
                return component, f"Component {component}: the errors are at {endpoint}."
    return None


def _from_source(logs: LogAnalysis) -> tuple[str, str] | None:
    """Look for React, which runs in the browser, in the stack traces' files and the messages."""
    files = [frame.file for trace in logs.stack_traces for frame in trace.frames]
    if any(_REACT.search(text) for text in (*files, *logs.error_messages)):
        return "frontend", "Component frontend: the error comes from React."
    return None


def _from_service(given: RuleInput) -> tuple[str, str] | None:
    name = given.contexts[0].affected_service.lower()
    if name not in SERVICES:
        return None
    return SERVICES[name], f"Component {SERVICES[name]}: the service is called {name}."
