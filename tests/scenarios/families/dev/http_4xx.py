"""Servers that answer 4xx: mostly a client's fault, sometimes ours."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import json_lines, logfmt, pino, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import node, python

PROBES = (
    "/wp-login.php",
    "/wp-admin/setup-config.php",
    "/xmlrpc.php",
    "/.env",
    "/.git/config",
    "/phpmyadmin/index.php",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/cgi-bin/luci",
    "/wp-content/plugins/hellopress/wp_filemanager.php",
)


@family(Kind.HTTP_4XX, is_real=False)
def scanner_looks_for_wordpress(draw: Draw) -> Scenario:
    """A scanner asks for other people's software and is told 404; customers notice nothing."""
    made = scene(draw, ("web", "shop-web", "edge-nginx"), plain)
    address = f"203.0.113.{draw.between(2, 250)}"
    agent = draw.pick(("Mozilla/5.0 zgrab/0.x", "python-requests/2.31.0", "Go-http-client/1.1"))
    for seconds in draw.times(draw.between(80, 200), -900, 110):
        made.nginx(
            seconds, draw.pick(("GET /", "GET /menu", "GET /assets/app.js")), 200, draw.between(900, 30_000)
        )
    for seconds in draw.times(draw.between(60, 150), -290, 100):
        method = draw.pick(("GET", "GET", "POST"))
        made.nginx(
            seconds,
            f"{method} {draw.pick(PROBES)}",
            draw.pick((404, 404, 404, 403)),
            153,
            agent=agent,
            ip=address,
        )
    return made.scenario(
        made.alert(
            "High4xxRate", f"More than 50 responses 4xx from {made.service} in 5 minutes", severity="warning"
        ),
        {"is_real": False, "should_create_issue": False, "known_issue": "bots-probing", "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.HTTP_4XX, is_real=False)
def old_app_version_sends_bad_dates(draw: Draw) -> Scenario:
    """One old version of a phone app sends dates in a wrong format and retries; the service refuses them."""
    made = scene(draw, ("booking-api", "reservations"), json_lines, pino, plain)
    made.traffic("GET /api/slots/{n}", "GET /api/venues/{n}", "POST /api/bookings")
    version = f"4.{draw.between(1, 9)}.{draw.between(0, 5)}"
    status = draw.pick((400, 422))
    for seconds in draw.times(draw.between(55, 120), -285, 100):
        made.log.line(
            seconds,
            "warn",
            f"validation failed: body.date must match format YYYY-MM-DD, got {draw.pick(('13/02/26', '2/3/26', 'tomorrow'))}",
            userAgent=f"BookerAndroid/{version}",
            userId=draw.pick((4411, 4411, 5120, 7733)),
        )
        made.log.access(seconds + 0.004, "POST", "/api/bookings", status, draw.real(1, 6))
    return made.scenario(
        made.alert("Http4xxSpike", f"{made.service} answers many {status}", severity="warning", value=72),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.HTTP_4XX, is_real=False)
def crawler_follows_dead_links(draw: Draw) -> Scenario:
    """A crawler follows the links of last year's menu; every one of them is 404, as it should be."""
    made = scene(draw, ("catalog", "menu-service", "content-api"), plain, logfmt, json_lines)
    made.traffic("GET /menus/{n}", "GET /restaurants/{n}", count=(120, 240))
    bot = draw.pick(("bingbot/2.0", "AhrefsBot/7.0", "SemrushBot/7~bl", "GPTBot/1.2"))
    for seconds in draw.times(draw.between(70, 160), -290, 110):
        path = f"/menus/2024/{draw.pick(('spring', 'summer', 'xmas'))}/{draw.between(1, 900)}"
        made.log.access(seconds, "GET", path, 404, draw.real(1, 9), agent=bot)
        if draw.chance(0.4):
            made.log.line(seconds + 0.001, "error", f"NotFoundError: no menu at {path}")
    return made.scenario(
        made.alert(
            "TooMany4xx",
            f"4xx above 50 in 5 minutes on {made.service}",
            severity=draw.pick(("warning", "info")),
        ),
        {"is_real": False, "should_create_issue": False},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.HTTP_4XX, is_real=True, red_herring=True)
def lost_orders_beside_a_404_storm(draw: Draw) -> Scenario:
    """A bot's 404s raise the alert; beside them paid orders are not stored, each with an exception."""
    made = scene(draw, ("order-service", "orders"), plain, pino)
    made.traffic("GET /api/orders/{n}", "GET /api/products/{n}", "POST /api/orders")
    for seconds in draw.times(draw.between(90, 200), -290, 100):
        made.log.access(
            seconds,
            "GET",
            f"/api/products/{draw.pick(('sku', 'item'))}-{draw.between(1, 99_999)}.aspx",
            404,
            2,
        )
    file = draw.pick(("src/orders/persist.ts", "src/orders/saveOrder.ts"))
    trace = node(
        draw, [("persistOrder", file), ("onPaymentCaptured", "src/payments/captured.ts")], express=False
    )
    for seconds in draw.times(draw.between(4, 7), -270, 95):
        made.log.line(
            seconds,
            "error",
            f"RangeError: Invalid time value while storing order {draw.between(10_000, 99_999)}; payment was captured",
            below=trace,
        )
    return made.scenario(
        made.alert(
            "High4xxRate", f"More than 50 responses 4xx from {made.service} in 5 minutes", severity="warning"
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "error_contains": "Invalid time value",
            "culprit_contains": file,
            "remediation": "",
        },
        world={"health": up(draw), "metrics": calm(draw, error_rate=draw.real(0.002, 0.006))},
    )


@family(Kind.HTTP_4XX, is_real=True)
def limiter_throttles_everybody(draw: Draw) -> Scenario:
    """After a deployment the limiter takes the proxy's address for everybody's: customers get 429."""
    made = scene(draw, ("public-api", "gateway", "api-gateway"), plain, json_lines, logfmt)
    made.traffic("GET /api/search", "GET /api/listings/{n}", count=(40, 80), low=-900, high=-320)
    address = draw.ip()
    for seconds in draw.times(draw.between(90, 180), -300, 110):
        path = draw.pick(("/api/search", "/api/listings/17", "/api/me", "/api/cart"))
        made.log.line(
            seconds,
            "warn",
            f"rate limit exceeded for {address}: 100 per minute",
            userId=draw.between(100, 900),
        )
        made.log.access(seconds + 0.002, "GET", path, 429, 1)
        if draw.chance(0.25):
            made.log.access(seconds + 0.1, "GET", path, 200, draw.real(8, 40))
    return made.scenario(
        made.alert(
            "High4xxRate",
            f"{made.service}: 429 for a large part of the requests",
            severity="warning",
            value=140,
        ),
        {"is_real": True, "should_create_issue": True, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw, requests=draw.between(200, 400)),
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=9),
                    "finished_at": made.ago(minutes=6),
                }
            ],
        },
    )


@family(Kind.HTTP_4XX, is_real=True)
def serializer_refuses_every_booking(draw: Draw) -> Scenario:
    """A release renamed a field on one side only, so nobody at all can book: 400 for every signed-in user."""
    made = scene(draw, ("booking-api", "tickets-api"), python_logging)
    for seconds in draw.times(draw.between(80, 150), -900, 100):
        made.log.line(
            seconds, "info", f'"GET /api/events/{draw.between(1, 90)} HTTP/1.1" 200', logger="django.server"
        )
    field = draw.pick(("party_size", "seat_count", "guest_name"))
    error = f"KeyError: '{field}'"
    for seconds in draw.times(draw.between(52, 110), -295, 100):
        made.log.line(
            seconds,
            "error",
            f"booking of user {draw.between(1000, 9999)} refused",
            below=python(
                draw, [("create", "bookings/views.py"), ("to_internal", "bookings/serializers.py")], error
            ),
            logger="bookings.views",
        )
        made.log.line(seconds + 0.004, "warning", '"POST /api/bookings HTTP/1.1" 400', logger="django.server")
    return made.scenario(
        made.alert(
            "High4xxRate", f"{made.service}: every POST /api/bookings is 400", severity="warning", value=60
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": field,
            "culprit_contains": "bookings/serializers.py",
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.0005, 0.001),
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=14),
                    "finished_at": made.ago(minutes=11),
                }
            ],
        },
    )
