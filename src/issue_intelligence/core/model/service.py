"""The service catalogue: what is watched, and how to look at it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One entry of `[[services]]`; the mission's environment variables describe a catalogue of one."""

    name: str
    # Other values of the label `service` that mean this one.
    aliases: tuple[str, ...] = ()
    component: str = ""
    environment: str = ""
    # LogQL stream selector.
    selector: str = ""
    health_url: str = ""
    # True for the one service that variables alone describe: whatever the labels call it, it is meant.
    answers_for_all: bool = False
