"""Every vendor's form is found by itself, without a telling name. The values are made up."""

import pytest

from issue_intelligence.core.redact.redaction import redact

LETTERS = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzAbCdEfGhIjKlMnOpQrS"
HEX = "0123456789abcdef" * 4
JWT_LIKE = "123456_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0In0.c2lnbmF0dXJlLW9mLXRoaXM"

TOKENS = [
    ("github_token", "ghp_" + LETTERS[:36]),
    ("github_token", "gho_" + LETTERS[:36]),
    # The stateless form that may carry a JWT.
    ("github_token", "ghs_" + JWT_LIKE),
    ("github_token", "github_pat_" + LETTERS[:22] + "_" + LETTERS),
    ("gitlab_token", "glpat-" + LETTERS[:20]),
    ("slack_token", "xoxb-123456789012-123456789012-" + LETTERS[:24]),
    ("slack_token", "xapp-1-A012345-123456-" + HEX),
    ("slack_webhook", "hooks.slack.com/services/T0000/B0000/" + LETTERS[:24]),
    ("discord_webhook", "discord.com/api/webhooks/123456789012345678/" + LETTERS),
    ("aws_access_key_id", "AKIA" + "ABCDEFGH234567IJ"),
    ("aws_access_key_id", "ASIA" + "ABCDEFGH234567IJ"),
    ("google_api_key", "AIza" + LETTERS[:35]),
    ("google_oauth", "ya29." + LETTERS),
    ("stripe_key", "sk_live_" + LETTERS[:24]),
    ("stripe_key", "rk_live_" + LETTERS[:24]),
    ("stripe_webhook_secret", "whsec_" + LETTERS[:32]),
    ("anthropic_key", "sk-ant-api03-" + LETTERS),
    ("openai_key", "sk-proj-" + LETTERS),
    ("openai_key", "sk-" + LETTERS[:48]),
    ("sendgrid_key", "SG." + LETTERS[:22] + "." + LETTERS[:43]),
    ("npm_token", "npm_" + LETTERS[:36]),
    ("pypi_token", "pypi-AgEIcHlwaS5vcmc" + LETTERS),
    ("grafana_token", "glsa_" + LETTERS[:32] + "_0123abcd"),
    ("grafana_token", "glc_" + LETTERS),
    ("twilio_key", "SK" + HEX[:32]),
    ("telegram_bot_token", "123456789:" + LETTERS[:35]),
    ("mailgun_key", "key-" + HEX[:32]),
    ("mailchimp_key", HEX[:32] + "-us12"),
    ("shopify_token", "shpat_" + HEX[:32]),
    ("digitalocean_token", "dop_v1_" + HEX),
    ("vault_token", "hvs." + LETTERS[:24]),
    ("databricks_token", "dapi" + HEX[:32]),
    ("huggingface_token", "hf_" + LETTERS[:34]),
    ("terraform_token", LETTERS[:14] + ".atlasv1." + LETTERS),
    ("airtable_token", "pat" + LETTERS[:14] + "." + HEX),
]


@pytest.mark.parametrize(("kind", "token"), TOKENS, ids=[f"{kind}-{token[:8]}" for kind, token in TOKENS])
def test_token_is_found_wherever_it_stands(kind: str, token: str) -> None:
    for template in (
        "{}",
        "calling with {} now",
        "x=({}),y",
        "https://api.example.com/{}?v=1",
        "\u00e9{}\u00e9",
        # A stack trace, an address or a document within a text.
        r"failed\n{}",
        "https://shop.example/?next=%2Fcb%3Ft%3D{}",
        r"key\u0020{}",
        r"key\x20{}",
    ):
        assert redact(template.format(token)) == template.format(f"[REDACTED:{kind}#1]")


def test_tokens_side_by_side_are_both_found() -> None:
    text = f"ghp_{LETTERS[:36]} npm_{LETTERS[:36]},glpat-{LETTERS[:20]}"
    assert redact(text) == "[REDACTED:github_token#1] [REDACTED:npm_token#1],[REDACTED:gitlab_token#1]"
