"""Memory and processors: leaks, kills, collectors, and peaks that hurt nobody."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, logfmt, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up


@family(Kind.MEMORY_CPU, is_real=True)
def node_heap_is_exhausted(draw: Draw) -> Scenario:
    """A leak fills Node's heap over hours; the process dies and begins again, as it did yesterday."""
    made = scene(draw, ("backend", "render", "pdf-api"), plain)
    made.traffic("GET /api/documents/{n}", "POST /api/render", count=(110, 200))
    limit = draw.pick((512, 1024, 2048))
    pid = draw.between(1, 40)
    for seconds in draw.times(draw.between(6, 12), -280, -20):
        made.log.raw(
            seconds,
            f"[{pid}:0x{draw.hex(12)}] {draw.between(7_000_000, 9_000_000)} ms: Mark-Compact (reduce) {limit - 9}.{draw.between(0, 9)} "
            f"({limit + 4}.0) -> {limit - 10}.{draw.between(0, 9)} ({limit + 4}.3) MB, {draw.between(900, 2400)}.12 / 0.00 ms  "
            "(average mu = 0.081, current mu = 0.013) allocation failure; scavenge might not succeed",
        )
    made.log.raw(
        -15,
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
        "----- Native stack trace -----\n"
        f" 1: 0x{draw.hex(6)} node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]\n"
        f" 2: 0x{draw.hex(6)} v8::internal::V8::FatalProcessOutOfMemory(v8::internal::Isolate*, char const*) [node]",
    )
    made.log.line(-9, "info", f"server listening on port {draw.pick((3000, 8080))}")
    return made.scenario(
        made.alert(
            "MemoryThreshold",
            f"{made.service} uses more than 90 % of its memory",
            severity="critical",
            value=97,
        ),
        {
            "is_real": True,
            "type": ["infrastructure", "performance", "bug"],
            "known_issue": "memory-leak-high-memory-usage",
            "remediation": "restart",
            "error_contains": "heap out of memory",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08, memory_percent=draw.between(93, 99))},
    )


@family(Kind.MEMORY_CPU, is_real=True)
def worker_is_killed_for_memory(draw: Draw) -> Scenario:
    """Kubernetes kills a Python worker that loads whole files: OOMKilled, exit code 137, again and again."""
    made = scene(draw, ("import-worker", "etl", "thumbnailer"), python_logging, json_lines)
    pod = f"{made.service}-{draw.hex(9)}-{draw.hex(5)}"
    for seconds in draw.times(draw.between(50, 90), -900, 100):
        made.log.line(
            seconds,
            "info",
            f"read {draw.between(1, 90)} MB of batch {draw.between(100, 999)}",
            logger="etl.read",
        )
    for seconds in draw.times(draw.between(4, 7), -290, 80):
        made.log.line(
            seconds,
            "warning",
            f"Container {made.service} of pod {pod} terminated: reason OOMKilled, exit code 137, restart count {draw.between(3, 40)}",
            logger="kubelet",
        )
        made.log.line(seconds + 8, "info", "worker started", logger="etl.main")
    return made.scenario(
        made.alert(
            "ContainerRestarts",
            f"{pod} was restarted more than 3 times in 5 minutes",
            severity="critical",
            labels={"pod": pod, "namespace": "prod"},
        ),
        {
            "is_real": True,
            "type": ["infrastructure", "performance"],
            "known_issue": "memory-leak-high-memory-usage",
            "error_contains": "OOMKilled",
        },
        world={"health": {"api": "up"}, "metrics": {"memory_percent": draw.between(94, 100)}},
    )


@family(Kind.MEMORY_CPU, is_real=False)
def backup_makes_the_processor_busy(draw: Draw) -> Scenario:
    """The nightly backup compresses for ten minutes; the processor is busy, and nobody waits for anything."""
    made = scene(draw, ("db-host", "backend-vm", "files"), plain, logfmt, go_log, hour=draw.pick((1, 2, 4)))
    made.traffic("GET /api/files/{n}", "GET /healthz", count=(50, 110))
    made.log.line(
        -290, "info", "CRON: (root) CMD (/usr/local/bin/backup.sh | zstd -19 > /backup/nightly.zst)"
    )
    for seconds in draw.times(draw.between(6, 14), -285, 100):
        made.log.line(seconds, "info", f"backup: {draw.between(5, 95)} % compressed")
    return made.scenario(
        made.alert(
            "HighCpu",
            f"CPU of {made.service} above 90 % for 5 minutes",
            severity="warning",
            value=draw.between(92, 99),
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw, memory_percent=draw.between(40, 70))},
        after_seconds=300,
    )


@family(Kind.MEMORY_CPU, is_real=False)
def heap_falls_at_the_next_collection(draw: Draw) -> Scenario:
    """A Java heap was full just before its collection and is half empty after it, like every two minutes."""
    made = scene(draw, ("catalog-service", "quotes", "search-indexer"), spring)
    made.traffic("GET /api/quotes/{n}", "GET /actuator/health", count=(100, 180))
    for number in range(8):
        before = draw.between(1_780, 1_860)
        made.log.line(
            -880 + 118 * number,
            "info",
            f"GC({900 + number}) Pause Young (Normal) (G1 Evacuation Pause) {before}M->{draw.between(700, 900)}M(2048M) {draw.between(9, 40)}.{draw.between(100, 999)}ms",
            logger="gc",
            thread="GC Thread#0",
        )
    return made.scenario(
        made.alert("JvmMemoryHigh", f"heap of {made.service} above 85 %", severity="warning", value=88),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw, memory_percent=draw.between(36, 48))},
        after_seconds=240,
    )


@family(Kind.MEMORY_CPU, is_real=True)
def collector_takes_all_the_time(draw: Draw) -> Scenario:
    """The Java heap is full of live objects: full collections follow each other, and requests wait six seconds."""
    made = scene(draw, ("pricing", "planner", "routing"), spring)
    made.traffic("POST /api/plans", "GET /api/plans/{n}", count=(40, 80), high=-290)
    for number, seconds in enumerate(draw.times(draw.between(25, 60), -285, 110)):
        made.log.line(
            seconds,
            "warn",
            f"GC({400 + number}) Pause Full (G1 Compaction Pause) 4070M->{draw.between(4_040, 4_066)}M(4096M) {draw.between(3_100, 6_900)}.{draw.between(100, 999)}ms",
            logger="gc",
            thread="GC Thread#0",
        )
        if number % 6 == 5:
            made.log.line(
                seconds + 0.5, "warn", "readiness probe took longer than 1 s", logger="o.s.b.a.h.Health"
            )
    return made.scenario(
        made.alert("MemoryThreshold", f"heap of {made.service} above 95 %", severity="critical", value=99),
        {
            "is_real": True,
            "severity": "high",
            "type": ["performance", "infrastructure"],
        },
        world={
            "health": up(draw, response_ms=draw.between(2_000, 4_000)),
            "metrics": {
                "error_rate": draw.real(0.01, 0.05),
                "response_ms": draw.between(5_500, 9_000),
                "baseline_response_ms": draw.between(120, 400),
                "memory_percent": draw.between(96, 99),
            },
        },
    )


@family(Kind.MEMORY_CPU, is_real=True)
def processor_is_throttled(draw: Draw) -> Scenario:
    """A new release computes images in the request; the container is throttled and its health check times out."""
    made = scene(draw, ("gallery", "avatar-api"), json_lines, logfmt)
    made.traffic("GET /api/images/{n}", "POST /api/images", count=(80, 140), high=-280)
    for seconds in draw.times(draw.between(20, 60), -275, 100):
        made.log.line(
            seconds,
            "warn",
            f"event loop blocked for {draw.between(2100, 9800)} ms",
            cpu_throttled_percent=draw.between(71, 98),
        )
        if draw.chance(0.4):
            made.log.line(
                seconds + 0.3,
                "error",
                "Readiness probe failed: context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
            )
    return made.scenario(
        made.alert(
            "HighCpu", f"CPU of {made.service} at its limit for 5 minutes", severity="critical", value=100
        ),
        {
            "is_real": True,
            "severity": ["critical", "high"],
            "type": ["performance", "infrastructure"],
            "known_issue": "",
        },
        world={
            "health": {"api": "timeout"},
            "metrics": {
                "error_rate": draw.real(0.1, 0.3),
                "response_ms": draw.between(8_000, 15_000),
                "baseline_response_ms": draw.between(120, 300),
            },
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=31),
                    "finished_at": made.ago(minutes=28),
                }
            ],
        },
    )
