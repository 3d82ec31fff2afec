"""Which LogQL selects the log of a service. Labels of alerts come into it as quoted values only."""

import json
import re

from issue_intelligence.core.intake.service_labels import UNKNOWN
from issue_intelligence.core.model.service import Service

_STRING = r'"(?:[^"\\\n]|\\[^\n]){0,2000}"|`[^`]{0,2000}`'
_MATCHER = re.compile(rf"\s*[A-Za-z_][A-Za-z0-9_]*\s*(=~|!~|!=|=)\s*({_STRING})\s*(,|\}})", re.ASCII)
_QUOTED = re.compile(_STRING)


def log_query(affected_service: str, service: Service | None) -> str:
    """Write the LogQL that shows the service's logs; "" when nobody knows the service.

    Locomotive labels its streams with the environment. A stream that has no such label is meant too, so
    that the catalogue's environment costs nobody else their lines.
    """
    if service is not None and service.selector:
        return service.selector
    if affected_service in ("", UNKNOWN):
        return ""
    # Loki reads a string as JSON writes it, escapes included.
    matchers = [f"service_name={json.dumps(affected_service)}"]
    if service is not None and service.environment:
        matchers.append(f"environment_name=~{json.dumps(re.escape(service.environment) + '|')}")
    return f"{{{', '.join(matchers)}}}"


def selector_fault(selector: str) -> str:
    """Say what is wrong with a selector that a person wrote; "" when Loki can be asked with it.

    A pipeline may follow the matchers. Whether Loki knows its words shows only when it is asked.
    """
    if not selector.startswith("{"):
        return 'must be a LogQL stream selector such as {app="shop"}'
    if selector[1:].lstrip().startswith("}"):
        return "has no matcher"
    position, selects = 1, False
    while match := _MATCHER.match(selector, position):
        position = match.end()
        selects = selects or _selects_something(match[1], match[2])
        if match[3] == "}":
            break
    else:
        return (
            f"is not LogQL from character {position + 1} on:"
            " a matcher is a name, one of = != =~ !~, and a value in quotes"
        )
    if not selects:
        return "needs a matcher = or =~ that an empty value does not satisfy, or Loki refuses it"
    return _pipeline_fault(selector[position:].strip())


def _selects_something(operator: str, quoted: str) -> bool:
    value = quoted[1:-1]
    if operator == "=":
        return value != ""
    try:
        return operator == "=~" and re.fullmatch(value.replace("\\\\", "\\"), "") is None
    except re.error:
        # RE2 knows forms that Python does not; Loki says so if it does not either.
        return True


def _pipeline_fault(pipeline: str) -> str:
    bare = _QUOTED.sub("", pipeline)
    if pipeline and not pipeline.startswith(("|", "!=", "!~")):
        return "goes on behind its } with something that is no pipeline"
    if any(sign in bare for sign in '"`#\n'):
        return "has an open quote, a comment or a line break in its pipeline"
    return ""
