"""Secrets to seed into everything that comes in, and where to look for them afterwards."""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

# Kept as they came, for admins, and for a month only: what a sender sent can be looked at in a dispute.
RAW = frozenset({("inbound_events", "body"), ("inbound_events", "rejected")})


def _cut(*parts: str) -> str:
    """Whole, it would look like a leaked token to every scanner of repositories."""
    return "".join(parts)


# What must not be seen again, by the text in which it arrives.
SECRETS: Mapping[str, str] = {
    "github": _cut("ghp_", "x7Kq9ZpL2mVtR4wY8sBn3cDf6gHj1aQe5uXi"),
    "aws": _cut("AKIA", "Q7R2T3W4Y6U5P3ZX"),
    "slack": _cut("xoxb-", "381927461029-581920384756-qWeRtYuIoPaSdFgHjKlZxCvB"),
    "stripe": _cut("sk_live_", "51HqLyjWDarjtT1zdp7dcXyZ"),
    "password": "hunter2-Zq9!vX",
    "url password": "pgPassw0rd-77k",
    "e-mail": "ada.lovelace@customer-mail.example",
    "card": "4111 1111 1111 1111",
    "jwt": _cut(
        "eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    ),
    "phone": "+49 151 2345 6789",
    "iban": "DE89 3704 0044 0532 0130 00",
    "social security": "536-90-4399",
    "session cookie": "c00kie-5f4dcc3b5aa765d61d83",
    "json pair": "p4ir-Zk8!wQ",
    "hidden sign": "zer0-w1dth-K9",
    "key line": _cut("MIIEvQIBADANBgkqhkiG9w0BAQEF", "AASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"),
    "bearer": "b3arer-0f9e8d7c6b5a4f3e2d1c",
}


def texts() -> dict[str, str]:
    """Each secret in a sentence as systems write it."""
    return {
        "github": f"cloning with {SECRETS['github']} failed",
        "aws": f"key {SECRETS['aws']} was refused",
        "slack": f"posting as {SECRETS['slack']}",
        "stripe": f"charge with {SECRETS['stripe']} failed",
        "password": f"login failed: password={SECRETS['password']}",
        "url password": f"cannot reach postgres://shop:{SECRETS['url password']}@db.example/shop",
        "e-mail": f"no basket for {SECRETS['e-mail']}",
        "card": f"card {SECRETS['card']} was declined",
        "jwt": f"token {SECRETS['jwt']} is not valid",
        "phone": f"no answer from {SECRETS['phone']}",
        "iban": f"transfer to {SECRETS['iban']} failed",
        "social security": f"SSN {SECRETS['social security']} is taken",
        "session cookie": f"Cookie: lang=en; sid={SECRETS['session cookie']}",
        "json pair": f'{{"key":"password","value":"{SECRETS["json pair"]}"}}',
        "hidden sign": f"pass\u200bword={SECRETS['hidden sign']}",
        "key line": f"-----BEGIN PRIVATE KEY-----\\n{SECRETS['key line']}\\n-----END PRIVATE KEY-----",
        "bearer": f"sent Authorization: Bearer {SECRETS['bearer']}",
    }


def all_texts() -> str:
    return "; ".join(texts().values())


def found_in(place: str, text: str) -> list[str]:
    """Name the secrets that can be read there, also where JSON or a URL has written them differently."""
    squeezed = text.replace("\\u0040", "@").replace("%40", "@")
    return [f"{name} in {place}" for name, secret in SECRETS.items() if secret in squeezed]


def found_in_tables(folder: Path) -> list[str]:
    """Look into every table of every database there."""
    databases = sorted(folder.glob("*.db"))
    assert databases
    return [leak for database in databases for leak in _leaks_of(database)]


def _leaks_of(database: Path) -> Iterator[str]:
    with sqlite3.connect(database) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in rows.description]
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    if (table, column) not in RAW:
                        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                        yield from found_in(f"{database.name}: {table}.{column}", text)
