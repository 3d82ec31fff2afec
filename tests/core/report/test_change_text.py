"""A deployment in the issue: what became of it, and how it lies to the first error."""

from dataclasses import replace

import pytest

from issue_intelligence.core.model.evidence import Change, CollectorName
from issue_intelligence.core.report.finding_sections import investigation_results
from issue_intelligence.core.report.recommend import recommend
from tests.core.report import example

FINISHED = replace(example.change(), version="1.4.2", by="ana", description="")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            FINISHED,
            "1.4.2 finished 108 s before the first error, 2026-11-24 10:59:05 UTC, by ana",
        ),
        (replace(FINISHED, failed=True), "Deployment of checkout 1.4.2 failed 108 s before the first error"),
        (
            replace(FINISHED, finished_at=None),
            "1.4.2 started 3 min 48 s before the first error and has not reported its end",
        ),
        (replace(FINISHED, url="https://ci.example/7"), "([its log](https://ci.example/7))"),
    ],
)
def test_issue_names_the_deployment(change: Change, words: str) -> None:
    changes = example.evidence(CollectorName.CHANGES, (change,), "deployments")
    report = example.report(investigation=example.investigation(changes=changes))
    assert words in investigation_results(report)
    assert any(
        "Compare with the deployment of checkout 1.4.2, which" in action for action in recommend(report)
    )


def test_without_errors_in_the_log_it_is_held_against_the_alert() -> None:
    changes = example.evidence(CollectorName.CHANGES, (FINISHED,), "deployments")
    report = example.report(investigation=example.investigation(logs=None, changes=changes))
    assert "finished 4 min before the alert" in investigation_results(report)


def test_address_that_is_none_and_text_that_would_format_do_no_harm() -> None:
    evil = replace(FINISHED, url="javascript:alert(1)", version="[x](http://evil) @all", by="**ana**")
    changes = example.evidence(CollectorName.CHANGES, (evil,), "deployments")
    text = investigation_results(example.report(investigation=example.investigation(changes=changes)))
    assert "javascript:" not in text
    # An address in a code span links to nothing.
    assert "`[x](http://evil)`" in text
    assert "**ana**" not in text
