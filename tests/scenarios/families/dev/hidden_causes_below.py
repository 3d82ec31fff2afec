"""Quiet causes beside loud noise, where the cause lies in what the service stands on."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import rates, scene, up
from tests.scenarios.traces import java, python


@family(Kind.AUTHENTICATION, is_real=True, red_herring=True)
def directory_certificate_ran_out_among_wrong_passwords(draw: Draw) -> Scenario:
    """Wrong passwords fill the log as each day; sign-in fails because the directory's certificate has run out."""
    made = scene(draw, ("auth", "sso"), spring)
    made.traffic("GET /session", "POST /login", high=-290, count=(70, 120))
    for seconds in draw.times(draw.between(60, 120), -890, 100):
        made.log.line(
            seconds,
            "warn",
            f"Authentication failed: Bad credentials, user {draw.between(1000, 9999)}",
            logger="o.s.s.authentication",
        )
    for seconds in draw.times(draw.between(14, 30), -285, 100):
        trace = java(draw, ["com.example.auth.DirectoryLogin.bind(DirectoryLogin.java)"])
        made.log.line(
            seconds,
            "error",
            "org.springframework.ldap.CommunicationException: ldaps://dir.example.com:636: PKIX path validation failed: certificate expired",
            below=trace,
            logger="c.e.auth.DirectoryLogin",
        )
        made.log.access(seconds + 0.003, "POST", "/login", 500, 60)
    return made.scenario(
        made.alert("AuthFailuresSpike", f"{made.service}: sign-in fails", severity="critical", value=30),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": ["high", "critical"],
            "known_issue": "tls-certificate-expired",
            "error_contains": "certificate expired",
            "culprit_contains": "DirectoryLogin",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.15, 0.4)},
    )


@family(Kind.DATABASE, is_real=True, red_herring=True)
def disk_is_full_behind_double_inserts(draw: Draw) -> Scenario:
    """An importer inserts rows twice and says so at error level all day; now inserts fail because the disk is full."""
    made = scene(draw, ("importer", "feed-loader"), python_logging)
    for seconds in draw.times(draw.between(70, 140), -890, 100):
        made.log.line(
            seconds,
            "error",
            'duplicate key value violates unique constraint "feed_item_guid_key"; row skipped',
            logger="importer.rows",
        )
        made.log.line(seconds + 0.5, "info", f"imported {draw.between(1, 90)} rows", logger="importer.run")
    error = (
        'psycopg.errors.DiskFull: could not extend file "base/16384/28114": No space left on device\n'
        "HINT:  Check free disk space."
    )
    for seconds in draw.times(draw.between(12, 26), -285, 100):
        trace = python(
            draw,
            [("run", "importer/run.py"), ("store", "importer/store.py")],
            error,
            above=(),
            below=("psycopg/cursor.py:97 execute",),
        )
        made.log.line(seconds, "error", "batch failed, nothing stored", below=trace, logger="importer.run")
    return made.scenario(
        made.alert("DatabaseErrors", f"{made.service}: batches fail", severity="critical", value=19),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": ["database", "infrastructure"],
            "known_issue": "disk-full",
            "error_contains": ["No space left on device", "could not extend file"],
        },
        world={"health": up(draw), "metrics": rates(draw, 0.12, 0.4)},
    )


@family(Kind.MEMORY_CPU, is_real=True, red_herring=True)
def report_eats_memory_behind_cache_noise(draw: Draw) -> Scenario:
    """The cache complains of big values at error level as ever; one report loads a whole table and gets MemoryError."""
    made = scene(draw, ("reports", "analytics-api"), python_logging)
    for seconds in draw.times(draw.between(60, 130), -890, 100):
        made.log.line(
            seconds, "error", "cache set failed: object too large for cache", logger="pymemcache.client"
        )
        made.log.line(
            seconds + 0.1,
            "info",
            f'"GET /api/charts/{draw.between(1, 90)} HTTP/1.1" 200',
            logger="uvicorn.access",
        )
    for seconds in draw.times(draw.between(5, 9), -285, 90):
        trace = python(
            draw,
            [("yearly", "reports/yearly.py")],
            "MemoryError",
            above=("fastapi/routing.py:212 run_endpoint_function",),
            below=("pandas/core/internals/managers.py:2139 _merge_blocks",),
        )
        made.log.line(seconds, "error", "Exception in ASGI application", below=trace, logger="uvicorn.error")
    return made.scenario(
        made.alert("MemoryThreshold", f"{made.service}: memory above 90 %", severity="critical", value=97),
        {
            "is_real": True,
            "known_issue": "memory-leak-high-memory-usage",
            "error_contains": "MemoryError",
            "culprit_contains": "reports/yearly.py",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.07, memory_percent=draw.between(93, 99))},
    )


@family(Kind.CRASH, is_real=True, red_herring=True)
def native_library_crashes_beside_a_loud_reporter(draw: Draw) -> Scenario:
    """The error reporter cannot send and says so all day; what ends the process is a fault in a native library."""
    made = scene(draw, ("pdf-stamper", "ocr"), plain)
    made.traffic("POST /v1/pages", "GET /v1/pages/{n}", count=(100, 180))
    for seconds in draw.times(draw.between(40, 90), -890, 100):
        made.log.line(seconds, "error", "Sentry: failed to send event: 413 Payload Too Large; event dropped")
    library = draw.pick(("libtesseract.so.5", "libpdfium.so"))
    for seconds in draw.times(draw.between(4, 6), -285, 80):
        made.log.line(
            seconds,
            "fatal",
            f"signal 11 (SIGSEGV), address not mapped to object in {library}; core dumped, exit code 139",
        )
        made.log.line(seconds + 3, "info", "started")
    return made.scenario(
        made.alert(
            "ApplicationCrash", f"{made.service} restarted more than 3 times", severity="critical", value=5
        ),
        {"is_real": True, "should_create_issue": True, "known_issue": "", "error_contains": "SIGSEGV"},
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.06)},
    )
