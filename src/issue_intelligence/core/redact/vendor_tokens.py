"""Tokens that are recognised by the form their vendor gave them.

The forms are those that the vendors publish, as far as we know them; lengths are lower bounds, since
vendors lengthen their tokens (GitHub's `ghs_` may carry a whole JWT since 2026-04-27).
"""

from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern

# Kind, form. No groups inside a form: the number of the group that matched tells the kind.
FORMS: tuple[tuple[str, str], ...] = (
    ("github_token", r"gh[opsur]_[A-Za-z0-9_.\-]{20,}"),
    ("github_token", r"github_pat_[A-Za-z0-9_]{20,}"),
    ("gitlab_token", r"gl(?:pat|ptt|dt|rt|cbt|oas|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.\-]{16,}"),
    ("slack_token", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9\-]{8,}"),
    ("slack_token", r"xapp-[0-9]-[A-Za-z0-9\-]{8,}"),
    ("slack_webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_\-]{8,}"),
    ("discord_webhook", r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/[0-9]{8,}/[A-Za-z0-9_\-]{16,}"),
    ("aws_access_key_id", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    ("google_api_key", r"AIza[A-Za-z0-9_\-]{30,}"),
    ("google_oauth", r"ya29\.[A-Za-z0-9_\-.]{16,}"),
    ("google_oauth", r"GOCSPX-[A-Za-z0-9_\-]{20,}"),
    ("stripe_key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}"),
    ("stripe_webhook_secret", r"whsec_[A-Za-z0-9+/=]{16,}"),
    ("anthropic_key", r"sk-ant-[A-Za-z0-9_\-]{16,}"),
    ("openrouter_key", r"sk-or-[A-Za-z0-9_\-]{16,}"),
    ("openai_key", r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_\-]{16,}"),
    ("openai_key", r"sk-[A-Za-z0-9]{20,}"),
    ("groq_key", r"gsk_[A-Za-z0-9]{32,}"),
    ("xai_key", r"xai-[A-Za-z0-9]{32,}"),
    ("perplexity_key", r"pplx-[A-Za-z0-9]{32,}"),
    ("replicate_token", r"r8_[A-Za-z0-9]{32,}"),
    ("huggingface_token", r"hf_[A-Za-z0-9]{30,}"),
    ("sendgrid_key", r"SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"),
    ("mailgun_key", r"key-[0-9a-f]{32}"),
    ("mailchimp_key", r"[0-9a-f]{32}-us[0-9]{1,2}"),
    ("brevo_key", r"xkeysib-[0-9a-f]{32,}-[A-Za-z0-9]{8,}"),
    ("resend_key", r"re_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}"),
    ("npm_token", r"npm_[A-Za-z0-9]{30,}"),
    ("pypi_token", r"pypi-AgE[A-Za-z0-9_\-]{30,}"),
    ("rubygems_key", r"rubygems_[0-9a-f]{32,}"),
    ("docker_token", r"dckr_(?:pat|oat)_[A-Za-z0-9_\-]{16,}"),
    ("grafana_token", r"glsa_[A-Za-z0-9]{20,}_[0-9A-Fa-f]{8}"),
    ("grafana_token", r"glc_[A-Za-z0-9+/=]{20,}"),
    ("twilio_key", r"SK[0-9a-f]{32}"),
    ("telegram_bot_token", r"[0-9]{8,10}:[A-Za-z0-9_\-]{35}"),
    ("discord_bot_token", r"[MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,}"),
    ("shopify_token", r"shp(?:at|ca|pa|ss|tka)_[0-9A-Fa-f]{32,}"),
    ("square_token", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_\-]{20,}"),
    ("digitalocean_token", r"do[opr]_v1_[0-9a-f]{40,}"),
    ("heroku_token", r"HRKU-[A-Za-z0-9_\-]{30,}"),
    ("vault_token", r"hv[sbr]\.[A-Za-z0-9_\-]{20,}"),
    ("terraform_token", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-]{40,}"),
    ("databricks_token", r"dapi[0-9a-f]{32}(?:-[0-9])?"),
    ("planetscale_token", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_\-.]{24,}"),
    ("supabase_key", r"sb[p]_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_\-]{20,}"),
    ("sentry_token", r"sntry[su]_[A-Za-z0-9+/=_\-]{32,}"),
    ("newrelic_key", r"NR(?:AK|II|IQ|JS|RA)-[A-Za-z0-9_\-]{20,}"),
    ("linear_key", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
    ("notion_token", r"ntn_[A-Za-z0-9]{40,}"),
    ("figma_token", r"fig[dou]_[A-Za-z0-9_\-]{32,}"),
    ("postman_key", r"PMAK-[0-9a-f]{24}-[0-9a-f]{32,}"),
    ("atlassian_token", r"ATATT3[A-Za-z0-9_\-=]{40,}"),
    ("doppler_token", r"dp\.(?:pt|st|ct|scim|audit)\.[A-Za-z0-9_\-.]{32,}"),
    ("airtable_token", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("age_key", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
)

# A form in the middle of a longer word is a coincidence: "task-..." holds "sk-...". An escaped sign
# ends in a letter or digit and is none of a word: "\n", "%3D", "\u0020", "\x20".
_BEFORE = r"(?:^|[^A-Za-z0-9]|\\[nrtbfv]|(?:%|\\x|\\u00)[0-9A-Fa-f]{2})"
_ANY = compile_pattern(_BEFORE + "(?:" + "|".join(f"({form})" for _, form in FORMS) + ")")


def find_vendor_tokens(data: bytes) -> Iterator[Finding]:
    """Find tokens by their form alone, wherever they stand."""
    for match in _ANY.finditer(data):
        group = match.lastindex
        yield Finding(FORMS[group - 1][0], match.start(group), match.end(group))
