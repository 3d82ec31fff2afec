"""How feedback is shown: field names as in docs/http-api.md."""

from typing import Any

from issue_intelligence.core.model.feedback import Feedback


def feedback_as_dict(feedback: Feedback) -> dict[str, Any]:
    """Give it JSON-ready; `right` is null where the kind needs none."""
    statement = feedback.statement
    return {
        "id": feedback.id,
        "alert_id": feedback.alert_id,
        "incident_id": feedback.incident_id,
        "kind": statement.kind.value,
        "right": statement.right or None,
        "by": statement.by,
        "note": statement.note or None,
        "source": statement.source.value,
        "withdrawn": statement.withdrawn,
        "said_at": feedback.said_at.isoformat().replace("+00:00", "Z"),
    }
