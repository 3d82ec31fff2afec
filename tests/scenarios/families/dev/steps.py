"""Several webhooks over time: flapping, storms, and one rule that means two things."""

from tests.scenarios.alerts import together
from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario, Step
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import java, node


@family(Kind.HTTP_5XX, is_real=True)
def alert_flaps_around_its_threshold(draw: Draw) -> Scenario:
    """The error rate swings around the threshold: firing and resolved in turns, one fault all the time."""
    made = scene(draw, ("gateway-api", "orders"), spring, plain)
    made.traffic("GET /api/orders/{n}", "POST /api/orders", count=(140, 220))
    for seconds in draw.times(draw.between(20, 45), -285, 100):
        trace = java(draw, ["com.example.orders.StockClient.reserve(StockClient.java)"])
        made.log.line(
            seconds, "error", "java.lang.IllegalStateException: stock answer without a version", below=trace
        )
        made.log.access(seconds + 0.002, "POST", "/api/orders", 500, 40)
    name, summary = "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes"
    steps = []
    for turn in range(draw.between(2, 4)):
        again = 240 * turn
        resolved = made.alert(
            name, summary, severity="warning", after_seconds=again, resolved_after=again + 110
        )
        steps.append(Step(after_seconds=120 + again, body=resolved))
        steps.append(
            Step(
                after_seconds=240 + again,
                body=made.alert(name, summary, severity="warning", after_seconds=again + 235),
            )
        )
    return made.scenario(
        made.alert(name, summary, severity="warning", value=14),
        {"is_real": True, "type": "bug", "incidents": {"count": 1}, "error_contains": "without a version"},
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
        after_seconds=100,
        steps=steps,
    )


@family(Kind.DATABASE, is_real=True)
def one_database_many_alerts(draw: Draw) -> Scenario:
    """The database goes down; alerts about errors, slowness and health of the same service follow within minutes."""
    made = scene(draw, ("backend", "orders-api"), plain, pino)
    made.traffic("GET /api/orders/{n}", "GET /api/me", high=-200, count=(80, 150))
    for seconds in draw.times(draw.between(30, 80), -190, 100):
        trace = node(draw, [("list", "src/orders/list.ts")])
        made.log.line(
            seconds,
            "error",
            "PrismaClientInitializationError: Can't reach database server at `db.internal`:`5432`",
            below=trace,
            errorCode="P1001",
        )
        made.log.access(seconds + 0.002, "GET", "/api/orders", 500, 5_000)
    others = draw.sample(
        ("High5xxRate", "SlowResponses", "HealthCheckFailing", "HighLatencyP99", "OrdersMissing"), 4
    )
    steps = [
        Step(
            after_seconds=30.0 * number,
            body=made.alert(
                each, f"{made.service}: {each}", severity="critical", after_seconds=30.0 * number - 5
            ),
        )
        for number, each in enumerate(others, start=1)
    ]
    return made.scenario(
        made.alert("DatabaseDown", f"{made.service} has lost its database", severity="critical"),
        {
            "is_real": True,
            "severity": "critical",
            "type": "database",
            "known_issue": "database-unreachable",
            "incidents": {"count": 1},
        },
        world={"health": {"api": "down", "database": "down"}, "metrics": rates(draw, 0.8, 1.0)},
        steps=steps,
    )


@family(Kind.DATABASE, is_real=True)
def one_rule_in_two_services_for_one_database(draw: Draw) -> Scenario:
    """Two services share a database that has stopped; the same rule fires for both within a minute."""
    made = scene(draw, ("members-api",), python_logging, plain)
    made.traffic("GET /api/members/{n}", high=-200, count=(70, 120))
    host = f"10.4.{draw.between(0, 9)}.{draw.between(2, 250)}"
    for seconds in draw.times(draw.between(30, 70), -190, 100):
        made.log.line(
            seconds,
            "error",
            f'connection to server at "{host}", port 5432 failed: Connection refused Is the server running on that host and accepting TCP/IP connections?',
            logger=draw.pick(("members", "courses")),
        )
    name = "DatabaseConnectionFailures"
    second = made.alert(
        name, "courses-api: database", service="courses-api", severity="critical", after_seconds=25
    )
    return made.scenario(
        made.alert(name, "members-api: database", severity="critical"),
        {
            "is_real": True,
            "type": "database",
            "known_issue": "database-unreachable",
            "incidents": {"count": 1},
        },
        world={"health": {"api": "down", "database": "down"}},
        steps=[Step(after_seconds=40, body=second)],
    )


@family(Kind.HTTP_5XX, is_real=True)
def one_rule_two_hours_two_services(draw: Draw) -> Scenario:
    """The same rule fires for two services that share nothing, two hours apart: two incidents."""
    made = scene(draw, ("wishlist",), go_log, json_lines)
    made.traffic("GET /v1/wishes/{n}", "POST /v1/wishes", count=(90, 170))
    for seconds in draw.times(draw.between(15, 40), -285, 100):
        made.log.line(
            seconds, "error", "render wish: template: wish.tmpl:14: nil pointer evaluating *wish.Owner.Name"
        )
        made.log.access(seconds + 0.002, "GET", "/v1/wishes/1", 500, 3)
    later = 7_200 + draw.between(0, 900)
    other = made.alert(
        "High5xxRate", "tax-reports: 5xx", service="tax-reports", severity="warning", after_seconds=later
    )
    return made.scenario(
        made.alert("High5xxRate", "wishlist: 5xx above 10 in 5 minutes", severity="warning"),
        {"is_real": True, "incidents": {"count": 2}},
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
        steps=[Step(after_seconds=later + 30, body=other)],
    )


@family(Kind.MEMORY_CPU, is_real=False)
def peak_is_over_before_anybody_looks(draw: Draw) -> Scenario:
    """A short peak of the processor fires and resolves within a minute, and nothing was slow."""
    made = scene(draw, ("thumbnails", "render"), json_lines, go_log)
    made.traffic("GET /v1/renders/{n}", "POST /v1/renders", count=(110, 200))
    name, summary = "HighCpu", f"CPU of {made.service} above 90 %"
    over = made.alert(name, summary, severity="warning", resolved_after=50)
    return made.scenario(
        made.alert(name, summary, severity="warning", value=draw.between(91, 96)),
        {"is_real": False, "should_create_issue": False, "incidents": {"count": 1}, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw, memory_percent=draw.between(30, 60))},
        after_seconds=30,
        steps=[Step(after_seconds=55, body=over)],
    )


@family(Kind.HTTP_5XX, is_real=True)
def same_alert_is_sent_again_and_again(draw: Draw) -> Scenario:
    """The sender repeats an alert that goes on, every few minutes: one incident."""
    made = scene(draw, ("vouchers", "gift-cards"), pino, plain)
    made.traffic("GET /api/vouchers/{n}", "POST /api/vouchers", count=(110, 190))
    for seconds in draw.times(draw.between(18, 40), -285, 100):
        made.log.line(
            seconds,
            "error",
            "RangeError: Maximum call stack size exceeded",
            below=node(draw, [("expand", "src/vouchers/expand.js")]),
        )
        made.log.access(seconds + 0.002, "POST", "/api/vouchers", 500, 40)
    body = made.alert(
        "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=26
    )
    gap = draw.pick((60, 240, 300))
    return made.scenario(
        body,
        {
            "is_real": True,
            "severity": "high",
            "type": "bug",
            "incidents": {"count": 1},
            "error_contains": "Maximum call stack",
            "culprit_contains": "src/vouchers/expand.js",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.4)},
        steps=[Step(after_seconds=gap * turn, body=body) for turn in range(1, draw.between(3, 6))],
    )


@family(Kind.CRASH, is_real=True)
def storm_of_pods_in_one_group(draw: Draw) -> Scenario:
    """All pods of a service crash for the same reason; one webhook brings an alert for each: one incident."""
    made = scene(draw, ("matchmaker", "lobby"), spring, go_log)
    made.traffic("GET /v1/lobbies/{n}", high=-220, count=(70, 130))
    pods = [f"{made.service}-{draw.hex(9)}-{draw.hex(5)}" for _ in range(draw.between(4, 9))]
    for seconds in draw.times(draw.between(12, 30), -210, 90):
        made.log.line(
            seconds,
            "error",
            "cannot start: invalid value for lobby.maxPlayers: expected a number, got 'sixteen'",
        )
        made.log.line(seconds + 0.5, "warn", f"Back-off restarting failed container in pod {draw.pick(pods)}")
    bodies = [
        made.alert(
            "PodCrashLooping", f"{pod} restarts over and over", severity="critical", labels={"pod": pod}
        )
        for pod in pods
    ]
    return made.scenario(
        together(*bodies),
        {
            "is_real": True,
            "severity": "critical",
            "known_issue": "",
            "incidents": {"count": 1},
            "error_contains": "lobby.maxPlayers",
        },
        world={"health": {"api": "down"}},
    )


@family(Kind.OTHER, is_real=True)
def three_causes_within_a_few_minutes(draw: Draw) -> Scenario:
    """By chance three services that share nothing fail within ten minutes, each alone: three incidents."""
    made = scene(draw, ("print-labels",), json_lines)
    made.traffic("POST /v1/labels", "GET /v1/labels/{n}", count=(110, 190))
    for seconds in draw.times(draw.between(15, 35), -285, 100):
        made.log.line(
            seconds,
            "error",
            f"printer {draw.between(1, 9)}: ZPL template has no field 'carrier'",
            service="print-labels",
        )
    others = (
        ("CertificateRenewalFailed", "wiki"),
        ("BackupMissing", "hr-files"),
    )
    steps = [
        Step(
            after_seconds=240.0 * number,
            body=made.alert(
                name, f"{about}: {name}", service=about, severity="warning", after_seconds=240.0 * number - 20
            ),
        )
        for number, (name, about) in enumerate(others, start=1)
    ]
    return made.scenario(
        made.alert("LabelErrors", "print-labels: labels are not printed", severity="critical", value=21),
        {"is_real": True, "incidents": {"count": 3}},
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
        steps=steps,
    )
