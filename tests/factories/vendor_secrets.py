"""Made-up tokens in the forms of many vendors, written as samples and not taken from the rules."""

import base64
import random
import re
import string
import uuid
from collections.abc import Callable

LETTERS = string.ascii_letters + string.digits
_ALPHABETS = {
    # Letters and digits; the same with - and _; base64; small letters and digits; capital letters and digits.
    "a": LETTERS,
    "w": LETTERS + "-_",
    "b": LETTERS + "+/",
    "l": string.ascii_lowercase + string.digits,
    "A": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef",
    "d": string.digits,
}
_HOLE = re.compile(r"\{([a-zA-Z])([0-9]*)\}")

# {a36} stands for 36 random letters and digits, and so on; {u} for a UUID, {j} for a part of a JWT.
VENDOR_SAMPLES: dict[str, str] = {
    "aws access key": "AKIA{A16}",
    "aws temporary key": "ASIA{A16}",
    "aws session": "IQoJb3JpZ2luX2Vj{b180}",
    "google api": "AIza{w35}",
    "google oauth": "ya29.a0{w120}",
    "google client secret": "GOCSPX-{w28}",
    "google refresh": "1//0{w45}",
    "azure client secret": "{a3}8Q~{w34}",
    "azure storage": "{b86}==",
    "digitalocean": "dop_v1_{h64}",
    "alibaba": "LTAI{a20}",
    "heroku": "HRKU-{u}",
    "flyio": "fo1_{w43}",
    "netlify": "nfp_{a36}",
    "pulumi": "pul-{h40}",
    "tailscale": "tskey-auth-{a12}-{a32}",
    "vault": "hvs.{w90}",
    "terraform": "{a14}.atlasv1.{w67}",
    "doppler": "dp.pt.{a43}",
    "openshift": "sha256~{w43}",
    "github classic": "ghp_{a36}",
    "github fine": "github_pat_{a22}_{a59}",
    "github app": "ghs_{a36}",
    "gitlab": "glpat-{w20}",
    "gitlab runner": "glrt-{w20}",
    "bitbucket": "ATBB{a32}",
    "atlassian": "ATATT3xFfGF0{w170}",
    "npm": "npm_{a36}",
    "pypi": "pypi-AgEIcHlwaS5vcmc{w120}",
    "rubygems": "rubygems_{h48}",
    "docker": "dckr_pat_{w27}",
    "nuget": "oy2{l43}",
    "crates": "cio{a32}",
    "clojars": "CLOJARS_{h60}",
    "artifactory": "AKCp{a69}",
    "circleci": "CCIPAT_{a22}_{h40}",
    "buildkite": "bkua_{h40}",
    "sonarqube": "sqp_{h40}",
    "launchdarkly": "sdk-{u}",
    "postman": "PMAK-{h24}-{h34}",
    "slack bot": "xoxb-{d12}-{d13}-{a24}",
    "slack app": "xapp-1-A{A10}-{d13}-{h64}",
    "slack hook": "https://hooks.slack.com/services/T{A8}/B{A10}/{a24}",
    "discord hook": "https://discord.com/api/webhooks/{d18}/{w68}",
    "discord bot": "M{a23}.{a6}.{w38}",
    "telegram": "{d10}:AA{w33}",
    "twilio": "SK{h32}",
    "sendgrid": "SG.{w22}.{w43}",
    "mailgun": "key-{h32}",
    "mailgun new": "{h32}-{h8}-{h8}",
    "mailchimp": "{h32}-us14",
    "brevo": "xkeysib-{h64}-{a16}",
    "resend": "re_{a8}_{a24}",
    "mailersend": "mlsn.{h64}",
    "stripe": "sk_live_{a99}",
    "stripe restricted": "rk_live_{a99}",
    "stripe hook": "whsec_{a32}",
    "square": "sq0atp-{w22}",
    "braintree": "access_token$production${l16}${h32}",
    "razorpay": "rzp_live_{a14}",
    "plaid": "access-production-{u}",
    "flutterwave": "FLWSECK-{h32}-X",
    "shopify": "shpat_{h32}",
    "anthropic": "sk-ant-api03-{w93}AA",
    "openai": "sk-proj-{w74}T3BlbkFJ{w74}",
    "openai old": "sk-{a20}T3BlbkFJ{a20}",
    "openrouter": "sk-or-v1-{h64}",
    "groq": "gsk_{a52}",
    "xai": "xai-{a80}",
    "perplexity": "pplx-{a48}",
    "replicate": "r8_{a37}",
    "huggingface": "hf_{a34}",
    "nvidia": "nvapi-{w64}",
    "elevenlabs": "sk_{h48}",
    "langsmith": "lsv2_pt_{h32}_{h10}",
    "pinecone": "pcsk_{a6}_{a63}",
    "jina": "jina_{h32}{w28}",
    "databricks": "dapi{h32}",
    "planetscale": "pscale_tkn_{w43}",
    "supabase": "sbp_{h40}",
    "neon": "napi_{l64}",
    "airtable": "pat{a14}.{h64}",
    "notion": "ntn_{a46}",
    "linear": "lin_api_{a40}",
    "figma": "figd_{w40}",
    "contentful": "CFPAT-{w43}",
    "hubspot": "pat-na1-{u}",
    "asana": "1/{d16}:{h32}",
    "clickup": "pk_{d8}_{A32}",
    "mapbox": "sk.eyJ{a60}.{w22}",
    "dropbox": "sl.{w135}",
    "typeform": "tfp_{w44}_{w12}",
    "facebook": "EAA{a120}",
    "grafana": "glsa_{a32}_{h8}",
    "grafana cloud": "glc_{b60}",
    "sentry": "sntrys_{b90}",
    "newrelic": "NRAK-{A27}",
    "newrelic ingest": "{h36}NRAL",
    "dynatrace": "dt0c01.{A24}.{A64}",
    "honeycomb": "hcaik_{l58}",
    "posthog": "phx_{a43}",
    "jwt": "eyJ{a33}.eyJ{a60}.{w43}",
    "age": "AGE-SECRET-KEY-1{A58}",
    "rapidapi": "{h10}msh{h15}p1{h6}jsn{h12}",
}


def sample(template: str, rng: random.Random) -> str:
    """Fill a template; one that is random enough to be one, as real ones are."""

    def fill(hole: re.Match[str]) -> str:
        if hole[1] == "u":
            return str(uuid.UUID(int=rng.getrandbits(128), version=4))
        return "".join(rng.choices(_ALPHABETS[hole[1]], k=int(hole[2])))

    return _HOLE.sub(fill, template)


def password(rng: random.Random) -> str:
    """Give a password as people and generators choose them, of signs that need no escape anywhere."""
    words = ("winter", "Dragon", "hunter", "Sommer", "tiger", "Welcome")
    makers: tuple[Callable[[], str], ...] = (
        lambda: f"{rng.choice(words)}{rng.randint(10, 9999)}",
        lambda: f"{rng.choice(words)}-{rng.choice(words)}-{rng.randint(1, 99)}!",
        lambda: "".join(rng.choices(LETTERS + "!$*_-.~", k=14)) + "7x",
    )
    return rng.choice(makers)()


def private_key(rng: random.Random, name: str = "RSA ") -> str:
    body = base64.b64encode(rng.randbytes(900)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {name}PRIVATE KEY-----", *lines, f"-----END {name}PRIVATE KEY-----"])


def card(rng: random.Random, prefix: str = "4", length: int = 16) -> str:
    digits = prefix + "".join(rng.choices(string.digits, k=length - len(prefix) - 1))
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[::-2])
    total = sum(doubled) + sum(int(digit) for digit in digits[-2::-2])
    return digits + str(-total % 10)


def iban(rng: random.Random, country: str = "DE", length: int = 22) -> str:
    account = "".join(rng.choices(string.digits, k=length - 4))
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


def cpf(rng: random.Random) -> str:
    digits = [rng.randint(0, 9) for _ in range(9)]
    for length in (9, 10):
        total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits))
        digits.append(total * 10 % 11 % 10)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"
