"""Which sources of numbers the settings bring."""

from issue_intelligence.adapters.http import http_client
from issue_intelligence.bootstrap.metrics import metrics_sources_of
from issue_intelligence.settings import load_settings


async def test_prometheus_is_asked_where_it_is_set_up() -> None:
    async with http_client(timeout_seconds=1) as client:
        url = "https://ana:hunter2@prometheus.example.org/api/prom"
        [prometheus] = metrics_sources_of(load_settings(prometheus_url=url), client)
        assert prometheus.description == "Prometheus at prometheus.example.org"
        assert metrics_sources_of(load_settings(), client) == ()
