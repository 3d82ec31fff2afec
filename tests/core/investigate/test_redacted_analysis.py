"""Every text of an analysis passes through redaction."""

from dataclasses import asdict

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.redacted_analysis import redact_analysis
from tests.core.investigate.log_text import read_text


def test_no_text_keeps_the_secret() -> None:
    analysis = analyze_log(
        read_text(
            """\
            2026-11-24T11:00:00Z ERROR POST /login/hunter failed, hunter
            HunterError: hunter
                at hunter (/app/src/hunter.ts:1:2)
            2026-11-24T11:00:00Z ERROR hunter again"""
        )
    )
    assert "hunter" in repr(asdict(analysis))
    redacted = redact_analysis(analysis, lambda text: text.replace("hunter", "[REDACTED:test]"))
    assert "hunter" not in repr(asdict(redacted))
    assert redacted.stack_traces[0].fingerprint == analysis.stack_traces[0].fingerprint
