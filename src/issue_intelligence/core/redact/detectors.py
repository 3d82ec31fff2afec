"""All detectors, each with the words without one of which it cannot find anything."""

from collections.abc import Iterator

from issue_intelligence.core.redact.accounts import CARD_FORM, IBAN_FORM, find_cards, find_ibans
from issue_intelligence.core.redact.addresses import find_ips
from issue_intelligence.core.redact.assignments import find_assignments
from issue_intelligence.core.redact.connections import find_command_passwords, find_url_passwords
from issue_intelligence.core.redact.credentials import find_authorization, find_cookies, find_jwts
from issue_intelligence.core.redact.emails import find_emails
from issue_intelligence.core.redact.finding import Detector, Finding
from issue_intelligence.core.redact.national_ids import BARE_ID_FORM, ID_WORDS, find_bare_ids, find_named_ids
from issue_intelligence.core.redact.pairs import find_pairs
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.phones import PHONE_FORM, PHONE_WORDS, find_named_phones, find_phones
from issue_intelligence.core.redact.private_keys import find_lone_key_lines, find_private_keys
from issue_intelligence.core.redact.telling_names import find_beside_telling_names, find_said_secrets
from issue_intelligence.core.redact.vendor_forms import MARKED_FORMS
from issue_intelligence.core.redact.vendor_tokens import LOOSE_FORM, find_marked_tokens, find_vendor_tokens

_NAMES = tuple(
    b'pass pwd pswd pw= pw: pw" secret cred key token jwt bearer sess connect.sid otp cvv cvc contrase'
    b" kennwort senha code mnemonic phrase".split()
)
_HINTS = tuple(
    b"sig hmac csrf xsrf sess sid auth key code nonce salt seed cred license webhook dsn state ticket magic"
    b" invite reset access client guid password token".split()
)
# Where two find the same place, the earlier one names it.
_DETECTORS: tuple[tuple[Detector, tuple[bytes, ...]], ...] = (
    (find_private_keys, (b"private key", b"private-lines")),
    (find_vendor_tokens, ()),
    (find_marked_tokens, ()),
    (find_jwts, (b"eyj",)),
    (find_url_passwords, (b"@", b"%40")),
    (
        find_command_passwords,
        (
            b"curl",
            b"mysql",
            b"sshpass",
            b"-cli",
            b" -p",
            b"login",
            b"auth",
            b"requirepass",
            b"identified",
            b"password",
            b"@tcp(",
            b"@unix(",
            b"oracle",
            b"sqlplus",
            b"masterauth",
        ),
    ),
    (find_cookies, (b"cookie",)),
    (find_authorization, (b"authorization", b"bearer", b"basic")),
    (find_assignments, _NAMES),
    (find_pairs, _NAMES),
    (find_said_secrets, (b"pass", b"code", b"pin", b"otp", b"mnemonic", b"phrase", b"words")),
    (find_beside_telling_names, _HINTS),
    (find_emails, (b"@", b"%40", b"u0040", b"&#")),
    (find_ibans, ()),
    (find_cards, ()),
    (find_bare_ids, ()),
    (find_named_ids, ()),
    (find_phones, ()),
    (find_named_phones, ()),
    (find_lone_key_lines, ()),
)
# One look that settles most lines: what some detector needs, with as few counted repetitions as possible,
# since each multiplies the states that RE2 has to build.
_NAME = (
    r"(?:pass|pwd|pswd|secret|cred|token|jwt|bearer|sessionid|sessid|connect\.sid|cv[vc]2?"
    r"|contrase|kennwort|senha|motdepasse|mnemonic|(?:api|access|auth|sign\w{0,8}"
    r"|encrypt\w{0,8}|account|master|service|shared|app|storage|admin|aes|subscription"
    r"|consumer|webhook|deploy|hmac|cookie|license|write|root|ssh|private|integration"
    r"|ingest\w{0,8})[_\- ]?key|(?:seed|recovery)[_\- ]?phrase|(?:verification|security|time"
    r"|pin|2fa|mfa|otp|backup|recovery)[_\-]?codes?|\b(?:\w{0,32}[_.\-])?(?:pw|otp|totp)\b"
    r"|signature)"
)
_HINTED = (
    r"(?:sig|signature|hmac|csrf|xsrf|csrfmiddleware|sess|session\w{0,4}|sid|auth|key|code"
    r"|nonce|salt|seed|cred|license|webhook|dsn|state|ticket|magic|invite|reset|access|client"
    r"|guid)"
)
_GATES = (
    (
        r"private key|private-lines|eyj|(?:bearer|basic)(?: |%20)|authorization|cookie|jdbc:oracle"
        r"|masterauth|requirepass|sqlplus"
    ),
    # Something at a host, whether a person or a password.
    r"(?:@|%40|u0040|&#(?:64|x40);)[a-z0-9\[\x7f]|@(?:tcp|unix)\(",
    # A name and what sets it apart from its value, in the notations of find_assignments and find_pairs.
    rf"""{_NAME}[a-z0-9_\-.\]"'\\`&;\x1b\[]*[ \t]*(?:[=:>,]|->|%3|%22)""",
    rf"""(?:^|[\s"'`\[(,])--?[\w\-.]*{_NAME}""",
    rf"""(?:key|name|field|header|param|parameter|variable|var|property|id|type|option)["'\\]*\s{{0,3}}[=:]\s{{0,3}}["'\\]*[\w.\-]*{_NAME}""",
    (
        r"""(?:password|secret|token|api[ _\-]?key)\s{1,3}(?:(?:is|was)\s)?[a-z0-9_+/=\-]{20}"""
        r"""|\spassword\s{1,3}["'=]"""
    ),
    r"pass\w*\s{1,3}(?:is|was|set|reset|changed)\s|(?:code|pin|otp)\s{1,3}(?:is|was|:)?\s{0,3}:?\s{0,3}[0-9]{4}",
    (
        r"(?:mnemonic|phrase|words)\W{1,4}(?:is\s)?\W{0,4}(?:[a-z]{3,8}[ ,]){4}|identified\s"
        r"|login\s{1,3}\S{1,64}\s{1,3}password"
    ),
    rf"""{_HINTED}[\]"'`\\ \t]*(?:[=:]|%[235][2DAB])[>"'`\\ \t]*(?:%22)?[a-z0-9_\-+/=.~%]{{16}}""",
    r"\bauth\s{1,3}\S{6}|(?:curl|mysql|sshpass|-cli|docker|podman|helm|mongo|\baz|\boc)[^\r\n]*\s-[a-z]|-pass(?:in|out|phrase)?\s",
    rf"(?:{PHONE_WORDS})[^0-9\r\n]*[0-9][0-9 .\-/()]{{5}}|(?:{ID_WORDS})[^0-9\r\n]*[0-9]",
)
_FORMS = (
    LOOSE_FORM,
    CARD_FORM,
    IBAN_FORM,
    BARE_ID_FORM,
    PHONE_FORM,
    *(gate for gate, _, _, _ in MARKED_FORMS),
)
_SUSPICIOUS = compile_pattern("(?i:" + "|".join(_GATES) + ")|" + "|".join(_FORMS))
# Apart from the others, with whose states it would multiply.
_LONG_WORD = compile_pattern(r"[A-Za-z0-9+/]{64}")
_LONG_WORD_BYTES = 64


def is_suspicious(data: bytes) -> bool:
    """Say whether any detector may find something in the text."""
    if _SUSPICIOUS.search(data):
        return True
    return len(data) >= _LONG_WORD_BYTES and _LONG_WORD.search(data) is not None


def scan_with_detectors(data: bytes, *, ips: bool) -> Iterator[Finding]:
    lower = data.lower()
    for detector, words in _DETECTORS:
        if not words or any(word in lower for word in words):
            yield from (found for found in detector(data) if found.start < found.end)
    if ips:
        yield from find_ips(data)
