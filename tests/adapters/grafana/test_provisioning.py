"""What Grafana reads at its start: complete, stable, without secrets, with queries that are accepted."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from issue_intelligence.adapters.grafana.provisioning.dashboard import dashboard
from issue_intelligence.adapters.grafana.provisioning.kinds import KINDS, Limits, selection_of
from issue_intelligence.adapters.grafana.provisioning.routing import (
    Secrets,
    contact_points_document,
    variables_of,
)
from issue_intelligence.adapters.grafana.provisioning.rules import DataSources, rules_document
from issue_intelligence.core.model.service import Service
from tests.real_parts import PROMTOOL, require_real_part

API = Service(name="api", component="backend-api", environment="production")
ODD = Service(name='a"b\\c $HOME', selector='{app="shop", tier=~"web|api"}')
BOTH = DataSources(loki="loki-uid", prometheus="prometheus-uid")


def rules(service: Service, sources: DataSources, receiver: str | None = None) -> list[dict[str, Any]]:
    [group] = rules_document([service], sources, receiver=receiver)["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def expression(rule: dict[str, Any]) -> str:
    text: str = rule["data"][0]["model"]["expr"]
    return text


def threshold(rule: dict[str, Any]) -> float:
    number: float = rule["data"][1]["model"]["conditions"][0]["evaluator"]["params"][0]
    return number


@pytest.mark.parametrize("sources", [BOTH, DataSources(loki="loki-uid")], ids=["both", "logs only"])
def test_every_kind_of_the_mission_has_a_rule(sources: DataSources) -> None:
    assert len(KINDS) == 7
    assert [rule["title"] for rule in rules(API, sources)] == [f"{kind.name} api" for kind in KINDS]


def test_metrics_alone_leave_out_what_only_logs_know() -> None:
    titles = [rule["title"] for rule in rules(API, DataSources(prometheus="p"))]
    assert len(titles) == 6
    assert "DatabaseConnectionFailures api" not in titles


def test_rule_refers_to_its_own_query_and_carries_what_intake_reads() -> None:
    for rule in rules(API, BOTH):
        query, condition = rule["data"]
        assert rule["condition"] == condition["refId"]
        assert condition["model"]["expression"] == query["refId"] == query["model"]["refId"]
        assert rule["labels"].keys() == {"severity", "service", "component", "environment"}
        assert len(rule["uid"]) <= 40


def test_rules_written_again_are_the_same_rules() -> None:
    assert rules(API, BOTH) == rules(API, BOTH)
    uids = [rule["uid"] for service in (API, ODD) for rule in rules(service, BOTH)]
    assert len(set(uids)) == len(uids)


def test_names_are_quoted_for_queries_and_kept_from_the_environment() -> None:
    for rule in rules(ODD, DataSources(prometheus="p")):
        assert 'service="a\\"b\\\\c $HOME"' in expression(rule)
        assert rule["labels"]["service"] == 'a"b\\c $$HOME'
        assert "$HOME" not in rule["annotations"]["summary"].replace("$$", "")
    assert all(
        '{app="shop", tier=~"web|api"}' in expression(rule) for rule in rules(ODD, DataSources(loki="l"))
    )


def test_rule_names_the_contact_point_where_no_policy_is_written() -> None:
    assert all("notification_settings" not in rule for rule in rules(API, BOTH))
    settings = [rule["notification_settings"] for rule in rules(API, BOTH, receiver="issue-intelligence")]
    assert settings == [{"receiver": "issue-intelligence"}] * 7


@pytest.mark.parametrize(
    ("secrets", "keys", "variables"),
    [
        (Secrets(), set(), ()),
        # A signature proves the body as well, so it wins.
        (Secrets(signature=True, token=True), {"hmacConfig"}, ("GRAFANA_WEBHOOK_SECRET",)),
        (
            Secrets(token=True, basic=True),
            {"authorization_scheme", "authorization_credentials"},
            ("INTAKE_TOKEN",),
        ),
        (Secrets(basic=True), {"username", "password"}, ("INTAKE_USERNAME", "INTAKE_PASSWORD")),
    ],
)
def test_contact_point_names_variables_and_no_secrets(
    secrets: Secrets, keys: set[str], variables: tuple[str, ...]
) -> None:
    [point] = contact_points_document("https://issues.example.org/", secrets)["contactPoints"]
    settings = point["receivers"][0]["settings"]
    assert settings["url"] == "https://issues.example.org/alerts/grafana"
    assert settings.keys() - {"url", "httpMethod", "maxAlerts"} == keys
    assert variables_of(secrets) == variables
    assert set(re.findall(r"\$(\w+)", str(settings))) == set(variables)


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    panels = dashboard([API, ODD], BOTH)["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.parametrize("name", ["", "1st", 'a"', "a-b", "a b"])
def test_label_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a Prometheus label"):
        Limits(status_label=name)


def promtool(*arguments: str | Path) -> None:
    done = subprocess.run(
        [require_real_part(PROMTOOL), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def prometheus_rules(folder: Path, service: Service) -> Path:
    """Write the PromQL of a service's rules as rules of Prometheus itself."""
    written = [
        {"alert": rule["title"].split()[0], "expr": f"({expression(rule)}) > {threshold(rule)}"}
        for rule in rules(service, DataSources(prometheus="p"))
    ]
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": written}]}), encoding="utf-8")
    return path


@pytest.mark.parametrize("service", [API, ODD], ids=["plain", "odd"])
def test_prometheus_accepts_the_queries(service: Service, tmp_path: Path) -> None:
    promtool("check", "rules", prometheus_rules(tmp_path, service))


SERIES = {
    # 12 in five minutes, and one less than enough.
    "HighErrorRate": [('http_requests_total{service="api",status="503"}', "0+3x30")],
    "ManyClientErrors": [('http_requests_total{service="api",status="400"}', "0+12x30")],
    "SlowResponses": [
        ('http_request_duration_seconds_sum{service="api"}', "0+40x30"),
        ('http_request_duration_seconds_count{service="api"}', "0+10x30"),
    ],
    "HighMemoryOrCpu": [('process_resident_memory_bytes{service="api"}', "500000000x30")],
    "HighMemoryOrCpu by its processor": [
        ('process_resident_memory_bytes{service="api"}', "100000000x30"),
        ('process_cpu_seconds_total{service="api"}', "0+57x30"),
    ],
    "ApplicationCrashed": [('process_start_time_seconds{service="api"}', "100x15 900x15")],
    "AuthenticationFailuresSpike": [('http_requests_total{service="api",status="401"}', "0+6x30")],
}
QUIET = [
    ('http_requests_total{service="api",status="503"}', "0+1x30"),
    ('http_requests_total{service="api",status="404"}', "0+100x30"),
    ('http_requests_total{service="other",status="503"}', "0+100x30"),
    ('http_request_duration_seconds_sum{service="api"}', "0+20x30"),
    ('http_request_duration_seconds_count{service="api"}', "0+10x30"),
    ('process_resident_memory_bytes{service="api"}', "200000000x30"),
    ('process_start_time_seconds{service="api"}', "100x30"),
]


@pytest.mark.parametrize("fires", [*SERIES, None])
def test_rule_fires_for_its_own_trouble_only(fires: str | None, tmp_path: Path) -> None:
    series = SERIES[fires] if fires else QUIET
    wanted = fires.split()[0] if fires else None
    checks = [
        {"expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}}) or vector(0)', "eval_time": "20m"}
        | {"exp_samples": [{"labels": "{}", "value": int(name == wanted)}]}
        for name in sorted({name.split()[0] for name in SERIES})
    ]
    test = {
        "rule_files": [str(prometheus_rules(tmp_path, API))],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in series],
                "promql_expr_test": checks,
            }
        ],
    }
    path = tmp_path / "test.yaml"
    path.write_text(yaml.safe_dump(test), encoding="utf-8")
    promtool("test", "rules", path)


def test_services_are_told_apart_by_environment_where_they_say_one() -> None:
    assert selection_of(API, Limits()).stream == 'service_name="api", environment_name="production"'
