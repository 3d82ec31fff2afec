"""Picks where numbers about requests come from."""

import httpx2

from issue_intelligence.adapters.loki.client import LokiClient
from issue_intelligence.adapters.loki.metrics import LokiMetrics
from issue_intelligence.adapters.prometheus.metrics import PrometheusMetrics
from issue_intelligence.bootstrap.logs import loki_of
from issue_intelligence.ports.metrics_source import MetricsSource
from issue_intelligence.settings import Settings, SettingsError


def metrics_sources_of(settings: Settings, http: httpx2.AsyncClient) -> tuple[MetricsSource, ...]:
    """Give the sources, the best first: Prometheus, then what reads HTTP logs. Raises SettingsError."""
    sources: list[MetricsSource] = []
    if settings.prometheus_url:
        try:
            sources.append(PrometheusMetrics(http, base_url=settings.prometheus_url))
        except ValueError as error:
            raise SettingsError(f"PROMETHEUS_URL: {error}") from error
    loki = loki_of(settings)
    if loki is not None:
        sources.append(LokiMetrics(LokiClient(http, loki)))
    return tuple(sources)
