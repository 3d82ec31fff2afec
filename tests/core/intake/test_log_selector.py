"""What is sent to Loki selects the service and nothing else, whatever its name is."""

import json

import pytest

from issue_intelligence.core.intake.log_selector import log_query, selector_fault
from issue_intelligence.core.model.service import Service
from issue_intelligence.settings import SettingsError, load_settings
from issue_intelligence.settings.sections import ServiceSettings


@pytest.mark.parametrize(
    ("name", "service", "query"),
    [
        ("api", None, '{service_name="api"}'),
        # A name cannot end its quotes.
        ('a"} |= "', None, '{service_name="a\\"} |= \\""}'),
        ("a\n\x00", None, '{service_name="a\\n\\u0000"}'),
        # Streams of other senders have no such label, and an expression that takes nothing takes them too.
        ("api", Service(name="api", environment="prod.eu"),
         '{service_name="api", environment_name=~"prod\\\\.eu|"}'),
        ("api", Service(name="api", selector='{app="api"}', environment="prod"), '{app="api"}'),
        ("unknown", None, ""),
        ("", None, ""),
    ],
)  # fmt: skip
def test_query_selects_the_service(name: str, service: Service | None, query: str) -> None:
    assert log_query(name, service) == query
    assert not query or selector_fault(query) == ""


@pytest.mark.parametrize(
    "selector",
    [
        '{app="shop"}',
        '{ app = "shop" , env!="test" }',
        "{app=~`shop-.+`}",
        '{app="a}b{", x=~".*"}',
        '{app="shop"} |= "checkout" != "#" | json',
        r'{app=~"shop\\.eu"}',
    ],
)
def test_selector_that_loki_can_be_asked_with(selector: str) -> None:
    assert selector_fault(selector) == ""


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("app=shop", "must be a LogQL stream selector"),
        ("{}", "has no matcher"),
        ("{app=shop}", "is not LogQL from character 2 on"),
        ('{app="shop"', "is not LogQL from character 2 on"),
        ('{app="shop" env="x"}', "is not LogQL from character 2 on"),
        ('{app-name="shop"}', "is not LogQL from character 2 on"),
        # Loki refuses what every stream satisfies.
        ('{app=""}', "needs a matcher"),
        ('{app=~".*"}', "needs a matcher"),
        ('{app=~"shop|"}', "needs a matcher"),
        ('{app!="shop"}', "needs a matcher"),
        ('{app="shop"} and more', "something that is no pipeline"),
        ('{app="shop"} |= "open', "has an open quote"),
        # What we add behind it would be part of the comment.
        ('{app="shop"} |= "x" # note', "a comment"),
    ],
)
def test_selector_that_loki_would_refuse(selector: str, words: str) -> None:
    assert words in selector_fault(selector)


def test_bad_selector_stops_the_start_and_names_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"services\.0\.selector: needs a matcher"):
        load_settings(services=[{"name": "shop", "selector": '{app=~".*"}'}])


def test_any_name_stays_one_quoted_value() -> None:
    query = log_query('x", env=~".+', None)
    assert json.loads(query.removeprefix("{service_name=").removesuffix("}")) == 'x", env=~".+'
    assert ServiceSettings(name="x", selector=query).selector == query
