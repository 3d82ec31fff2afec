"""Processes that end: because they are broken, or because somebody ended them on purpose."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, logfmt, pino, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import go, node, python


@family(Kind.CRASH, is_real=True)
def setting_is_missing_at_start(draw: Draw) -> Scenario:
    """The new release needs a variable nobody has set; it ends at once, over and over."""
    made = scene(draw, ("payments", "notifier", "billing-worker"), python_logging)
    for seconds in draw.times(draw.between(40, 80), -900, -260):
        made.log.line(seconds, "info", f"handled event {draw.between(1000, 9999)}", logger="app.events")
    name = draw.pick(("STRIPE_API_KEY", "SMTP_HOST", "SENTRY_ENVIRONMENT"))
    for seconds in draw.times(draw.between(6, 12), -240, 90):
        trace = python(
            draw,
            [("<module>", "app/main.py"), ("load", "app/config.py")],
            f"KeyError: '{name}'",
            above=(),
            below=(),
        )
        made.log.line(seconds, "critical", "cannot start", below=trace, logger="app")
        made.log.line(
            seconds + 1,
            "warning",
            f"Back-off restarting failed container {made.service}: CrashLoopBackOff",
            logger="kubelet",
        )
    return made.scenario(
        made.alert("CrashLoop", f"{made.service} restarts over and over", severity="critical", value=9),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "critical",
            "type": ["bug", "infrastructure"],
            "known_issue": "",
            "error_contains": name,
            "culprit_contains": "app/config.py",
        },
        world={
            "health": {"api": "down"},
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=6),
                    "finished_at": made.ago(minutes=4),
                }
            ],
        },
    )


@family(Kind.CRASH, is_real=True)
def port_is_taken(draw: Draw) -> Scenario:
    """An old process still holds the port, so the new one cannot listen and ends."""
    made = scene(draw, ("web-bff", "socket-server"), plain, pino)
    made.traffic("GET /", "GET /socket/{n}", count=(40, 90), high=-200)
    port = draw.pick((3000, 8080, 4000))
    for seconds in draw.times(draw.between(5, 12), -190, 90):
        made.log.line(
            seconds,
            "error",
            f"Error: listen EADDRINUSE: address already in use :::{port}",
            below=node(
                draw,
                [("start", "src/server.js")],
                above=[
                    "Server.setupListenHandle [as _listen2] (node:net:1817:16)",
                    "listenInCluster (node:net:1865:12)",
                ],
                express=False,
            ),
        )
    return made.scenario(
        made.alert(
            "ServiceRestarts", f"{made.service} exited with code 1 several times", severity="critical"
        ),
        {
            "is_real": True,
            "severity": "critical",
            "type": "infrastructure",
            "known_issue": "port-already-in-use",
            "error_contains": "EADDRINUSE",
        },
        world={"health": {"api": "down"}},
    )


@family(Kind.CRASH, is_real=False)
def release_replaces_its_pods(draw: Draw) -> Scenario:
    """A rolling release ends the old pods one by one, as told; requests go on."""
    made = scene(draw, ("orders", "gateway", "profile"), go_log, json_lines, logfmt)
    made.traffic("GET /api/orders/{n}", "POST /api/orders", count=(120, 200))
    for seconds in draw.times(draw.between(4, 8), -200, 80):
        made.log.line(seconds, "info", "received SIGTERM, shutting down gracefully")
        made.log.line(seconds + 3, "info", "all connections closed, exit 0")
        made.log.line(seconds + 5, "info", f"listening on :8080 version=1.{draw.between(10, 90)}.0")
    return made.scenario(
        made.alert(
            "PodRestarts",
            f"{made.service}: pods were replaced more than 3 times",
            severity="warning",
            value=6,
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "deployments": [{"service": made.service, "started_at": made.ago(minutes=draw.between(2, 5))}],
        },
    )


@family(Kind.CRASH, is_real=False)
def node_is_drained_and_pod_moves(draw: Draw) -> Scenario:
    """The cloud takes a spot node back; the pod moves within half a minute and its two brothers serve on."""
    made = scene(draw, ("thumbnails", "quotes", "geo"), logfmt, json_lines)
    made.traffic("GET /v1/quotes/{n}", "GET /healthz", count=(100, 180))
    pod = f"{made.service}-{draw.hex(8)}-{draw.hex(5)}"
    made.log.line(-70, "info", f"node spot-{draw.hex(4)} cordoned: spot interruption notice", pod=pod)
    made.log.line(-66, "info", "received SIGTERM, draining", pod=pod)
    made.log.line(-60, "info", "drained, exit 0", pod=pod)
    made.log.line(-38, "info", "listening on :8080", pod=f"{pod[:-5]}{draw.hex(5)}")
    return made.scenario(
        made.alert(
            "PodNotReady",
            f"one of 3 pods of {made.service} was not ready",
            severity="warning",
            labels={"pod": pod},
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw, error_rate=0.0)},
        after_seconds=180,
    )


@family(Kind.CRASH, is_real=True, red_herring=True)
def go_maps_race_among_harmless_traces(draw: Draw) -> Scenario:
    """A tracing library prints stack traces all day; the one fatal line is two goroutines at one map."""
    made = scene(draw, ("matcher", "presence", "rooms"), go_log)
    made.traffic("GET /v1/rooms/{n}", "POST /v1/rooms", count=(120, 220))
    for seconds in draw.times(draw.between(20, 60), -890, 100):
        made.log.line(
            seconds,
            "error",
            "traces export: context deadline exceeded: rpc error: code = Unavailable desc = otel-collector not reachable",
            below="go.opentelemetry.io/otel/sdk/trace.(*batchSpanProcessor).exportSpans\n\t/go/pkg/mod/go.opentelemetry.io/otel/sdk@v1.28.0/trace/batch_span_processor.go:277",
        )
    function, file = draw.pick(
        (
            ("example.com/lobby/internal/rooms.(*Registry).Join", "internal/rooms/registry.go"),
            ("example.com/lobby/internal/presence.(*Table).Set", "internal/presence/table.go"),
        )
    )
    for seconds in draw.times(draw.between(2, 4), -180, 60):
        made.log.raw(
            seconds,
            "fatal error: concurrent map writes\n\n"
            + go(
                draw,
                [
                    (function, file),
                    ("example.com/lobby/internal/api.(*Server).join", "internal/api/join.go"),
                ],
                above=[
                    ("runtime.throw({0x9a1c22, 0x15})", "/usr/local/go/src/runtime/panic.go:1023"),
                    ("runtime.mapassign_faststr(...)", "/usr/local/go/src/runtime/map_faststr.go:223"),
                ],
            ),
        )
        made.log.line(seconds + 2, "info", "listening on :8080")
    return made.scenario(
        made.alert("ServiceRestarts", f"{made.service} was restarted", severity="critical", value=3),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": "concurrent map writes",
            "culprit_contains": file,
        },
        world={"health": up(draw), "metrics": rates(draw, 0.004, 0.03)},
    )


@family(Kind.CRASH, is_real=True)
def rejection_nobody_caught_ends_node(draw: Draw) -> Scenario:
    """A promise rejects in a timer without a catch, and Node ends the process each time the timer fires."""
    made = scene(draw, ("notifications", "digest"), plain)
    made.traffic("POST /api/notifications", "GET /api/notifications/{n}", count=(80, 160))
    file = draw.pick(("src/digest/build.ts", "src/digest/collect.ts"))
    for seconds in draw.times(draw.between(4, 7), -285, 90):
        made.log.raw(
            seconds,
            "/app/node_modules/bluebird/js/release/async.js:61\n        fn = function () { throw arg; };\n                           ^\n",
        )
        made.log.line(
            seconds + 0.001,
            "error",
            "TypeError: Cannot destructure property 'locale' of 'user.settings' as it is null.",
            below=node(
                draw,
                [("buildDigest", file), ("Timeout.run [as _onTimeout]", "src/digest/timer.ts")],
                express=False,
            ),
        )
        made.log.raw(seconds + 0.002, f"Node.js v20.{draw.between(9, 18)}.0")
        made.log.line(seconds + 4, "info", "listening on 3000")
    return made.scenario(
        made.alert(
            "ApplicationCrash", f"{made.service} restarted more than 3 times", severity="critical", value=5
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": "locale",
            "culprit_contains": file,
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.06)},
    )
