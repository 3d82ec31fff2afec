"""What was known before: open issues, closed ones, others, and clocks that lie."""

from datetime import timedelta

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import java, node, python


@family(Kind.HTTP_5XX, is_real=True)
def known_fault_comes_again(draw: Draw) -> Scenario:
    """The fault of an issue that is still open comes again, with the same message."""
    made = scene(draw, ("orders-api", "basket"), pino, plain)
    made.traffic("GET /api/basket/{n}", "POST /api/basket", count=(110, 200))
    number = draw.between(12, 900)
    name = draw.pick(("discount", "shippingMethod", "currency"))
    error = f"TypeError: Cannot read properties of null (reading '{name}')"
    for seconds in draw.times(draw.between(14, 40), -285, 100):
        made.log.line(seconds, "error", error, below=node(draw, [("applyRules", "src/basket/rules.ts")]))
        made.log.access(seconds + 0.002, "POST", "/api/basket", 500, 6)
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=21),
        {
            "is_real": True,
            "should_create_issue": False,
            "should_update_existing": number,
            "type": "bug",
            "error_contains": name,
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.02, 0.08),
            "history": [
                {
                    "started_at": made.ago(days=draw.between(1, 5)),
                    "is_real": True,
                    "issue_number": number,
                    "issue_state": "open",
                    "error": error,
                }
            ],
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def other_fault_of_same_service_is_open(draw: Draw) -> Scenario:
    """The service has an open issue, but for quite another fault; this one is new."""
    made = scene(draw, ("billing", "orders"), spring, json_lines)
    made.traffic("GET /api/bills/{n}", "POST /api/bills", count=(110, 200))
    for seconds in draw.times(draw.between(14, 40), -285, 100):
        trace = java(draw, ["com.example.billing.PeriodParser.parse(PeriodParser.java)"])
        made.log.line(
            seconds,
            "error",
            "java.time.format.DateTimeParseException: Text '2026-02-30' could not be parsed: Invalid date 'FEBRUARY 30'",
            below=trace,
        )
        made.log.access(seconds + 0.002, "POST", "/api/bills", 500, 6)
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=18),
        {
            "is_real": True,
            "should_create_issue": True,
            "should_update_existing": "",
            "type": "bug",
            "known_issue": "",
            "error_contains": "could not be parsed",
            "culprit_contains": "PeriodParser",
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.02, 0.08),
            "history": [
                {
                    "started_at": made.ago(days=draw.between(2, 20)),
                    "is_real": True,
                    "issue_number": draw.between(12, 900),
                    "issue_state": "open",
                    "error": draw.pick(
                        (
                            "java.lang.OutOfMemoryError: Java heap space",
                            "org.springframework.mail.MailSendException: Mail server connection failed",
                        )
                    ),
                }
            ],
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def closed_fault_is_back(draw: Draw) -> Scenario:
    """An issue was closed as mended a month ago, and now the fault is back."""
    made = scene(draw, ("planner-api", "calendar"), python_logging)
    for seconds in draw.times(draw.between(90, 160), -900, 100):
        made.log.line(
            seconds, "info", f'"GET /api/days/{draw.between(1, 365)} HTTP/1.1" 200', logger="uvicorn.access"
        )
    error = "ValueError: day is out of range for month"
    for seconds in draw.times(draw.between(13, 35), -285, 100):
        trace = python(
            draw,
            [("post_day", "planner/routes.py"), ("shift", "planner/dates.py")],
            error,
            above=("fastapi/routing.py:212 run_endpoint_function",),
        )
        made.log.line(seconds, "error", "Exception in ASGI application", below=trace, logger="uvicorn.error")
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=16),
        {
            "is_real": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": "day is out of range",
            "culprit_contains": "planner/dates.py",
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.02, 0.07),
            "history": [
                {
                    "started_at": made.ago(days=draw.between(28, 45)),
                    "is_real": True,
                    "issue_number": draw.between(12, 900),
                    "issue_state": "closed",
                    "error": error,
                }
            ],
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def alert_comes_from_the_future(draw: Draw) -> Scenario:
    """The sender's clock is hours ahead of everybody's; the fault is real and in the log of this minute."""
    made = scene(draw, ("tickets", "seating"), go_log, json_lines)
    made.traffic("GET /v1/seats/{n}", "POST /v1/seats", count=(110, 200))
    for seconds in draw.times(draw.between(20, 50), -285, 100):
        made.log.line(
            seconds,
            "error",
            'reserve seat: pq: invalid input syntax for type uuid: "undefined"',
            seat=draw.between(1, 900),
        )
        made.log.access(seconds + 0.002, "POST", "/v1/seats", 500, 4)
    ahead = draw.between(2, 9) * 3600
    return made.scenario(
        made.alert(
            "High5xxRate",
            f"{made.service}: 5xx above 10 in 5 minutes",
            severity="critical",
            value=31,
            after_seconds=ahead,
        ),
        {"is_real": True, "should_create_issue": True, "severity": "high", "known_issue": ""},
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.4)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def service_nobody_has_written_down(draw: Draw) -> Scenario:
    """A new service that is in no catalogue fails at each request for a price."""
    made = scene(draw, (f"poc-{draw.hex(4)}", f"hackday-{draw.hex(4)}"), python_logging)
    for seconds in draw.times(draw.between(40, 90), -900, 100):
        made.log.line(seconds, "info", "tick", logger="main")
    error = "ZeroDivisionError: division by zero"
    for seconds in draw.times(draw.between(12, 40), -285, 100):
        made.log.line(
            seconds,
            "error",
            "Exception on /price [GET]",
            below=python(
                draw, [("price", "main.py")], error, above=("flask/app.py:1484 full_dispatch_request",)
            ),
            logger="main",
        )
    return made.scenario(
        made.alert("High5xxRate", f"{made.service} fails", severity="warning", value=17),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": "division by zero",
            "culprit_contains": "main.py",
        },
        world={"metrics": rates(draw, 0.02, 0.09)},
    )


@family(Kind.OTHER, is_real=False)
def rule_that_people_call_noise(draw: Draw) -> Scenario:
    """People have called this alert noise each time; today it says the same, and nothing else is wrong."""
    made = scene(draw, ("sitemap", "feeds"), plain, json_lines)
    made.traffic("GET /feeds/{n}", count=(90, 160))
    text = draw.pick(
        ("sitemap: ping to old search engine answered 410", "feed reader closed the stream early")
    )
    for seconds in draw.times(draw.between(2, 3), -250, 60):
        made.log.line(seconds, "error", text)
    return made.scenario(
        made.alert("FeedErrors", f"{made.service}: errors", severity="warning", value=3),
        {"is_real": False, "should_create_issue": False, "should_update_existing": "", "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "history": [
                {"started_at": made.ago(days=day), "is_real": False, "error": text}
                for day in (30, 22, 15, 8, 1)
            ],
        },
    )


@family(Kind.DATABASE, is_real=True, red_herring=True)
def clock_of_one_host_is_hours_off(draw: Draw) -> Scenario:
    """A host's clock is two hours slow, and its warnings about that are many; the failing write is another matter."""
    made = scene(draw, ("ledger", "accounts-api"), plain)
    made.traffic("GET /v1/accounts/{n}", "POST /v1/accounts", count=(80, 140))
    for seconds in draw.times(draw.between(60, 110), -880, 100):
        told = made.log.at(seconds) - timedelta(hours=2)
        made.log.line(
            seconds,
            "error",
            f"clock skew: peer ledger-2 says {told:%H:%M:%S}, 7200 s behind; using own clock",
        )
    for seconds in draw.times(draw.between(14, 30), -285, 100):
        made.log.line(
            seconds,
            "error",
            'ERROR: new row for relation "bookings" violates check constraint "bookings_amount_positive"',
            below=node(
                draw,
                [("insertBooking", "src/ledger/insert.js")],
                above=["Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:285:98)"],
                express=False,
            ),
        )
        made.log.access(seconds + 0.004, "POST", "/v1/bookings", 500, 7)
    return made.scenario(
        made.alert("DatabaseErrors", f"{made.service}: inserts fail", severity="critical", value=22),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": ["database", "bug"],
            "known_issue": "",
            "error_contains": "violates check constraint",
            "culprit_contains": "src/ledger/insert.js",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
    )
