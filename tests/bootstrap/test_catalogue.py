"""Which checks a configuration gives to which service, and what it refuses."""

from pathlib import Path
from typing import Any

import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.health import health_checks_of
from issue_intelligence.core.model.evidence import ProbeKind
from issue_intelligence.settings import Settings, SettingsError, load_settings

DATABASE_URL = "postgresql://shop:s3cret@127.0.0.1/shop"
REDIS_URL = "redis://:s3cret@127.0.0.1"


def settings(tmp_path: Path, **given: Any) -> Settings:
    return load_settings(data_dir=tmp_path, **given)


async def kinds_of(given: Settings) -> dict[str, list[tuple[ProbeKind, str]]]:
    async with http_client(timeout_seconds=1) as http:
        checks = health_checks_of(given, catalogue_of(given), http)
    return {name: [(probe.kind, probe.name) for probe in probes] for name, probes in checks.probes.items()}


async def test_variables_alone_make_one_service_with_all_that_is_set(tmp_path: Path) -> None:
    given = settings(
        tmp_path,
        app_health_url="http://shop/health",
        app_api_url="http://shop/api",
        app_database_url=DATABASE_URL,
        redis_url=REDIS_URL,
    )
    assert await kinds_of(given) == {
        "app": [
            (ProbeKind.HEALTH_URL, "app"),
            (ProbeKind.API_URL, "app"),
            (ProbeKind.DATABASE, "database"),
            (ProbeKind.REDIS, "redis"),
        ]
    }


async def test_database_alone_is_a_catalogue_too(tmp_path: Path) -> None:
    given = settings(tmp_path, app_database_url=DATABASE_URL)
    assert await kinds_of(given) == {"app": [(ProbeKind.DATABASE, "database")]}
    assert catalogue_of(settings(tmp_path)) == ()


async def test_services_have_the_checks_that_they_name(tmp_path: Path) -> None:
    shop = {
        "name": "shop",
        "health_url": "http://shop/health",
        "dependencies": ["payments", "database", "payments", "mail", "quiet"],
        "critical_flows": [{"name": "checkout", "url": "http://shop/checkout"}],
    }
    others = [
        {"name": "payments", "health_url": "http://payments/health"},
        # No health URL, so its API must answer.
        {"name": "mail", "api_url": "http://mail/"},
        # Nothing to ask.
        {"name": "quiet"},
    ]
    given = settings(tmp_path, services=[shop, *others], app_database_url=DATABASE_URL)
    found = await kinds_of(given)
    assert found["shop"] == [
        (ProbeKind.HEALTH_URL, "shop"),
        (ProbeKind.DEPENDENCY, "payments"),
        (ProbeKind.DATABASE, "database"),
        (ProbeKind.DEPENDENCY, "mail"),
        (ProbeKind.CRITICAL_FLOW, "checkout"),
    ]
    # The database is named by one, so it is that one's.
    assert found["payments"] == [(ProbeKind.HEALTH_URL, "payments")]
    assert found["quiet"] == []


async def test_database_that_no_service_names_belongs_to_all(tmp_path: Path) -> None:
    services = [{"name": "shop", "dependencies": ["redis"]}, {"name": "mail"}]
    given = settings(tmp_path, services=services, app_database_url=DATABASE_URL, redis_url=REDIS_URL)
    assert await kinds_of(given) == {
        "shop": [(ProbeKind.REDIS, "redis"), (ProbeKind.DATABASE, "database")],
        "mail": [(ProbeKind.DATABASE, "database")],
    }


async def test_entry_called_redis_is_what_the_others_mean_by_it(tmp_path: Path) -> None:
    services = [
        {"name": "shop", "dependencies": ["redis"]},
        {"name": "redis", "health_url": "http://redis-exporter/health"},
    ]
    found = await kinds_of(settings(tmp_path, services=services, redis_url=REDIS_URL))
    assert found["shop"] == [(ProbeKind.DEPENDENCY, "redis")]


@pytest.mark.parametrize(
    ("dependency", "words"),
    [
        ("database", "shop depends on database, and APP_DATABASE_URL is not set"),
        ("redis", "shop depends on redis, and REDIS_URL is not set"),
        ("paymets", "paymets is neither the name of another service"),
    ],
)
def test_dependency_that_is_not_there_stops_the_start(tmp_path: Path, dependency: str, words: str) -> None:
    services = [{"name": "mail"}, {"name": "shop", "dependencies": [dependency]}]
    with pytest.raises(SettingsError, match=words) as caught:
        catalogue_of(settings(tmp_path, services=services))
    assert str(caught.value).startswith("services.1.dependencies: ")


@pytest.mark.parametrize(
    ("key", "url"), [("app_database_url", "mysql://u:s3cret@h/d"), ("redis_url", "http://:s3cret@h")]
)
async def test_wrong_url_stops_the_start_without_its_password(tmp_path: Path, key: str, url: str) -> None:
    with pytest.raises(SettingsError, match=key.upper()) as caught:
        await kinds_of(settings(tmp_path, **{key: url}))
    assert "s3cret" not in str(caught.value)


def test_text_in_the_answer_to_head_is_refused(tmp_path: Path) -> None:
    flow = {"name": "x", "url": "http://shop/", "method": "HEAD", "expect_text": "cart"}
    with pytest.raises(SettingsError, match="expect_text"):
        settings(tmp_path, services=[{"name": "shop", "critical_flows": [flow]}])
