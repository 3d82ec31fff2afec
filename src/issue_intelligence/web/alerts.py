"""GET /alerts/history and /alerts/{id}."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.ports.alert_history import AlertHistory, HistoryQuery, HistoryStatus
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.inbound_log import InboundLog
from issue_intelligence.web.errors import HttpError, json_answer

MAX_PAGE = 500
_ALERT_ID = re.compile(r"[0-9a-f]{32}")
_FEW_DIGITS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEndpoints:
    history: AlertHistory
    inbound: InboundLog

    async def list_alerts(self, request: Request) -> Response:
        query = _query(request)
        try:
            page = await self.history.page(query)
        except ValueError as error:
            raise invalid_parameter("before", str(error)) from error
        except OutsideError as error:
            raise unavailable() from error
        return json_answer({"alerts": list(page.alerts), "next_before": page.next_before})

    async def one_alert(self, request: Request) -> Response:
        alert_id = request.path_params["alert_id"]
        if not _ALERT_ID.fullmatch(alert_id):
            raise HttpError(status=404, code="not_found", message="an alert id has 32 hex digits")
        try:
            # In this order: an alert that is dispatched between the two looks is seen by the second.
            received_at = await self.inbound.waiting_alert(alert_id)
            alert = await self.history.one(alert_id)
        except OutsideError as error:
            raise unavailable() from error
        if alert is not None:
            return json_answer(alert)
        if received_at is not None:
            return json_answer(
                {"id": alert_id, "status": "received", "received_at": f"{received_at:%Y-%m-%dT%H:%M:%S.%fZ}"}
            )
        raise HttpError(status=404, code="not_found", message=f"there is no alert {alert_id}")


def unavailable() -> HttpError:
    return HttpError(
        status=503, code="unavailable", message="the database does not answer", retry_after_seconds=5
    )


def _query(request: Request) -> HistoryQuery:
    given = request.query_params
    limit = page_limit(given.get("limit", "50"))
    status = given.get("status", "")
    if status and status not in set(HistoryStatus):
        raise invalid_parameter("status", f"must be one of {', '.join(HistoryStatus)}")
    service = given.get("service", "")
    if "\0" in service:
        raise invalid_parameter("service", "must be text without NUL")
    return HistoryQuery(
        limit=limit,
        before=given.get("before", ""),
        status=HistoryStatus(status) if status else None,
        service=service,
    )


def page_limit(text: str) -> int:
    """Read the size of a page. Raises HttpError (422)."""
    if not (_FEW_DIGITS.fullmatch(text) and 1 <= int(text) <= MAX_PAGE):
        raise invalid_parameter("limit", f"must be a number from 1 to {MAX_PAGE}")
    return int(text)


def invalid_parameter(field: str, message: str) -> HttpError:
    return HttpError(
        status=422,
        code="invalid_parameter",
        message=f"{field}: {message}",
        details=[{"field": field, "message": message}],
    )
