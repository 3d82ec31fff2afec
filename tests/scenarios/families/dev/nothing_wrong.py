"""More alerts about nothing: tests, people who do what they may, and ends that are planned."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, logfmt, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario, Step
from tests.scenarios.scene import calm, scene, up


@family(Kind.MONITORING, is_real=False)
def somebody_tests_the_contact_point(draw: Draw) -> Scenario:
    """Somebody presses "Test" in Grafana to see whether alerts arrive."""
    made = scene(draw, ("",), plain)
    return made.scenario(
        made.alert(
            "TestAlert",
            "Notification test",
            service="",
            labels={"instance": "Grafana", "grafana_folder": draw.pick(("Test Folder", "Shop", "Ops"))},
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        with_log=False,
    )


@family(Kind.HTTP_4XX, is_real=False)
def people_sign_up_twice(draw: Draw) -> Scenario:
    """A newsletter sends people to sign up who have an account already; they are told so with 409."""
    made = scene(draw, ("accounts", "signup-api"), pino, json_lines, spring)
    made.traffic("POST /api/signup", "GET /api/signup/{n}", count=(120, 200))
    for seconds in draw.times(draw.between(55, 120), -285, 100):
        made.log.line(
            seconds, "info", "signup: address has an account already", userId=draw.between(1000, 9999)
        )
        made.log.access(seconds + 0.002, "POST", "/api/signup", 409, draw.real(3, 9))
    return made.scenario(
        made.alert("High4xxRate", f"{made.service}: 4xx above 50 in 5 minutes", severity="warning", value=81),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.DATABASE, is_real=False)
def old_pods_close_their_pools(draw: Draw) -> Scenario:
    """A release goes on: the old pods close their pools, and their last idle checks fail."""
    made = scene(draw, ("orders", "ledger"), spring, plain)
    made.traffic("GET /api/orders/{n}", "POST /api/orders", count=(130, 220))
    for seconds in draw.times(draw.between(3, 6), -150, 60):
        made.log.line(
            seconds,
            "info",
            "HikariPool-1 - Shutdown initiated...",
            logger="com.zaxxer.hikari.HikariDataSource",
        )
        made.log.line(
            seconds + 0.4,
            "warn",
            "HikariPool-1 - Connection acquisition interrupted while the pool is shutting down",
            logger="com.zaxxer.hikari.pool.HikariPool",
        )
        made.log.line(
            seconds + 0.9,
            "info",
            "HikariPool-1 - Shutdown completed.",
            logger="com.zaxxer.hikari.HikariDataSource",
        )
    return made.scenario(
        made.alert(
            "DatabaseConnectionFailures",
            f"{made.service}: connections were closed",
            severity="warning",
            value=4,
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "deployments": [{"service": made.service, "started_at": made.ago(minutes=draw.between(2, 5))}],
        },
    )


@family(Kind.AUTHENTICATION, is_real=False)
def nightly_test_signs_in_wrongly_on_purpose(draw: Draw) -> Scenario:
    """The nightly end-to-end test tries wrong passwords of its own account, to see that they are refused."""
    made = scene(draw, ("auth", "identity"), logfmt, json_lines, go_log, hour=draw.pick((1, 3, 4)))
    made.traffic("POST /login", "GET /session", count=(50, 100))
    for seconds in draw.times(draw.between(16, 25), -240, 20):
        made.log.line(
            seconds,
            "warn",
            "login failed: wrong password",
            user="e2e-robot@example.com",
            agent="Playwright/1.45",
        )
    return made.scenario(
        made.alert("AuthFailures", f"{made.service}: more than 15 failed logins", severity="info", value=18),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "history": [{"started_at": made.ago(days=day), "is_real": False} for day in (4, 3, 2, 1)],
        },
    )


@family(Kind.RESPONSE_TIME, is_real=False)
def blip_of_the_network_is_over(draw: Draw) -> Scenario:
    """For half a minute packets were lost between two zones; answers are quick again and none failed."""
    made = scene(draw, ("quotes", "availability", "rates"), go_log, json_lines)
    made.traffic("GET /v1/quotes/{n}", "GET /v1/rates", count=(150, 240))
    for seconds in draw.times(2, -250, -225):
        made.log.line(seconds, "warn", f"GET /v1/rates answered after {draw.between(3_100, 4_200)} ms")
    name, summary = "SlowResponses", f"{made.service}: slowest answers above 3 s"
    over = made.alert(name, summary, severity="warning", resolved_after=150)
    return made.scenario(
        made.alert(name, summary, severity="warning", value=3.4),
        {"is_real": False, "should_create_issue": False, "incidents": {"count": 1}, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
        after_seconds=60,
        steps=[Step(after_seconds=160, body=over)],
    )


@family(Kind.HTTP_5XX, is_real=False)
def unused_method_is_not_implemented(draw: Draw) -> Scenario:
    """A security scan asks with odd methods and is told 501 a few times; no customer uses them."""
    made = scene(draw, ("web", "assets"), python_logging, json_lines)
    made.traffic("GET /assets/{n}", "GET /", count=(130, 220))
    for seconds in draw.times(draw.between(2, 3), -260, -100):
        made.log.line(
            seconds,
            "warning" if not made.log_is_json else "warn",
            f"{draw.pick(('TRACE', 'TRACK', 'PROPFIND'))} / 501 Not Implemented agent=Nessus",
            logger="http",
        )
    return made.scenario(
        made.alert("Http5xx", f"{made.service}: 5xx seen", severity="info", value=3),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
        after_seconds=200,
    )
