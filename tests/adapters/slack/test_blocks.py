"""Whatever a notice says, Slack takes the message, and text from outside has no power in it."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from issue_intelligence.adapters.slack.blocks import (
    MAX_TOTAL,
    Message,
    incident_message,
    moved_message,
    news_message,
)
from issue_intelligence.core.model.notice import IncidentNotice, NoticeLinks, NoticeStatus
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.core.report.notice import compose_announcement, compose_notice
from issue_intelligence.core.report.plan import IssueAction
from tests.adapters.slack.reading import texts_of
from tests.core.report import example
from tests.core.report.hostile import hostile_report
from tests.core.report.nasty_text import nasty_text
from tests.core.report.rich_reports import RICH_REPORTS
from tests.factories.notices import a_notice, announced, remediating, repaired
from tests.fakes.slack.limits import refusal

NOW = example.NOW
PLAIN = a_notice()
LONG_URL = f"https://x.example/{'y' * 1_400}"


def all_messages(notice: IncidentNotice) -> list[Message]:
    return [
        incident_message(notice),
        news_message(notice, PLAIN),
        news_message(notice, announced(severity=Severity.LOW)),
        moved_message(notice, PLAIN, "C012345678"),
    ]


def assert_slack_takes(message: Message) -> None:
    assert message.text.strip()
    assert message.blocks
    for block in message.blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        # The library checks its own rules when it writes a block.
        assert parsed.to_dict()["type"] == block["type"]
    assert refusal(message.text, list(message.blocks)) == ""
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= MAX_TOTAL


def without_our_markup(text: str) -> str:
    """Take away what we write ourselves: dates, channels, and links with labels of ours."""
    return re.sub(r"<(?:!date\^\d+\^[^|<>]*\|[^<>]*|#C[0-9]+|https?://[^|<>]*\|[^<>]*)>", "", text)


def assert_powerless(message: Message) -> None:
    texts = [message.text]
    for block in message.blocks:
        texts += [] if block["type"] in ("header", "actions") else texts_of(block)
    for text in texts:
        left = without_our_markup(text)
        assert "<" not in left
        assert ">" not in left
        # Each sign is escaped once, and no entity is cut.
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", left, re.DOTALL)
        # A block of code ends where we end it.
        assert text.count("```") in (0, 2)


@pytest.mark.parametrize("name", RICH_REPORTS)
@pytest.mark.parametrize("action", [IssueAction.CREATE, IssueAction.NOTHING])
def test_real_reports_are_taken(name: str, action: IssueAction) -> None:
    report = RICH_REPORTS[name]
    notice = compose_notice(
        report, action=action, issue_url="https://github.example/1", issue_number=1, now=NOW
    )
    for message in all_messages(notice):
        assert_slack_takes(message)
        assert_powerless(message)


@pytest.mark.parametrize("conclusion", Conclusion)
@pytest.mark.parametrize("status", NoticeStatus)
def test_every_state_is_taken(conclusion: Conclusion, status: NoticeStatus) -> None:
    for severity in Severity:
        notice = a_notice(conclusion=conclusion, status=status, severity=severity)
        for message in all_messages(notice):
            assert_slack_takes(message)


@settings(max_examples=30, deadline=None)
@given(nasty_text)
def test_hostile_reports_are_taken_and_have_no_power(text: str) -> None:
    report = hostile_report(text)
    announcement = compose_announcement(report, attempting=text, issue_number=7, issue_url=text, now=NOW)
    notice = compose_notice(
        report, action=IssueAction.CREATE, issue_url=text, issue_number=7, now=NOW, news=(text,) * 9
    )
    for message in (*all_messages(announcement), *all_messages(notice)):
        assert_slack_takes(message)
        assert_powerless(message)


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=500) | nasty_text, st.sampled_from([1, 200]))
def test_any_text_is_taken_and_has_no_power(text: str, times: int) -> None:
    long = text * times
    notice = a_notice(
        service=long,
        alert_name=long,
        headline=long,
        result=long,
        environment=long,
        component=long,
        reasons=(long,) * 9,
        advice=(long,) * 9,
        excerpt=long,
        remediation=long,
        remediation_result=long,
        remediation_helped=False,
        news=(long,) * 9,
    )
    for message in all_messages(notice):
        assert_slack_takes(message)
        assert_powerless(message)


@pytest.mark.parametrize(
    "said",
    [
        "<!channel> all hands",
        "<@U012345> look",
        "<https://evil.example|the dashboard>",
        "&lt;!here&gt;",
        "```\n<!everyone>\n```",
    ],
)
def test_text_from_outside_calls_nobody_and_links_nowhere(said: str) -> None:
    message = incident_message(a_notice(headline=said, excerpt=said, reasons=(said,)))
    assert_powerless(message)
    for block in message.blocks:
        for part in (block.get("text"), *block.get("fields", ()), *block.get("elements", ())):
            # What looks like an address or a name is not made one.
            if part and part["type"] == "mrkdwn":
                assert part["verbatim"] is True
            if part and part["type"] == "plain_text":
                assert part["emoji"] is False


def test_cut_text_ends_before_an_entity_and_says_so() -> None:
    [reasons] = [
        block
        for block in incident_message(a_notice(reasons=("&" * 600,))).blocks
        if block.get("block_id") == "reasons"
    ]
    line = reasons["text"]["text"].splitlines()[1]
    assert re.fullmatch(r"• (?:&amp;)+…", line)
    assert len(line) <= 552


def buttons(notice: IncidentNotice) -> dict[str, str]:
    return {
        element["text"]["text"]: element["url"]
        for block in incident_message(notice).blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


def test_buttons_lead_where_they_say() -> None:
    links = NoticeLinks(
        issue="https://github.example/12",
        logs="https://grafana.example/explore?x=1",
        dashboard="https://grafana.example/d/shop",
        page="https://issues.example/alerts/1",
    )
    assert buttons(a_notice(links=links)) == {
        "View logs": links.logs,
        "View in Grafana": links.dashboard,
        "Open issue": links.issue,
        "Everything we found": links.page,
    }


def test_without_links_there_are_no_buttons() -> None:
    assert buttons(a_notice(links=NoticeLinks())) == {}
    # One that Slack would refuse is none.
    assert buttons(a_notice(links=NoticeLinks(logs="https://grafana.example/" + "x" * 4_000))) == {}


def test_unknown_is_not_zero() -> None:
    unknown = json.dumps(incident_message(a_notice(affected_users=None, error_rate=None)).blocks)
    assert unknown.count("Unknown") == 2
    nothing = json.dumps(incident_message(a_notice(affected_users=0, error_rate=0.0)).blocks)
    assert "Unknown" not in nothing


@pytest.mark.parametrize(
    ("notice", "header"),
    [
        (a_notice(severity=Severity.CRITICAL), "🚨 CRITICAL: shop: TypeError"),
        (a_notice(severity=Severity.LOW), "🔵 LOW: shop: TypeError"),
        (repaired(), "✅ REPAIRED: shop: TypeError"),
        (a_notice(status=NoticeStatus.RESOLVED), "✅ RESOLVED: shop: TypeError"),
        # What is over looks over, whatever it was called off for.
        (a_notice(conclusion=Conclusion.NOT_REAL), "✅ NO PROBLEM: shop: TypeError"),
        (a_notice(conclusion=Conclusion.UNCONFIRMED), "NOT CONFIRMED: shop: TypeError"),
    ],
)
def test_header_says_how_bad_it_is_now(notice: IncidentNotice, header: str) -> None:
    message = incident_message(notice)
    assert message.blocks[0]["text"]["text"].startswith(header)
    assert message.text.startswith(header)


def test_log_and_advice_leave_the_message_when_it_is_over() -> None:
    for words in ("```", "What helps"):
        assert words in json.dumps(incident_message(a_notice()).blocks)
        assert words not in json.dumps(incident_message(repaired()).blocks)


def test_environment_that_nobody_knows_is_left_out() -> None:
    assert "Environment" in json.dumps(incident_message(a_notice()).blocks)
    assert "Environment" not in json.dumps(incident_message(a_notice(environment="unknown")).blocks)


def test_message_of_a_restart_does_not_speak_of_its_end() -> None:
    text = json.dumps(incident_message(remediating()).blocks, ensure_ascii=False)
    assert "Attempting restart..." in text
    assert "Successful" not in text
    assert "Failed" not in text


def test_what_is_dispensable_goes_first_and_the_facts_stay() -> None:
    # Texts within their own limits, whose sum is too much.
    long = a_notice(
        reasons=("<" * 600,) * 5,
        advice=("<" * 600,) * 5,
        excerpt="<" * 1_500,
        result="<" * 600,
        remediation_helped=False,
        remediation="<" * 200,
        remediation_result="<" * 600,
        links=NoticeLinks(**dict.fromkeys(("issue", "logs", "dashboard", "page"), LONG_URL)),
    )
    kept = [block.get("block_id", block["type"]) for block in incident_message(long).blocks]
    assert "excerpt" not in kept
    assert {"header", "facts", "status", "actions", "context"} <= set(kept)
    short = [block.get("block_id") for block in incident_message(replace(long, links=NoticeLinks())).blocks]
    assert {"excerpt", "advice", "reasons"} <= set(short)
