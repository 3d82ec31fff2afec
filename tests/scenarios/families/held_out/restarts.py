"""Processes that end: for memory, by a broken extension, for a missing setting, and on purpose."""

from datetime import timedelta

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import (
    NOT_REAL,
    REAL,
    begin,
    deployment,
    nginx_access,
    nginx_error,
    traffic,
)
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, go_log, json_lines, plain, python_logging
from tests.scenarios.scenario import Scenario


@family(Kind.MEMORY_CPU, is_real=True, variants=12)
def an_endless_cache_fills_gunicorn(draw: Draw) -> Scenario:
    """A dictionary used as a cache only grows; the kernel kills gunicorn's workers one after the other."""
    start = begin(draw)
    service = draw.pick(("tiles", "thumbnailer", "ml-scoring"))
    log = Log(start, python_logging)
    server = {"logger": "gunicorn.error"}
    traffic(log, draw, ("/api/tiles/{id}", "/api/score", "/healthz"), count=draw.between(80, 200))
    for seconds in draw.times(draw.between(4, 9), -280, 70):
        worker = draw.between(20, 4_000)
        size = f"total-vm:{draw.between(900_000, 2_000_000)}kB, anon-rss:{draw.between(480_000, 990_000)}kB"
        log.line(
            seconds, "error", f"Out of memory: Killed process {worker} (gunicorn) {size}", logger="kernel"
        )
        text = f"Worker (pid:{worker}) was sent SIGKILL! Perhaps out of memory?"
        log.line(seconds + 0.4, "error", text, **server)
        log.line(seconds + 0.5, "info", f"Booting worker with pid: {worker + 7}", **server)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "MemoryHigh", "service": service, "severity": draw.pick(("warning", "critical"))},
            summary=f"Memory of {service} over 90 %",
            values={"A": draw.real(91, 98, 1)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(60, 300), "database": "up"},
            "metrics": {
                "memory_percent": draw.real(91, 98, 1),
                "error_rate": draw.real(0.012, 0.05),
                "requests": draw.between(300, 900),
            },
        },
        expected={
            **REAL,
            "severity": ["medium", "high"],
            "type": ["infrastructure", "performance", "bug"],
            "known_issue": "memory-leak-high-memory-usage",
            "error_contains": ["Out of memory", "out of memory"],
        },
    )


@family(Kind.CRASH, is_real=True, variants=12)
def an_extension_of_php_crashes(draw: Draw) -> Scenario:
    """A new image codec makes PHP's children die of a segmentation fault when some pictures are scaled."""
    start = begin(draw)
    service = draw.pick(("gallery", "uploads", "avatars"))
    log = Log(start, plain)
    for seconds in draw.times(draw.between(60, 160), -880, 90):
        request = f"GET /pictures/{draw.between(1, 9_999)}"
        log.raw(seconds, nginx_access(log.at(seconds), draw, request, 200))
    count = draw.between(11, 30)
    for seconds in draw.times(count, -280, 80):
        child = draw.between(100, 9_000)
        alive = draw.real(0.5, 400, 6)
        when = f"{log.at(seconds):%d-%b-%Y %H:%M:%S}"
        text = f"child {child} exited on signal 11 (SIGSEGV - core dumped) after {alive} seconds from start"
        log.raw(seconds, f"[{when}] WARNING: [pool www] {text}")
        log.raw(seconds + 0.1, f"[{when}] NOTICE: [pool www] child {child + 3} started")
        request = f"POST /pictures/{draw.between(1, 9_999)}/thumbnail"
        text = "recv() failed (104: Connection reset by peer) while reading response header from upstream"
        upstream = "fastcgi://unix:/run/php/php8.2-fpm.sock:"
        log.raw(seconds + 0.01, nginx_error(log.at(seconds), draw, text, request, upstream))
        log.raw(seconds + 0.02, nginx_access(log.at(seconds), draw, request, 502))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "ProcessCrashes", "service": service, "severity": "critical"},
            summary=f"Worker processes of {service} ended unexpectedly: {count} in 5 minutes",
            values={"A": float(count)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 60)},
            "metrics": {"error_rate": draw.real(0.02, 0.08), "requests": draw.between(250, 700)},
        },
        expected={
            **REAL,
            "severity": ["medium", "high"],
            "type": ["bug", "infrastructure"],
            "error_contains": ["SIGSEGV", "signal 11", "Connection reset by peer"],
        },
    )


@family(Kind.CRASH, is_real=True, variants=12)
def a_setting_is_missing_at_the_start(draw: Draw) -> Scenario:
    """A Go release needs a variable that production does not have: the container panics, again and again."""
    start = begin(draw)
    service = draw.pick(("sms-gateway", "ledger", "webhooks"))
    name = draw.pick(("LEDGER_SIGNING_SEED", "TWILIO_REGION", "WEBHOOK_BUCKET"))
    file = draw.pick(("internal/config/config.go", "cmd/server/settings.go"))
    released = -draw.between(420, 900)
    log = Log(start, go_log)
    traffic(log, draw, ("/api/status", "/api/entries/{id}"), count=draw.between(40, 90), high=released)
    trace = (
        "goroutine 1 [running]:\n"
        f"{'main' if file.startswith('cmd') else 'example.com/shop/internal/config'}.mustHave(...)\n"
        f"\t/src/{file}:{draw.between(20, 80)} +0x1d4\n"
        "main.main()\n"
        "\t/src/cmd/server/main.go:33 +0x85\n"
        "exit status 2"
    )
    at, wait = released + 5.0, 10.0
    while at < 60:
        log.line(at, "info", f"starting {service} commit={draw.hex(7)}")
        log.line(at + 0.2, "fatal", f"panic: required variable {name} is not set", below=trace)
        log.line(
            at + 1, "warn", f"Back-off restarting failed container {service} in pod {service}-{draw.hex(5)}"
        )
        at, wait = at + wait, min(wait * 1.6, 80)
    return Scenario(
        alert=alertmanager(
            start,
            {
                "alertname": "KubePodCrashLooping",
                "service": service,
                "namespace": "production",
                "severity": "critical",
            },
            summary=f"Pod of {service} restarts over and over",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "down"},
            "deployments": [deployment(service, start, released - 60, released)],
        },
        expected={
            **REAL,
            "severity": "critical",
            "type": ["bug", "infrastructure"],
            "known_issue": "",
            "error_contains": f"{name} is not set",
            "culprit_contains": file,
        },
    )


@family(Kind.CRASH, is_real=False, variants=12)
def nodes_are_drained_for_a_new_kernel(draw: Draw) -> Scenario:
    """Kubernetes moves the containers to patched nodes one by one; each stops in peace, none is missing."""
    start = begin(draw)
    service = draw.pick(("tracking", "api-gateway", "contracts"))
    log = Log(start, json_lines)
    traffic(log, draw, ("/api/parcels/{id}", "/api/quotes"), count=draw.between(80, 200))
    replicas = draw.between(3, 5)
    for number in range(replicas):
        at, pod = -280.0 + 70 * number, f"{service}-{draw.hex(5)}"
        log.line(at, "info", f"node pool-{number} cordoned: kernel upgrade", source="node-upgrader")
        log.line(at + 2, "info", f"evicting pod production/{pod}", source="node-upgrader")
        log.line(at + 3, "info", "received SIGTERM, finishing requests in flight", pod=pod)
        log.line(at + 9, "info", "shutdown complete", pod=pod, exit_code=0)
        log.line(at + 12, "info", f"Started container {service}", source="kubelet")
        log.line(at + 20, "info", "readiness probe succeeded", source="kubelet")
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "ContainerRestarts", "service": service, "severity": "warning"},
            summary=f"{replicas} containers of {service} restarted within 10 minutes",
            values={"A": float(replicas)},
        ),
        now=start + timedelta(minutes=3),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(8, 40), "database": "up"},
            "metrics": {
                "error_rate": draw.real(0, 0.001),
                "requests": draw.between(800, 3_000),
                "baseline_error_rate": 0.001,
                "response_ms": draw.between(30, 60),
                "baseline_response_ms": draw.between(30, 60),
                "memory_percent": draw.between(35, 60),
            },
        },
        expected=NOT_REAL,
    )
