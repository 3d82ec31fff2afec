"""Which alerts share an incident."""

from issue_intelligence.kit.stable_hash import stable_hash

_KEY_VERSION = "incident-1"


def incident_key(service: str, environment: str, alert_name: str, *, about_monitoring: bool = False) -> str:
    """Name the cause that alerts of one service, environment and name share: 32 hex digits.

    A fault of the monitoring bears its rule's name, and is another matter than what the rule watches.
    """
    about = ("monitoring",) if about_monitoring else ()
    return stable_hash(_KEY_VERSION, service, environment, alert_name, *about)[:32]
