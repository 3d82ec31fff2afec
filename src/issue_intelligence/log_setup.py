"""Our own log: for people on a terminal, one JSON object a line elsewhere; always redacted."""

import logging
import sys
from typing import Any, TextIO

import structlog
from rich.console import Console

from issue_intelligence.core.redact.tree import redact_tree

# What steers a terminal or reorders a line, written so that a reader sees that it was there.
_STEERING = (*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_VISIBLE = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _STEERING}
_VISIBLE_IN_TRACES = {code: seen for code, seen in _VISIBLE.items() if chr(code) not in "\n\t"}
# What is rendered in lines of its own.
_TRACES = ("exception", "stack")


def set_up_logging(*, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our events and the libraries' warnings to `stream`, standard error by default."""
    target = stream or sys.stderr
    to_people = target.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=_has_colours(target))
        if to_people
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    # JSON escapes them itself.
    for_people: list[Any] = [_make_visible] if to_people else []
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *for_people,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # With a handler of its own the durable engine adds none, and its lines come here.
    logging.getLogger("dbos").handlers[:] = [logging.NullHandler()]
    # Libraries speak only when something is wrong; each HTTP request of ours is not news.
    for name in ("httpx2", "httpcore2", "alembic", "aiosqlite", "asyncio", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _has_colours(target: TextIO) -> bool:
    """Heed NO_COLOR and plain terminals, as the notices between the log's lines do."""
    console = Console(file=target)
    return console.color_system is not None and not console.no_color


def _redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return redact_tree(event)


def _make_visible(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """File names, and errors and answers of others, stand in our lines and must not write them."""
    return {
        key.translate(_VISIBLE): value.translate(_VISIBLE_IN_TRACES if key in _TRACES else _VISIBLE)
        if isinstance(value, str)
        else value
        for key, value in event.items()
    }
