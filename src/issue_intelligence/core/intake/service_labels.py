"""Which service and environment an alert's labels speak of."""

from collections.abc import Mapping, Sequence

from issue_intelligence.core.model.service import Service

UNKNOWN = "unknown"

# A value of these is taken as the service's name even when the catalogue does not know it.
_NAMING_LABELS = ("service", "service_name", "app", "application", "app_kubernetes_io_name")
# These often name the exporter or the sidecar, so an unknown value counts only as a last resort.
_HINTING_LABELS = ("job", "container", "deployment")

_ENVIRONMENT_LABELS = ("environment", "env", "deployment_environment", "environment_name", "stage")


def find_service(labels: Mapping[str, str], catalogue: Sequence[Service]) -> Service | None:
    """Find the catalogue's entry that the labels name; a catalogue of one answers when no label says.

    Names and aliases are compared without regard to case. A job such as "shop/api" also counts as "api".
    """
    by_name = _by_name(catalogue)
    for label in (*_NAMING_LABELS, *_HINTING_LABELS):
        value = labels.get(label, "").casefold()
        for candidate in (value, value.rpartition("/")[2]):
            if candidate in by_name:
                return by_name[candidate]
    if len(catalogue) == 1 and (
        catalogue[0].answers_for_all or not any(labels.get(label) for label in _NAMING_LABELS)
    ):
        return catalogue[0]
    return None


def service_named(name: str, catalogue: Sequence[Service]) -> Service | None:
    """Look up a service by its own name or an alias."""
    found = _by_name(catalogue).get(name.casefold())
    return found or next((service for service in catalogue if service.answers_for_all), None)


def service_name(labels: Mapping[str, str], service: Service | None) -> str:
    """Name the affected service: as in the catalogue, else as the labels give it, else "unknown"."""
    if service is not None and not service.answers_for_all:
        return service.name
    return _first(labels, (*_NAMING_LABELS, *_HINTING_LABELS)) or (service.name if service else UNKNOWN)


def environment_name(labels: Mapping[str, str], service: Service | None) -> str:
    """Name the environment; a namespace counts only when neither a label nor the catalogue says."""
    declared = service.environment if service is not None else ""
    return _first(labels, _ENVIRONMENT_LABELS) or declared or labels.get("namespace", "").strip() or UNKNOWN


def _by_name(catalogue: Sequence[Service]) -> dict[str, Service]:
    # Read backwards, so that the first entry that claims a name keeps it, and a name beats an alias.
    names = {alias.casefold(): service for service in reversed(catalogue) for alias in service.aliases}
    names.update({service.name.casefold(): service for service in reversed(catalogue)})
    names.pop("", None)
    return names


def _first(labels: Mapping[str, str], names: Sequence[str]) -> str:
    return next((value for name in names if (value := labels.get(name, "").strip())), "")
