"""What platforms say about a service: ECS, Railway, and services of other companies behind it."""

from dataclasses import replace

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, go_log, json_lines, logfmt, pino, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import node, python


@family(Kind.CRASH, is_real=True)
def tasks_fail_their_health_checks(draw: Draw) -> Scenario:
    """A release listens on another port than the load balancer asks; ECS replaces task after task."""
    made = scene(draw, ("web-task", "portal"), plain, logfmt)
    made.traffic("GET /", "GET /portal/{n}", high=-250, count=(60, 120))
    port = draw.pick((8081, 9000, 3001))
    for seconds in draw.times(draw.between(5, 9), -240, 80):
        task = draw.hex(32)
        made.log.line(seconds, "info", f"listening on port {port}")
        made.log.line(
            seconds + 1,
            "error",
            f"(service {made.service}) (task {task}) (port 8080) is unhealthy in (target-group web) due to (reason Health checks failed)",
        )
        made.log.line(
            seconds + 2, "warn", f"(service {made.service}) has stopped 1 running tasks: (task {task})."
        )
    return made.scenario(
        made.alert("EcsTaskRestarts", f"{made.service}: no task stays healthy", severity="critical", value=8),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "critical",
            "type": ["infrastructure", "bug"],
            "known_issue": "",
            "error_contains": "Health checks failed",
        },
        world={
            "health": {"api": "down"},
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=7),
                    "finished_at": made.ago(minutes=5),
                }
            ],
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def geocoder_answers_503(draw: Draw) -> Scenario:
    """The geocoder of another company answers 503, and our service passes its failure on."""
    made = scene(draw, ("delivery-api", "store-locator"), pino, json_lines, plain)
    made.traffic("GET /api/stores/{n}", "GET /api/slots", count=(120, 200))
    file = draw.pick(("src/geo/geocode.ts", "src/stores/near.ts"))
    for seconds in draw.times(draw.between(14, 35), -285, 100):
        trace = node(
            draw,
            [("geocode", file)],
            above=["settle (/app/node_modules/axios/lib/core/settle.js:19:12)"],
            express=False,
        )
        made.log.line(
            seconds,
            "error",
            "AxiosError: Request failed with status code 503",
            below=trace,
            url="https://geocode.example.org/v1/search",
        )
        made.log.access(seconds + 0.003, "GET", "/api/stores/near", 500, draw.between(200, 700))
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=19),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "component": "backend-api",
            "known_issue": "upstream-connection-failed",
            "error_contains": "status code 503",
            "culprit_contains": file,
        },
        world={
            "health": up(draw, external={"geocoder": "down"}),
            "metrics": rates(draw, 0.02, 0.08),
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def log_is_written_in_local_time(draw: Draw) -> Scenario:
    """The container writes its log in a local time without saying so: everything seems to be hours away."""
    made = scene(draw, ("bookings", "timetable"), python_logging)
    hours = draw.pick((-7, -5, 2, 3, 9))
    log = Log(made.log.at(hours * 3600), python_logging)
    for seconds in draw.times(draw.between(70, 130), -900, 100):
        log.line(
            seconds, "info", f'"GET /timetable/{draw.between(1, 90)} HTTP/1.1" 200', logger="gunicorn.access"
        )
    error = (
        "UnboundLocalError: cannot access local variable 'platform' where it is not associated with a value"
    )
    for seconds in draw.times(draw.between(15, 40), -285, 100):
        trace = python(
            draw, [("show", "timetable/views.py"), ("platform_of", "timetable/platforms.py")], error
        )
        log.line(seconds, "error", "Internal Server Error: /timetable/", below=trace, logger="django.request")
    written = made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=23
        ),
        {"is_real": True, "should_create_issue": True, "severity": "high", "known_issue": ""},
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.4)},
    )
    return replace(written, log=log)


@family(Kind.CRASH, is_real=False)
def job_ends_as_jobs_do(draw: Draw) -> Scenario:
    """A job that runs each hour ends with code 0; a rule for services takes its end for a crash."""
    made = scene(draw, ("hourly-sync", "cleanup-job"), go_log, json_lines, logfmt)
    for seconds in draw.times(draw.between(40, 90), -880, -65):
        made.log.line(seconds, "info", f"synced {draw.between(10, 900)} rows")
    made.log.line(-61, "info", f"done, {draw.between(9_000, 90_000)} rows in all")
    made.log.line(-60, "info", "exit code 0")
    return made.scenario(
        made.alert("ContainerExited", f"container of {made.service} has ended", severity="warning", value=1),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "metrics": calm(draw, error_rate=0.0),
            "history": [{"started_at": made.ago(hours=hour), "is_real": False} for hour in (4, 3, 2, 1)],
        },
    )


@family(Kind.CRASH, is_real=True)
def probe_kills_a_busy_service(draw: Draw) -> Scenario:
    """The liveness probe gives half a second; under load the service misses it and is killed again and again."""
    made = scene(draw, ("image-resizer", "tax-engine"), logfmt, json_lines)
    made.traffic("POST /v1/resize", "GET /v1/jobs/{n}", count=(80, 150))
    for seconds in draw.times(draw.between(5, 9), -285, 80):
        made.log.line(
            seconds,
            "warn",
            'Liveness probe failed: Get "http://10.1.2.3:8080/live": context deadline exceeded',
        )
        made.log.line(
            seconds + 2, "error", f"Container {made.service} failed liveness probe, will be restarted"
        )
        made.log.line(seconds + 9, "info", "started, warming up")
    return made.scenario(
        made.alert(
            "PodRestarts", f"{made.service}: more than 3 restarts in 5 minutes", severity="critical", value=6
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": ["infrastructure", "performance"],
            "known_issue": "",
            "error_contains": "iveness probe",
        },
        world={"health": up(draw, response_ms=draw.between(400, 900)), "metrics": rates(draw, 0.02, 0.08)},
    )
