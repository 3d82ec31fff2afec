"""The title says what is wrong in the best words we have."""

import pytest

from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.evidence import CollectorName, HealthCheck, HealthProbe, ServiceState
from issue_intelligence.core.model.verdict import Conclusion, IssueType
from issue_intelligence.core.report.headline import issue_title
from issue_intelligence.core.report.incident_report import IncidentReport
from tests.core.report import example
from tests.core.report.rich_reports import POOL

_DOWN = HealthCheck(
    api_responsive=False,
    database_connected=None,
    response_time_ms=None,
    probes=(HealthProbe(name="api", state=ServiceState.DOWN, response_time_ms=None, detail="answered 503"),),
)


def _logs(**changes: object) -> IncidentReport:
    logs = example.evidence(CollectorName.LOGS, example.log_analysis(**changes), "log files")
    return example.report(investigation=example.investigation(logs=logs))


def _monitoring(fault: MonitoringFault | None) -> IncidentReport:
    return example.report(
        alerts=((example.alert(), example.context(monitoring_fault=fault)),),
        verdict=example.verdict(conclusion=Conclusion.MONITORING, issue_type=IssueType.MONITORING),
    )


@pytest.mark.parametrize(
    ("report", "title"),
    [
        (
            example.report(),
            "[Bug] checkout: TypeError: Cannot read properties of undefined (reading 'price')",
        ),
        # What is known is named by its name.
        (
            example.report(verdict=example.verdict(known_issue=POOL, issue_type=IssueType.DATABASE)),
            "[Database] checkout: Database connection pool exhausted",
        ),
        # An exception without a message.
        (_logs(stack_traces=(example.trace(message=""),)), "[Bug] checkout: TypeError"),
        # Without a stack trace the first message speaks.
        (_logs(stack_traces=(), error_messages=("payment refused",)), "[Bug] checkout: payment refused"),
        # Without any error the sender speaks.
        (
            _logs(stack_traces=(), error_messages=()),
            "[Bug] checkout: More than 4 % of requests to checkout fail",
        ),
        # Without logs a failed health check.
        (
            example.report(
                investigation=example.investigation(
                    logs=None, health=example.evidence(CollectorName.HEALTH, _DOWN, "http probe")
                )
            ),
            "[Bug] checkout: health check api failed: answered 503",
        ),
        # When nothing else is known.
        (
            example.report(
                investigation=example.investigation(logs=None, health=None),
                alerts=((example.alert(), example.context(summary=" \n ")),),
            ),
            "[Bug] checkout: HighErrorRate",
        ),
        # The title speaks of the monitoring even when the log has errors.
        (
            _monitoring(MonitoringFault.NO_DATA),
            "[Monitoring] checkout: alert rule HighErrorRate gets no data",
        ),
        (
            _monitoring(MonitoringFault.ERROR),
            "[Monitoring] checkout: the query of alert rule HighErrorRate fails",
        ),
        (
            _monitoring(MonitoringFault.MISSING_SERIES),
            "[Monitoring] checkout: a series of alert rule HighErrorRate has vanished",
        ),
        (_monitoring(None), "[Monitoring] checkout: alert rule HighErrorRate does not work"),
    ],
)
def test_title(report: IncidentReport, title: str) -> None:
    assert issue_title(report) == title


def test_long_title_is_cut_with_a_mark() -> None:
    title = issue_title(_logs(stack_traces=(example.trace(message="x" * 500),)))
    assert len(title) == 200
    assert title.endswith("…")
