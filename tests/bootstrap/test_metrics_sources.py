"""Which sources of numbers the settings bring."""

import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.bootstrap.metrics import metrics_sources_of
from issue_intelligence.settings import SettingsError, load_settings


async def test_prometheus_is_asked_where_it_is_set_up() -> None:
    async with http_client(timeout_seconds=1) as client:
        url = "https://ana:hunter2@prometheus.example.org/api/prom"
        [prometheus] = metrics_sources_of(load_settings(prometheus_url=url), client)
        assert prometheus.description == "Prometheus at prometheus.example.org"
        assert metrics_sources_of(load_settings(), client) == ()


@pytest.mark.parametrize("url", ["http://ana:hunter2@[::1", "http://"])
async def test_address_that_is_none_stops_the_start_without_its_password(url: str) -> None:
    async with http_client(timeout_seconds=1) as client:
        with pytest.raises(SettingsError, match="PROMETHEUS_URL") as caught:
            metrics_sources_of(load_settings(prometheus_url=url), client)
    assert "hunter2" not in str(caught.value)
