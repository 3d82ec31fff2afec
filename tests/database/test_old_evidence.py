"""Evidence that an earlier release stored still reads; what it did not know is unknown."""

from issue_intelligence.adapters.database.codec import decode_evidence
from issue_intelligence.core.model.evidence import CollectorName, Metrics

METRICS = """{"collector": "metrics", "status": "collected", "source": "error count: logs",
 "collected_at": "2026-11-24T11:00:00Z", "error": "", "window_from": null, "window_until": null, "link": "",
 "data": {"error_count": 3, "errors_in_five_minutes": 3, "request_count": null, "error_rate": 0.2,
  "mean_response_seconds": null, "baseline_error_count": 1.5, "baseline_response_seconds": null,
  "requests_by_status": {}, "sources": ["error count: logs"]}}"""
CHANGES = """{"collector": "changes", "status": "collected", "source": "deployments",
 "collected_at": "2026-11-24T11:00:00Z", "data": [{"service": "shop", "kind": "deployment",
  "started_at": "2026-11-24T10:50:00Z", "finished_at": null, "description": "release 1.42.0"}]}"""


def test_numbers_without_a_usual_error_rate() -> None:
    metrics = decode_evidence(CollectorName.METRICS, METRICS).data
    assert isinstance(metrics, Metrics)
    assert (metrics.error_rate, metrics.baseline_error_rate, metrics.baseline_error_count) == (0.2, None, 1.5)


def test_changes_that_say_little() -> None:
    changes = decode_evidence(CollectorName.CHANGES, CHANGES).data
    assert changes is not None
    [change] = changes
    assert (change.description, change.failed, change.version, change.by) == ("release 1.42.0", False, "", "")
