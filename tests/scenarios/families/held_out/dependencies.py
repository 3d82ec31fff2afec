"""What a service needs and does not get: a partner, a certificate, a cache, a quota, a broker."""

from datetime import timedelta

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import REAL, begin, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, go_log, json_lines, logfmt, python_logging, spring
from tests.scenarios.scenario import Scenario


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def the_payment_partner_is_down(draw: Draw) -> Scenario:
    """A Go service cannot pay because the partner's gateway refuses connections; its own parts are well."""
    start = begin(draw)
    service = draw.pick(("checkout", "parking", "ticket-sales"))
    partner = draw.pick(("payments", "card-gateway", "sepa"))
    address = f"{draw.ip()}:8443"
    log = Log(start, go_log)
    traffic(log, draw, ("/api/cart/{id}", "/api/offers", "/api/zones"), count=draw.between(80, 200))
    for seconds in draw.times(draw.between(16, 50), -280, 90):
        path = f"/v1/charges/{draw.uuid()}"
        cause = f'Post "https://{partner}.example.net{path}": dial tcp {address}: connect: connection refused'
        log.line(seconds, "error", f"charge failed: {cause}", user_id=draw.between(100, 9_999))
        log.access(seconds + 0.005, "POST", "/api/pay", 503, draw.real(3, 30))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http5xxHigh", "service": service, "severity": "critical"},
            summary=f"{service} answers 5xx",
            description="POST /api/pay",
            values={"A": draw.real(0.11, 0.3)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {
                "api": "up",
                "response_ms": draw.between(8, 40),
                "database": "up",
                "external": {partner: "down", "mail": "up"},
            },
            "metrics": {
                "error_rate": draw.real(0.12, 0.3),
                "requests": draw.between(150, 400),
                "baseline_error_rate": 0.002,
            },
        },
        expected={
            **REAL,
            "severity": "high",
            "component": "backend-api",
            "error_contains": "connection refused",
        },
    )


@family(Kind.HTTP_5XX, is_real=True, red_herring=True, variants=12)
def an_internal_certificate_ran_out(draw: Draw) -> Scenario:
    """A certificate between two services ran out; few requests need it. Many cancelled requests are noise."""
    start = begin(draw)
    service = draw.pick(("permits", "accounting", "dispatch"))
    peer = draw.pick(("vault", "tariff", "signer"))
    ran_out = start - timedelta(seconds=draw.between(240, 280))
    log = Log(start, logfmt)
    traffic(log, draw, ("/api/permits/{id}", "/api/tariffs", "/api/vehicles"), count=draw.between(80, 180))
    for seconds in draw.times(draw.between(80, 180), -880, 100):
        path = f"/api/permits/{draw.between(1, 9_999)}"
        log.line(seconds, "warn", "write response: context canceled", path=path, status=499)
    for seconds in draw.times(draw.between(11, 18), -230, 80):
        at = f"{log.at(seconds):%Y-%m-%dT%H:%M:%SZ}"
        late = f"current time {at} is after {ran_out:%Y-%m-%dT%H:%M:%SZ}"
        reason = f"x509: certificate has expired or is not yet valid: {late}"
        text = f'Post "https://{peer}.internal:8443/sign": tls: failed to verify certificate: {reason}'
        log.line(seconds, "error", text, path="/api/permits", status=502)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http5xx", "service": service, "severity": "warning"},
            summary=f"More than 10 responses of {service} with 5xx in 5 minutes",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(5, 40), "database": "up"},
            "metrics": {"error_rate": draw.real(0.015, 0.05), "requests": draw.between(300, 900)},
        },
        expected={
            **REAL,
            "type": ["infrastructure", "security"],
            "known_issue": "tls-certificate-expired",
            "error_contains": "certificate has expired",
        },
    )


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def redis_may_not_grow(draw: Draw) -> Scenario:
    """Redis is at its memory limit and evicts nothing, so it refuses every write; it can be reached well."""
    start = begin(draw)
    service = draw.pick(("sessions", "waiting-room", "polls"))
    log = Log(start, python_logging)
    traffic(log, draw, ("/api/polls/{id}", "/api/rooms", "/api/votes/{id}"), count=draw.between(70, 160))
    error = "OOM command not allowed when used memory > 'maxmemory'."
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/usr/lib/python3.12/site-packages/starlette/routing.py", line 73, in app\n'
        "    response = await f(request)\n"
        f'  File "/code/polls/votes.py", line {draw.between(20, 90)}, in cast\n'
        "    await store.setex(key, 3600, value)\n"
        '  File "/usr/lib/python3.12/site-packages/redis/asyncio/connection.py", line 564, in read_response\n'
        "    raise response from None\n"
        f"redis.exceptions.OutOfMemoryError: {error}"
    )
    for seconds in draw.times(draw.between(16, 28), -280, 90):
        log.line(seconds, "error", "Exception in ASGI application", below=trace, logger="uvicorn.error")
        log.access(seconds + 0.002, "POST", f"/api/votes/{draw.between(1, 99)}", 500, draw.real(2, 12))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "TooMany5xx", "service": service, "severity": "critical"},
            summary=f"{service}: 5xx above the limit",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {
                "api": "up",
                "response_ms": draw.between(5, 30),
                "external": {"redis": draw.pick(("up", "degraded"))},
            },
            "metrics": {"error_rate": draw.real(0.13, 0.4), "requests": draw.between(120, 400)},
        },
        expected={
            **REAL,
            "severity": "high",
            "known_issue": "",
            "error_contains": ["OOM command not allowed", "OutOfMemoryError"],
            "culprit_contains": "polls/votes.py",
        },
    )


@family(Kind.OTHER, is_real=True, variants=12)
def the_month_of_a_provider_is_used_up(draw: Draw) -> Scenario:
    """A provider refuses our calls for the rest of the month, because a loop used up the quota."""
    start = begin(draw)
    service = draw.pick(("summaries", "translator", "assistant-worker"))
    log = Log(start, json_lines)
    for seconds in draw.times(draw.between(40, 110), -880, -300):
        log.line(seconds, "info", f"job {draw.uuid()} done", took_ms=draw.between(300, 2_500))
    error = (
        "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, "
        "please check your plan and billing details.', 'code': 'insufficient_quota'}}"
    )
    trace = (
        "Traceback (most recent call last):\n"
        f'  File "/app/worker/summarise.py", line {draw.between(20, 80)}, in run\n'
        "    answer = client.chat.completions.create(model=model, messages=messages)\n"
        '  File "/usr/local/lib/python3.11/site-packages/openai/_base_client.py", line 1047, in request\n'
        "    raise self._make_status_error_from_response(err.response) from None\n"
        f"{error}"
    )
    for seconds in draw.times(draw.between(10, 40), -290, 90):
        log.line(seconds, "error", f"job {draw.uuid()} failed", exception=trace)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "JobsFail", "service": service, "severity": "warning"},
            summary=f"All jobs of {service} fail",
        ),
        now=start + timedelta(minutes=draw.between(2, 4)),
        log=log,
        log_is_json=True,
        world={"health": {"api": "up", "response_ms": draw.between(10, 60)}},
        expected={
            **REAL,
            "known_issue": "external-api-rate-limited",
            "error_contains": ["exceeded your current quota", "RateLimitError"],
            "culprit_contains": "worker/summarise.py",
        },
    )


@family(Kind.OTHER, is_real=True, variants=12)
def a_consumer_is_thrown_out_of_its_group(draw: Draw) -> Scenario:
    """A Kafka consumer works too long on a batch, loses its partitions, and does all of it again."""
    start = begin(draw)
    service = draw.pick(("settlement", "indexer", "audit-sink"))
    topic = draw.pick(("payments.v2", "orders", "audit-events"))
    log = Log(start, spring)
    kafka = {"logger": "o.a.k.c.c.internals.ConsumerCoordinator", "thread": "ntainer#0-0-C-1"}
    for seconds in draw.times(draw.between(30, 90), -880, 90):
        partition = draw.between(0, 11)
        log.line(seconds, "info", f"Processed record {topic}-{partition}@{draw.between(9_000, 99_999)}")
    reason = "Offset commit cannot be completed since the consumer is not part of an active group"
    trace = (
        f"org.apache.kafka.clients.consumer.CommitFailedException: {reason} for auto partition "
        "assignment; it is likely that the consumer was kicked out of the group.\n"
        "\tat org.apache.kafka.clients.consumer.internals.ConsumerCoordinator.commit(Coordinator.java:1351)\n"
        "\tat org.apache.kafka.clients.consumer.KafkaConsumer.commitSync(KafkaConsumer.java:1117)\n"
        f"\tat com.example.settle.BatchListener.onMessage(BatchListener.java:{draw.between(30, 99)})\n"
        "\tat org.springframework.kafka.listener.KafkaMessageListenerContainer.run(Container.java:1331)"
    )
    for seconds in draw.times(draw.between(5, 14), -290, 80):
        text = "Member consumer-1 sending LeaveGroup request due to consumer poll timeout has expired."
        log.line(seconds, "warn", text, **kafka)
        log.line(seconds + 1, "error", "Consumer exception", below=trace, **kafka)
        log.line(seconds + 4, "info", f"Request joining group {service} due to: rebalance failed", **kafka)
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "KafkaConsumerLag", "service": service, "severity": "warning", "topic": topic},
            summary=f"Lag of {service} on {topic} grows: {draw.between(20_000, 400_000)} records",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={"health": {"api": "up", "response_ms": draw.between(10, 60), "database": "up"}},
        expected={
            **REAL,
            "known_issue": "",
            "error_contains": ["Offset commit cannot be completed", "CommitFailedException"],
            "culprit_contains": "BatchListener",
        },
    )
