"""Queues and their workers: messages that pile up, and retries that do their work."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, logfmt, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, scene, up
from tests.scenarios.traces import java, python


@family(Kind.OTHER, is_real=True)
def poison_message_stops_a_partition(draw: Draw) -> Scenario:
    """One record cannot be read, the Kafka consumer takes it again and again, and the lag grows."""
    made = scene(draw, ("shipment-consumer", "tracking-consumer"), spring)
    topic = draw.pick(("shipments.v2", "parcel-events"))
    offset, partition = draw.between(10_000, 900_000), draw.between(0, 11)
    for seconds in draw.times(draw.between(40, 80), -900, -290):
        made.log.line(
            seconds, "info", f"processed shipment {draw.between(1000, 9999)}", logger="c.e.tracking.Listener"
        )
    for seconds in draw.times(draw.between(30, 80), -285, 100):
        trace = java(
            draw,
            ["com.example.tracking.ShipmentDeserializer.deserialize(ShipmentDeserializer.java)"],
            above=[
                "com.fasterxml.jackson.databind.DeserializationContext.weirdStringException(DeserializationContext.java:1958)"
            ],
            spring=False,
        )
        made.log.line(
            seconds,
            "error",
            f"org.apache.kafka.common.errors.RecordDeserializationException: Error deserializing VALUE for partition {topic}-{partition} at offset {offset}. If needed, please seek past the record to continue consumption.",
            below=trace,
            logger="o.s.k.l.KafkaMessageListenerContainer",
            thread="ntainer#0-0-C-1",
        )
    return made.scenario(
        made.alert(
            "KafkaConsumerLag",
            f"lag of {made.service} on {topic} above 10000",
            severity="critical",
            value=18_440,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": "Error deserializing",
            "culprit_contains": "ShipmentDeserializer",
        },
        world={"health": up(draw)},
    )


@family(Kind.OTHER, is_real=True)
def broker_blocks_its_publishers(draw: Draw) -> Scenario:
    """RabbitMQ is low on memory and blocks all publishers; orders are accepted but not passed on."""
    made = scene(draw, ("order-publisher", "events-api"), logfmt, json_lines, plain)
    made.traffic("GET /v1/events/{n}", count=(60, 110))
    made.log.line(-282, "warn", "AMQP connection blocked: low on memory")
    for seconds in draw.times(draw.between(20, 60), -270, 100):
        made.log.line(
            seconds,
            "error",
            "publish to exchange orders timed out after 10 s; connection.blocked reason='low on memory'",
            order_id=draw.between(10_000, 99_999),
        )
    return made.scenario(
        made.alert(
            "PublishFailures", f"{made.service}: events are not published", severity="critical", value=37
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": ["infrastructure", "performance"],
            "known_issue": "",
            "error_contains": "publish to exchange",
        },
        world={"health": up(draw, external={"rabbitmq": "degraded"})},
    )


@family(Kind.OTHER, is_real=False)
def retries_of_a_task_succeed(draw: Draw) -> Scenario:
    """The mail provider drops some connections; Celery tries each mail again, and each one is sent."""
    made = scene(draw, ("mail-worker", "celery-mail"), python_logging)
    for seconds in draw.times(draw.between(60, 130), -890, 60):
        task = draw.uuid()
        if draw.chance(0.5):
            made.log.line(
                seconds,
                "warning",
                f"Task mail.send[{task}] retry: Retry in {draw.between(1, 9)}s: SMTPServerDisconnected('Connection unexpectedly closed')",
                logger="celery.app.trace",
            )
        made.log.line(
            seconds + 12,
            "info",
            f"Task mail.send[{task}] succeeded in {draw.real(0.2, 2)}s: None",
            logger="celery.app.trace",
        )
    return made.scenario(
        made.alert("CeleryRetries", f"{made.service}: more retries than usual", severity="warning", value=30),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "history": [{"started_at": made.ago(days=day), "is_real": False} for day in (9, 5, 2)],
        },
    )


@family(Kind.OTHER, is_real=False)
def consumers_share_partitions_anew(draw: Draw) -> Scenario:
    """A consumer was added, so Kafka's group rebalanced for four seconds; the lag is back to nothing."""
    made = scene(draw, ("clicks-consumer", "audit-consumer"), spring, json_lines)
    for seconds in draw.times(draw.between(70, 140), -900, 110):
        made.log.line(
            seconds,
            "info",
            f"committed {draw.between(100, 900)} records, lag {draw.between(0, 9)}",
            logger="c.e.audit.Loop",
        )
    for number in (1, 2):
        made.log.line(
            -50 + number,
            "warn",
            f"[Consumer clientId=consumer-{number}, groupId={made.service}] Offset commit failed: The coordinator is rebalancing",
            logger="o.a.k.c.c.i.ConsumerCoordinator",
        )
    made.log.line(
        -45,
        "info",
        f"[Consumer clientId=consumer-1, groupId={made.service}] Successfully joined group with generation {draw.between(3, 90)}",
        logger="o.a.k.c.c.i.ConsumerCoordinator",
    )
    return made.scenario(
        made.alert("KafkaConsumerLag", f"lag of {made.service} above 1000", severity="warning", value=1_204),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
        after_seconds=150,
    )


@family(Kind.OTHER, is_real=True, red_herring=True)
def refunds_are_dropped_among_retries(draw: Draw) -> Scenario:
    """Hundreds of retries that succeed stand beside a few refunds that are given up for a wrong type."""
    made = scene(draw, ("refund-worker", "payments-worker"), python_logging)
    for seconds in draw.times(draw.between(90, 180), -890, 80):
        made.log.line(
            seconds,
            "error",
            f"Task statements.fetch[{draw.uuid()}] retry: Retry in 2s: ConnectionResetError(104, 'Connection reset by peer')",
            logger="celery.app.trace",
        )
        made.log.line(
            seconds + 3, "info", f"Task statements.fetch[{draw.uuid()}] succeeded", logger="celery.app.trace"
        )
    error = "TypeError: unsupported operand type(s) for -: 'decimal.Decimal' and 'float'"
    for seconds in draw.times(draw.between(4, 7), -270, 90):
        trace = python(
            draw,
            [("refund", "payments/tasks.py"), ("remaining", "payments/refunds.py")],
            error,
            above=("celery/app/trace.py:453 trace_task", "celery/app/trace.py:736 __protected_call__"),
        )
        made.log.line(
            seconds,
            "error",
            f"Task refunds.pay[{draw.uuid()}] raised unexpected: {error[:60]}",
            below=trace,
            logger="celery.app.trace",
        )
        made.log.line(
            seconds + 0.01,
            "critical",
            f"refund {draw.between(1000, 9999)} given up, money not returned",
            logger="payments.tasks",
        )
    return made.scenario(
        made.alert("RefundsFailed", f"{made.service}: refunds fail", severity="critical", value=5),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": ["unsupported operand type", "given up"],
            "culprit_contains": "payments/refunds.py",
        },
        world={"health": up(draw)},
    )


@family(Kind.OTHER, is_real=True)
def consumer_is_too_slow_for_the_day(draw: Draw) -> Scenario:
    """Twice the usual orders come in, and the only consumer falls behind by ten minutes and more."""
    made = scene(draw, ("fulfilment", "email-sender"), go_log, logfmt)
    for seconds in draw.times(draw.between(80, 150), -900, 110):
        waiting = int(60_000 + 40 * seconds)
        made.log.line(seconds, "info", f"handled batch of {draw.between(20, 50)}", waiting=waiting)
        if seconds > -280 and draw.chance(0.6):
            made.log.line(
                seconds + 0.1,
                "warn",
                f"queue too slow: oldest message waits {draw.between(600, 1500)} s",
                waiting=waiting,
            )
    return made.scenario(
        made.alert(
            "QueueBacklog",
            f"{made.service}: oldest message older than 10 minutes",
            severity="critical",
            value=812,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": ["performance", "infrastructure"],
            "known_issue": "",
        },
        world={"health": up(draw)},
    )
