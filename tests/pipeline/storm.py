"""A storm for tests: a thousand alerts of twenty causes, each seen by several rules or services."""

from random import Random
from typing import Any

from issue_intelligence.core.model.service import Service
from tests.factories.webhooks import raw_alert
from tests.pipeline.world import STARTS_AT, World, iso, trace_of

ALERTS = 1_000
CAUSES = 20
_BUGS = range(12)
_DATABASES = {
    "ledger-db": "FATAL could not write to file pg_wal/xlogtemp.31: No space left on device",
    "stock-db": "FATAL data directory has wrong ownership, startup aborted",
    "users-db": "PANIC could not locate a valid checkpoint record",
}
_REQUESTS = {"edge": ("checkout-api", "req-7f3a91c2"), "portal": ("invoice-api", "req-11d0be55")}
_VENDORS = {
    "acme": (
        "carrier acme rejects our client certificate, label of order <*> not printed",
        ("ship", "pack", "returns"),
    ),
    "taxco": (
        "tax rate table from taxco is older than ninety days, refusing quote",
        ("quote", "basket", "billing"),
    ),
}
_SILENT = "thumbnailer"


def catalogue() -> tuple[Service, ...]:
    callers = [
        Service(name=name, dependencies=(database,))
        for database in _DATABASES
        for name in _callers_of(database)
    ]
    plain = [
        *(f"bug-{number}" for number in _BUGS),
        *_DATABASES,
        *_REQUESTS,
        *(backend for backend, _ in _REQUESTS.values()),
        *(name for _, names in _VENDORS.values() for name in names),
        _SILENT,
    ]
    return (*callers, *(Service(name=name) for name in plain))


def break_everything(world: World) -> None:
    """Let all twenty causes show in logs and health checks."""

    def log(service: str, text: str) -> None:
        world.logs.add(STARTS_AT, *[text] * 4, service=service)

    world.catalogue = catalogue()
    for number in _BUGS:
        log(f"bug-{number}", trace_of(number))
    for database, fault in _DATABASES.items():
        log(database, fault)
        for name in _callers_of(database):
            log(name, f"ERROR connect ECONNREFUSED {database}:5432")
    for front, (backend, request_id) in _REQUESTS.items():
        log(front, f"ERROR order page of {front} cannot be shown request_id={request_id}")
        log(backend, f"ERROR voucher {backend} has no currency set request_id={request_id}")
    for vendor, names in _VENDORS.values():
        for name in names:
            log(name, f"ERROR {vendor}")
    world.health.down = {*_DATABASES, _SILENT}


def alerts(seed: int) -> list[dict[str, Any]]:
    """A thousand alerts, in an order that the seed gives."""
    rules = [
        *((f"bug-{number}", rule) for number in _BUGS for rule in ("Errors", "Slow")),
        *((database, "DatabaseErrors") for database in _DATABASES),
        *((name, "Errors") for database in _DATABASES for name in _callers_of(database)),
        *((front, "Errors") for front in _REQUESTS),
        *((backend, "Errors") for backend, _ in _REQUESTS.values()),
        *((name, "Errors") for _, names in _VENDORS.values() for name in names),
        *((_SILENT, rule) for rule in ("Down", "Backlog", "NoProgress")),
    ]
    made = [_alert(*rules[number % len(rules)], number) for number in range(ALERTS)]
    Random(seed).shuffle(made)
    return made


def _alert(service: str, rule: str, number: int) -> dict[str, Any]:
    labels = {"alertname": f"{rule} {service}", "service": service, "severity": "critical"}
    return raw_alert(
        labels=labels | {"instance": str(number)}, fingerprint=f"f{number}", startsAt=iso(STARTS_AT)
    )


def _callers_of(database: str) -> tuple[str, str]:
    return f"{database}-reader", f"{database}-writer"
