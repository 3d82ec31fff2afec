"""What the log of the example says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from issue_intelligence.core.model.logs import (
    EndpointCount,
    Histogram,
    LogAnalysis,
    LogLevel,
    LogPattern,
    RankedError,
    StackFrame,
    StackTrace,
)

STARTED = datetime(2026, 11, 24, 11, 3, 5, tzinfo=UTC)

TRACE_TEXT = """\
TypeError: Cannot read properties of undefined (reading 'price')
    at total (/app/src/cart.ts:10:31)
    at checkout (/app/src/checkout.ts:42:17)
    at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)"""


def trace(**changes: object) -> StackTrace:
    base = StackTrace(
        fingerprint="a1b2c3d4e5f60718",
        language="nodejs",
        exception="TypeError",
        message="Cannot read properties of undefined (reading 'price')",
        culprit="src/cart.ts:10 in total",
        frames=(
            StackFrame(function="total", file="src/cart.ts", line=10, in_app=True),
            StackFrame(function="checkout", file="src/checkout.ts", line=42, in_app=True),
        ),
        first_line=120,
        last_line=123,
        count=12,
        text=TRACE_TEXT,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def pattern(**changes: object) -> LogPattern:
    base = LogPattern(
        fingerprint="00ff00ff00ff00ff",
        pattern="payment of order <num> failed",
        level=LogLevel.ERROR,
        count=9,
        first_seen=STARTED - timedelta(minutes=2),
        last_seen=STARTED,
        sample="payment of order 4711 failed",
        first_line=119,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def error(text: str) -> RankedError:
    return RankedError(
        fingerprint=text,
        shown_as=text,
        message=text,
        pattern=text,
        level=LogLevel.ERROR,
        count=3,
        first_line=7,
        first_seen=STARTED,
        last_seen=STARTED,
        announcement=text,
        sample=text,
        histogram=Histogram(starts_at=STARTED, bucket_seconds=60, counts=(1, 0, 2)),
        request_ids=(text,) * 3,
        reasons=(text,) * 9,
    )


def log_analysis(**changes: object) -> LogAnalysis:
    base = LogAnalysis(
        lines=2840,
        error_lines=21,
        error_messages=(
            "TypeError: Cannot read properties of undefined (reading 'price')",
            "payment of order 4711 failed",
        ),
        stack_traces=(trace(),),
        affected_endpoints=(
            EndpointCount(endpoint="POST /api/orders", count=9),
            EndpointCount(endpoint="GET /api/cart/<num>", count=3),
        ),
        affected_users=7,
        error_pattern="TypeError: Cannot read properties of undefined (reading '<str>')",
        first_occurrence=STARTED - timedelta(minutes=2, seconds=12),
        last_occurrence=STARTED + timedelta(seconds=20),
        frequency=8.2,
        errors_in_five_minutes=21,
        patterns=(pattern(),),
        sample_lines=(
            "2026-11-24T11:00:53Z ERROR POST /api/orders 500 TypeError: Cannot read properties of undefined",
            "2026-11-24T11:00:53Z ERROR payment of order 4711 failed for user [REDACTED:email]",
            "2026-11-24T11:01:10Z ERROR GET /api/cart/8812 500",
        ),
    )
    return replace(base, **changes)  # type: ignore[arg-type]
