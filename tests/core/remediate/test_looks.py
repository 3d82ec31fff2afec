"""A look says what is known of a service just now, and what is not."""

from datetime import timedelta

from issue_intelligence.core.model.evidence import HealthProbe, ServiceState
from issue_intelligence.core.model.remediation import ServiceLook
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.looks import service_look
from issue_intelligence.core.remediate.own_names import own_names
from issue_intelligence.core.remediate.result import look_words
from tests.core.decide.factories import health
from tests.core.remediate.situations import NOW, look
from tests.core.report.example import log_analysis

FROM = NOW - timedelta(minutes=5)
DOWN = HealthProbe(name="shop", state=ServiceState.DOWN, response_time_ms=9, detail="answered 503")


def look_at(**changes: object) -> ServiceLook:
    given = {"health": None, "logs": None, "from_at": FROM, "at": NOW} | changes
    return service_look(given.pop("health"), given.pop("logs"), **given)  # type: ignore[arg-type]


def test_nothing_known_is_said() -> None:
    found = look_at(log_note="Loki did not answer")
    assert (found.healthy, found.errors, found.error_rate) == (None, None, None)
    assert look_words(found) == "health not known, errors not known (Loki did not answer)"


def test_failed_part_fails_the_service() -> None:
    found = look_at(health=health(api=True, probes=(DOWN,)))
    assert (found.healthy, found.health_detail) == (False, "shop: answered 503")


def test_log_without_a_line_tells_nothing() -> None:
    found = look_at(logs=log_analysis(lines=0, error_lines=0))
    assert found.errors is None
    assert found.log_note == "the log has no line of that time"


def test_log_with_lines_and_no_error_is_quiet() -> None:
    assert look_at(logs=log_analysis(lines=40, error_lines=0)).errors == 0


def test_rate_of_errors_counts_from_the_first_of_them() -> None:
    """A fault of twenty seconds is no fault of five minutes with few errors."""
    logs = log_analysis(error_lines=40, first_occurrence=NOW - timedelta(seconds=20))
    assert look_at(logs=logs, since_first_error=True).span_seconds == 20
    assert look_at(logs=logs).span_seconds == 300
    just_now = log_analysis(error_lines=2, first_occurrence=NOW)
    assert look_at(logs=just_now, since_first_error=True).span_seconds == 5


def test_look_reads_in_one_line() -> None:
    assert look_words(look(healthy=False, errors=31, seconds=120)) == (
        "health failing (answered 503), 31 errors in 120 s"
    )


def test_we_know_ourselves_in_the_catalogue() -> None:
    catalogue = [
        Service(name="shop", health_url="http://127.0.0.1:8080/health"),
        Service(name="issue_intelligence"),
        Service(name="watcher", health_url="http://localhost:3003/health"),
        Service(name="front", health_url="https://alerts.example.org/ready"),
        Service(name="odd", health_url="http://[::1"),
        Service(name="nothing"),
    ]
    found = own_names(catalogue, port=3003, public_url="https://alerts.example.org")
    assert found == {"issue_intelligence", "watcher", "front"}
    assert own_names(catalogue, port=3003, public_url="") == {"issue_intelligence", "watcher"}
