import pytest

from issue_intelligence.core.intake.service_labels import (
    environment_name,
    find_service,
    service_name,
    service_named,
)
from issue_intelligence.core.model.service import Service

API = Service(name="api", aliases=("backend", "Web"), environment="production")
WEB = Service(name="web")
SHOP = (API, WEB)


@pytest.mark.parametrize(
    ("labels", "catalogue", "name"),
    [
        ({"service": "api"}, SHOP, "api"),
        ({"service": "Backend"}, SHOP, "api"),
        # A name beats another service's alias.
        ({"service": "web"}, SHOP, "web"),
        # The order of the labels decides.
        ({"app": "web", "service": "api"}, SHOP, "api"),
        ({"container": "web", "job": "api"}, SHOP, "api"),
        # What the catalogue knows beats what it does not.
        ({"service": "kube-state-metrics", "container": "api"}, SHOP, "api"),
        # Prometheus writes jobs as namespace/name.
        ({"job": "shop/api"}, SHOP, "api"),
        # Not in the catalogue: as the labels say.
        ({"service": "billing"}, SHOP, "billing"),
        ({"job": "node"}, SHOP, "node"),
        ({"service": "  "}, SHOP, "unknown"),
        ({}, SHOP, "unknown"),
        # A catalogue of one is the answer when no label names a service.
        ({}, (API,), "api"),
        ({"job": "integrations/node"}, (API,), "api"),
        ({"service": "billing"}, (API,), "billing"),
    ],
)
def test_service_is_found(labels: dict[str, str], catalogue: tuple[Service, ...], name: str) -> None:
    assert service_name(labels, find_service(labels, catalogue)) == name


@pytest.mark.parametrize(
    ("labels", "service", "environment"),
    [
        ({"environment": "staging", "env": "x", "namespace": "shop"}, API, "staging"),
        ({"env": "staging"}, API, "staging"),
        # The catalogue knows better than a namespace, which may be a team's name.
        ({"namespace": "shop"}, API, "production"),
        ({"namespace": "shop"}, WEB, "shop"),
        ({}, None, "unknown"),
    ],
)
def test_environment_is_found(labels: dict[str, str], service: Service | None, environment: str) -> None:
    assert environment_name(labels, service) == environment


def test_service_of_the_variables_answers_for_every_name_and_takes_it() -> None:
    app = Service(name="app", health_url="http://app/health", answers_for_all=True)
    assert find_service({"service": "shop"}, (app,)) is app
    assert service_name({"service": "shop"}, app) == "shop"
    assert service_name({}, app) == "app"
    assert service_named("shop", (app,)) is app
