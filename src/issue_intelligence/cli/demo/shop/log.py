"""The shop's logs: a JSON object a line, a file a service."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

_LEVELS = {"WARNING": "warn", "CRITICAL": "fatal"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": _LEVELS.get(record.levelname, record.levelname.lower()),
            "service": record.name,
            "msg": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(line)


def open_log(service: str, folder: Path) -> logging.Logger:
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / f"{service}.log", encoding="utf-8")
    handler.setFormatter(JsonLines())
    log = logging.getLogger(service)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
    return log


def close_log(log: logging.Logger) -> None:
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
        handler.close()
