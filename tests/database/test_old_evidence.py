"""Evidence that an earlier release stored still reads; what it did not know is unknown."""

from issue_intelligence.adapters.database.codec import decode_evidence
from issue_intelligence.core.decide.issue_key import issue_key
from issue_intelligence.core.investigate.rank_against import ranked
from issue_intelligence.core.model.evidence import CollectorName, Investigation, Metrics
from issue_intelligence.core.model.logs import LogAnalysis

METRICS = """{"collector": "metrics", "status": "collected", "source": "error count: logs",
 "collected_at": "2026-11-24T11:00:00Z", "error": "", "window_from": null, "window_until": null, "link": "",
 "data": {"error_count": 3, "errors_in_five_minutes": 3, "request_count": null, "error_rate": 0.2,
  "mean_response_seconds": null, "baseline_error_count": 1.5, "baseline_response_seconds": null,
  "requests_by_status": {}, "sources": ["error count: logs"]}}"""
CHANGES = """{"collector": "changes", "status": "collected", "source": "deployments",
 "collected_at": "2026-11-24T11:00:00Z", "data": [{"service": "shop", "kind": "deployment",
  "started_at": "2026-11-24T10:50:00Z", "finished_at": null, "description": "release 1.42.0"}]}"""

LOGS = """{"collector": "logs", "status": "collected", "source": "log files",
 "collected_at": "2026-11-24T11:00:00Z", "data": {"lines": 9, "error_lines": 3,
  "error_messages": ["disk full"],
  "stack_traces": [], "affected_endpoints": [], "affected_users": null, "error_pattern": "disk full",
  "first_occurrence": null, "last_occurrence": null, "frequency": 0, "errors_in_five_minutes": 3,
  "patterns": [{"fingerprint": "0123456789abcdef", "pattern": "disk full", "level": "error", "count": 3,
   "first_seen": null, "last_seen": null, "sample": "disk full", "first_line": 1}]}}"""


TRACE_LOGS = """{"collector": "logs", "status": "collected", "source": "files",
 "collected_at": "2026-11-24T11:00:00Z", "data": {"lines": 9, "error_lines": 1,
  "error_messages": ["TypeError: x"],
  "stack_traces": [{"fingerprint": "0123456789abcdef", "language": "nodejs", "exception": "TypeError",
   "message": "x", "culprit": "src/cart.ts:10 in total", "frames": [], "first_line": 1, "last_line": 2,
   "count": 1}], "affected_endpoints": [], "affected_users": null, "error_pattern": "TypeError: x",
  "first_occurrence": null, "last_occurrence": null, "frequency": 1, "errors_in_five_minutes": 1,
  "patterns": []}}"""


def test_numbers_without_a_usual_error_rate() -> None:
    metrics = decode_evidence(CollectorName.METRICS, METRICS).data
    assert isinstance(metrics, Metrics)
    assert (metrics.error_rate, metrics.baseline_error_rate, metrics.baseline_error_count) == (0.2, None, 1.5)


def test_changes_that_say_little() -> None:
    changes = decode_evidence(CollectorName.CHANGES, CHANGES).data
    assert changes is not None
    [change] = changes
    assert (change.description, change.failed, change.version, change.by) == ("release 1.42.0", False, "", "")


def test_stack_traces_without_their_chain() -> None:
    logs = decode_evidence(CollectorName.LOGS, TRACE_LOGS).data
    assert isinstance(logs, LogAnalysis)
    assert [(trace.exception, trace.causes) for trace in logs.stack_traces] == [("TypeError", ())]


def test_a_log_without_ranked_errors_keeps_its_order_and_its_identity() -> None:
    logs = decode_evidence(CollectorName.LOGS, LOGS)
    metrics = decode_evidence(CollectorName.METRICS, METRICS)
    assert isinstance(logs.data, LogAnalysis)
    assert (logs.data.errors, logs.data.error_histogram) == ((), None)
    found = Investigation(logs=logs, metrics=metrics)
    assert ranked(found, logs.collected_at) is found
    key = issue_key("shop", "production", "Errors", logs.data, known_issue=None)
    assert key == issue_key("shop", "production", "Others", logs.data, known_issue=None)
