"""The outside world: other companies' services, name servers, disks."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, pino, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import node, python


@family(Kind.HTTP_5XX, is_real=True)
def payment_provider_says_slow_down(draw: Draw) -> Scenario:
    """A bulk import calls the payment provider too often; it answers 429, and customers cannot pay."""
    made = scene(draw, ("payments", "checkout"), pino, plain)
    made.traffic("GET /api/payments/{n}", "POST /api/payments", count=(100, 180))
    file = draw.pick(("src/stripe/charge.ts", "src/psp/client.ts"))
    for seconds in draw.times(draw.between(18, 50), -285, 100):
        trace = node(
            draw,
            [("charge", file)],
            above=["settle (/app/node_modules/axios/lib/core/settle.js:19:12)"],
            express=False,
        )
        made.log.line(
            seconds,
            "error",
            "AxiosError: Request failed with status code 429",
            below=trace,
            url="https://api.psp.example.com/v1/charges",
        )
        made.log.access(seconds + 0.002, "POST", "/api/payments", 500, 220)
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: payments fail", severity="critical", value=30),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "component": "backend-api",
            "known_issue": "external-api-rate-limited",
            "error_contains": "429",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.3)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def names_are_not_resolved(draw: Draw) -> Scenario:
    """The cluster's name server is overloaded: lookups fail with EAI_AGAIN, and calls between services with them."""
    made = scene(draw, ("bff", "orders-api", "graphql"), pino, plain)
    made.traffic("GET /api/orders/{n}", "GET /api/me", count=(100, 180))
    host = draw.pick(("users.default.svc.cluster.local", "billing.internal", "postgres.railway.internal"))
    for seconds in draw.times(draw.between(15, 45), -285, 100):
        trace = node(
            draw,
            [("fetchUser", "src/clients/users.js")],
            above=["GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:109:26)"],
            express=False,
        )
        made.log.line(seconds, "error", f"Error: getaddrinfo EAI_AGAIN {host}", below=trace, code="EAI_AGAIN")
        made.log.access(seconds + 0.002, "GET", "/api/me", 500, 5_010)
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=29
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": "infrastructure",
            "known_issue": "dns-lookup-failed",
            "error_contains": "EAI_AGAIN",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.4)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def uploads_find_no_space(draw: Draw) -> Scenario:
    """The volume for uploads is full: ENOSPC for each file somebody sends."""
    made = scene(draw, ("uploads", "media-api", "attachments"), pino, plain, json_lines)
    made.traffic("GET /api/files/{n}", "GET /api/albums/{n}", count=(100, 180))
    for seconds in draw.times(draw.between(14, 40), -285, 100):
        trace = node(draw, [("save", "src/storage/disk.js")], express=False)
        made.log.line(
            seconds,
            "error",
            f"Error: ENOSPC: no space left on device, write '/data/uploads/{draw.hex(8)}.part'",
            below=trace,
        )
        made.log.access(seconds + 0.002, "POST", "/api/files", 500, draw.real(20, 90))
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: uploads fail", severity="critical", value=26),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": ["high", "critical"],
            "type": "infrastructure",
            "known_issue": "disk-full",
            "error_contains": "ENOSPC",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.3)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def service_opens_files_without_end(draw: Draw) -> Scenario:
    """A client is made for each request and never closed, until no file can be opened (Go)."""
    made = scene(draw, ("relay", "proxy-api", "fetcher"), go_log)
    made.traffic("GET /v1/fetch/{n}", "POST /v1/fetch", count=(90, 170))
    for seconds in draw.times(draw.between(20, 70), -285, 100):
        made.log.line(
            seconds,
            "error",
            f"http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in {draw.pick((5, 10, 80, 160, 640))}ms",
        )
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: connections are refused", severity="critical", value=51),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "known_issue": "too-many-open-files",
            "error_contains": "too many open files",
        },
        world={"health": up(draw, response_ms=draw.between(300, 900)), "metrics": rates(draw, 0.15, 0.4)},
    )


@family(Kind.OTHER, is_real=True)
def scraped_page_has_a_new_face(draw: Draw) -> Scenario:
    """The guide's site has new markup, and the scraper finds no name in any page."""
    made = scene(draw, ("scraper",), python_logging)
    for seconds in draw.times(draw.between(60, 120), -900, -280):
        made.log.line(
            seconds,
            "info",
            f"scraped https://guide.example.com/restaurant/{draw.between(1, 9000)}",
            logger="scraper.run",
        )
    error = "AttributeError: 'NoneType' object has no attribute 'text'"
    for seconds in draw.times(draw.between(20, 60), -275, 100):
        trace = python(
            draw, [("run", "scraper/run.py"), ("parse_restaurant", "scraper/parse.py")], error, above=()
        )
        made.log.line(
            seconds, "error", f"page {draw.between(1, 9000)} failed", below=trace, logger="scraper.run"
        )
    return made.scenario(
        made.alert("ScraperErrors", f"{made.service}: pages fail", severity="warning", value=38),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "component": "scraper",
            "known_issue": "",
            "error_contains": "has no attribute 'text'",
            "culprit_contains": "scraper/parse.py",
        },
        world={"health": {"api": "up"}},
    )


@family(Kind.HTTP_5XX, is_real=False)
def object_store_hiccup_is_over(draw: Draw) -> Scenario:
    """The object store told us to slow down three times; the SDK tried again at once, and everything was stored."""
    made = scene(draw, ("media-api", "exports"), python_logging, json_lines)
    made.traffic("PUT /v1/objects/{n}", "GET /v1/objects/{n}", count=(100, 200))
    for seconds in draw.times(3, -280, -160):
        made.log.line(
            seconds,
            "warning",
            "botocore: retry needed: SlowDown (503) when calling PutObject; attempt 1 of 5",
            logger="botocore.retry",
        )
        made.log.line(seconds + 0.4, "info", "PutObject ok on attempt 2", logger="app.storage")
    return made.scenario(
        made.alert(
            "ObjectStoreErrors", f"{made.service}: object store answers 503", severity="info", value=3
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )
