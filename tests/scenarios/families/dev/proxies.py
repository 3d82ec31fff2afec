"""Proxies in front of services: nginx, Envoy, HAProxy, and the certificates between them."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import json_lines, logfmt, pino, plain
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import node


@family(Kind.HTTP_5XX, is_real=True)
def nginx_finds_nobody_behind_it(draw: Draw) -> Scenario:
    """The backend has died; nginx answers 502 for everything."""
    made = scene(draw, ("edge-nginx", "web-proxy"), plain)
    for seconds in draw.times(draw.between(60, 120), -900, -285):
        made.nginx(seconds, f"GET /api/items/{draw.between(1, 900)}", 200, draw.between(100, 9000))
    upstream = f"{draw.ip()}:{draw.pick((3000, 8000, 8080))}"
    for seconds in draw.times(draw.between(40, 110), -280, 100):
        path = f"/api/{draw.pick(('items', 'cart', 'me'))}"
        said = made.log.at(seconds).strftime("%Y/%m/%d %H:%M:%S")
        made.log.raw(
            seconds,
            f"{said} [error] 29#29: *{draw.between(1000, 90_000)} connect() failed (111: Connection refused) while connecting to upstream, "
            f'client: {draw.ip()}, server: _, request: "GET {path} HTTP/1.1", upstream: "http://{upstream}{path}", host: "www.example.com"',
        )
        made.nginx(seconds, f"GET {path}", 502, 157)
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: nearly all answers are 502", severity="critical", value=980
        ),
        {
            "is_real": True,
            "severity": "critical",
            "type": ["infrastructure", "bug"],
            "known_issue": "upstream-connection-failed",
            "error_contains": "while connecting to upstream",
        },
        world={"health": {"api": "down"}, "metrics": rates(draw, 0.9, 1.0)},
    )


@family(Kind.HTTP_4XX, is_real=False)
def people_leave_before_the_answer(draw: Draw) -> Scenario:
    """A train goes through a tunnel: phones close their connections, and nginx notes 499s."""
    made = scene(draw, ("edge-nginx", "mobile-gateway"), plain)
    for seconds in draw.times(draw.between(120, 240), -900, 110):
        made.nginx(seconds, f"GET /api/feed?page={draw.between(1, 9)}", 200, draw.between(900, 30_000))
    for seconds in draw.times(draw.between(52, 110), -250, 60):
        said = made.log.at(seconds).strftime("%Y/%m/%d %H:%M:%S")
        made.log.raw(
            seconds,
            f"{said} [info] 31#31: *{draw.between(1000, 90_000)} epoll_wait() reported that client prematurely closed connection, "
            f'so upstream connection is closed too while sending request to upstream, client: {draw.ip()}, request: "GET /api/feed HTTP/1.1"',
        )
        made.nginx(seconds, "GET /api/feed", 499, 0)
    return made.scenario(
        made.alert(
            "High4xxRate",
            f"{made.service}: more than 50 answers 4xx in 5 minutes",
            severity="warning",
            value=77,
        ),
        {
            "is_real": False,
            "should_create_issue": False,
            "known_issue": "client-aborted-request",
            "remediation": "",
        },
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def envoy_loses_connections_to_a_pod(draw: Draw) -> Scenario:
    """One of eight pods closes connections early; Envoy answers 503 for its share of the requests."""
    made = scene(draw, ("ingress-envoy", "mesh-gateway"), logfmt, json_lines)
    made.traffic("GET /v1/quotes/{n}", "POST /v1/quotes", count=(160, 260))
    pod = f"{draw.ip()}:8080"
    for seconds in draw.times(draw.between(16, 45), -285, 100):
        made.log.line(
            seconds,
            "error",
            "503 UC upstream connect error or disconnect/reset before headers. reset reason: connection termination",
            upstream_host=pod,
            path="/v1/quotes",
        )
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 503s above 10 in 5 minutes", severity="warning", value=25
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": ["infrastructure", "bug"],
            "known_issue": "upstream-connection-failed",
            "error_contains": "upstream connect error",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def partner_certificate_has_run_out(draw: Draw) -> Scenario:
    """The certificate of a partner's API ran out at midnight, and all calls to it fail since."""
    made = scene(draw, ("shipping-api", "labels"), pino, plain)
    made.traffic("GET /api/parcels/{n}", "GET /api/rates", count=(80, 150))
    file = draw.pick(("src/carriers/dhl.ts", "src/carriers/client.ts"))
    for seconds in draw.times(draw.between(18, 50), -285, 100):
        trace = node(
            draw,
            [("createLabel", file)],
            above=[
                "TLSSocket.onConnectSecure (node:_tls_wrap:1674:34)",
                "TLSSocket.emit (node:events:519:28)",
            ],
            express=False,
        )
        made.log.line(
            seconds,
            "error",
            "Error: certificate has expired",
            below=trace,
            code="CERT_HAS_EXPIRED",
            host="api.carrier.example.com",
        )
        made.log.access(seconds + 0.003, "POST", "/api/labels", 500, 120)
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: labels cannot be made", severity="critical", value=33),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": ["high", "critical"],
            "type": ["infrastructure", "security", "bug"],
            "known_issue": "tls-certificate-expired",
            "error_contains": "certificate has expired",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.14, 0.4)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def haproxy_has_no_server_left(draw: Draw) -> Scenario:
    """HAProxy's checks took the last server out of the backend; it answers 503 itself."""
    made = scene(draw, ("lb", "haproxy-edge"), plain)
    made.traffic("GET /api/orders/{n}", "GET /assets/{n}", high=-200, count=(70, 140))
    for number, seconds in enumerate(draw.times(2, -200, -190), start=1):
        made.log.line(
            seconds,
            "warn",
            f'Server be_api/api-{number} is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. {2 - number} active and 0 backup servers left.',
        )
    made.log.line(-189, "alert", "backend 'be_api' has no server available!")
    for seconds in draw.times(draw.between(40, 120), -188, 105):
        made.log.line(
            seconds,
            "error",
            f'{draw.ip()}:{draw.between(30_000, 60_000)} fe_https be_api/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- "GET /api/orders/{draw.between(1, 99)} HTTP/1.1"',
        )
    return made.scenario(
        made.alert(
            "BackendDown", f"{made.service}: backend be_api has no servers", severity="critical", value=0
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "critical",
            "type": ["infrastructure", "bug"],
        },
        world={"health": {"api": "down"}, "metrics": rates(draw, 0.85, 1.0)},
    )
