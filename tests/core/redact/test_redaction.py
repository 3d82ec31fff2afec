"""What must never leave, what must stay readable, and that redacting twice changes nothing."""

import pytest

from issue_intelligence.core.redact.redaction import find_sensitive, redact

HEX_32 = "0123456789abcdef" * 2
KEY = "MIIEowIBAAKCAQEAabcdef0123456789abcdef0123456789abcdef0123456789"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"

REDACTED = [
    # Only the password of a connection string goes; user, host and database help to find the fault.
    ("postgres://app:hunter2@db:5432/shop", "postgres://app:[REDACTED:password#1]@db:5432/shop"),
    ("redis://:p%40ss@cache:6379/0", "redis://:[REDACTED:password#1]@cache:6379/0"),
    # An @ within the password.
    ("mongodb+srv://u:p@ss@h.example.com/x", "mongodb+srv://u:[REDACTED:password#1]@h.example.com/x"),
    # A slash within the password.
    ("amqp://u:p/ss@mq/v", "amqp://u:[REDACTED:password#1]@mq/v"),
    # The user is an address.
    (
        "smtp://joe@example.com:pw1@mail.example.com",
        "smtp://[REDACTED:email#1]:[REDACTED:password#1]@mail.example.com",
    ),
    ("curl -s -u admin:hunter2 https://x", "curl -s -u admin:[REDACTED:password#1] https://x"),
    ("SECRET_KEY_BASE=abcdefabcdef", "SECRET_KEY_BASE=[REDACTED:api_key#1]"),
    ("sessionid=abc123def456abc1", "sessionid=[REDACTED:secret#1]"),
    ("ENV RAILWAY_TOKEN 0f8fad5b-d9cb-469f-a165-708677289", "ENV RAILWAY_TOKEN [REDACTED:secret#1]"),
    ('Authorization: Digest username="joe", response="66"', "Authorization: [REDACTED:authorization#1]"),
    (
        r'{"authorization":"Digest a=\"joe\"","b":"c"}',
        r'{"authorization":"[REDACTED:authorization#1]","b":"c"}',
    ),
    ("user:pw1@tcp(db:3306)/shop", "user:[REDACTED:password#1]@tcp(db:3306)/shop"),
    ("Server=db;Uid=app;Pwd=hunter2;", "Server=db;Uid=app;Pwd=[REDACTED:password#1];"),
    ("PGPASSWORD=hunter2 psql", "PGPASSWORD=[REDACTED:password#1] psql"),
    ("password=hunter2,user=joe", "password=[REDACTED:password#1],user=joe"),
    ("User(name=joe, password=hunter2)", "User(name=joe, password=[REDACTED:password#1])"),
    ('{"api_key": "abc", "n": 1}', '{"api_key": "[REDACTED:api_key#1]", "n": 1}'),
    # An escaped quote does not end a value.
    (r'"password":"hu\"nter 2","x":1', '"password":"[REDACTED:password#1]","x":1'),
    # JSON within JSON.
    (r"{\"password\":\"hunter2\",\"u\":1}", r"{\"password\":\"[REDACTED:password#1]\",\"u\":1}"),
    # A line cut off within the value.
    ('{"password": "hunter2 and m', '{"password": "[REDACTED:password#1]'),
    ('"password":["hunter2"]', '"password":["[REDACTED:password#1]"]'),
    ("{'token': b'abc123'}", "{'token': b'[REDACTED:token#1]'}"),
    ("secret: correcthorse", "secret: [REDACTED:secret#1]"),
    # The next word is a name, so this is no sentence.
    ("password: correcthorse user: joe", "password: [REDACTED:password#1] user: joe"),
    ("password: пароль", "password: [REDACTED:password#1]"),
    ("invalid token: expired password=hunter2", "invalid token: expired password=[REDACTED:password#1]"),
    ("GET /x?access_token=abcdef&y=2 200", "GET /x?access_token=[REDACTED:token#1]&y=2 200"),
    ("https://x/y?sv=1&sig=abcDEF0123456789x%3D", "https://x/y?sv=1&sig=[REDACTED:secret#1]"),
    ("run --password hunter2 -v", "run --password [REDACTED:password#1] -v"),
    ("<password>hunter2</password>", "<password>[REDACTED:password#1]</password>"),
    ("IDENTIFIED BY 'x1'", "IDENTIFIED BY '[REDACTED:password#1]'"),
    ("RAILWAY_TOKEN=0f8fad5b-d9cb-469f-a165-70867728950e", "RAILWAY_TOKEN=[REDACTED:token#1]"),
    (f"auth failed for token {HEX_32}", "auth failed for token [REDACTED:secret#1]"),
    ("aws_secret_access_key = wJalr/K7MDENG+bPxRfi", "aws_secret_access_key = [REDACTED:api_key#1]"),
    ("Authorization: Bearer abc.def.ghi", "Authorization: Bearer [REDACTED:authorization#1]"),
    ('"authorization":"Basic dXNlcjpwYXNz"', '"authorization":"Basic [REDACTED:basic_auth#1]"'),
    ("sent Basic dXNlcjpwYXNz", "sent Basic [REDACTED:basic_auth#1]"),
    ("Cookie: a=b; sid=12", "Cookie: [REDACTED:cookie#1]"),
    ("Set-Cookie: sid=ab; Path=/; HttpOnly", "Set-Cookie: sid=[REDACTED:cookie#1]; Path=/; HttpOnly"),
    (f"got {JWT} from", "got [REDACTED:jwt#1] from"),
    ("ask joe.smith+x@example.co.uk.", "ask [REDACTED:email#1]."),
    ("mail=jürgen@müller.de", "mail=[REDACTED:email#1]"),
    ("?email=joe%40example.com", "?email=[REDACTED:email#1]"),
    ("card 4111 1111 1111 1111 ok", "card [REDACTED:card#1] ok"),
    ("card 5500-0000-0000-0004", "card [REDACTED:card#1]"),
    ('"card":378282246310005', '"card":[REDACTED:card#1]'),
    # A key as it stands in a file, as one line of JSON, with nothing but its begin, and cut off within.
    (
        f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\nabc=\n-----END RSA PRIVATE KEY-----\nx",
        "[REDACTED:private_key#1]\nx",
    ),
    (
        rf"k=-----BEGIN PRIVATE KEY-----\n{KEY}\nabc=\n-----END PRIVATE KEY-----\n x",
        r"k=[REDACTED:private_key#1]\n x",
    ),
    (f"-----BEGIN EC PRIVATE KEY-----\n{KEY}\nnext line", "[REDACTED:private_key#1]\nnext line"),
]


@pytest.mark.parametrize(("text", "expected"), REDACTED)
def test_secret_goes_and_the_rest_stays(text: str, expected: str) -> None:
    assert redact(text) == expected
    assert redact(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "token expired; password is required; password=",
        "password: required, secret: missing, token: invalid signature",
        "password: attempt 3 of 5",
        "Failed password for root from 10.0.0.1 port 22 ssh2",
        "password=<password> secret=*** password: ${DB_PASSWORD} token=$TOKEN",
        '{"password": null, "token": "[FILTERED]", "secret": ""}',
        "authorization: denied for user 7",
        "Basic functionality is there, Bearer token expired",
        "Unexpected token: 'export'",
        'volume "secret" : secret "app-secret" not found',
        "fetch(url, {credentials: 'include'})",
        "docker run -u node:node",
        # Names that hold a telling word, and mean something else.
        "max_tokens: 4096 tokens=15 token_count=3 compass=north",
        # sudo writes the working directory.
        "TTY=pts/0 ; PWD=/home/joe ; USER=root",
        "postgres://app@db.example.com/shop",
        "http://host:8080/users and https://go:***@host/",
        "git@github.com:org/repo.git",
        "logo@2x.png user@1000.service",
        # The check digit is wrong.
        "order 4111111111111112",
        # Part of a longer number.
        "id 14111111111111111.5 blk_-4111111111111111",
        "task-abcdefghijklmnopqrstuvwxyz0123",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert find_sensitive(text) == ()
    assert redact(text) is text


def test_offsets_count_characters_of_the_original_text() -> None:
    text = "😀 \ud800 jö: joe@example.com 😀 password=hunter2"
    found = find_sensitive(text)
    assert [(item.kind, text[item.start : item.end]) for item in found] == [
        ("email", "joe@example.com"),
        ("password", "hunter2"),
    ]
    assert redact(text) == "😀 \ud800 jö: [REDACTED:email#1] 😀 password=[REDACTED:password#1]"


def test_imitated_placeholder_hides_nothing() -> None:
    assert redact("password=[REDACTED:x#1]hunter2") == "password=[REDACTED:password#1]"


@pytest.mark.parametrize(
    "text",
    [
        # As loggers for the terminal write pairs: name and value have a colour each.
        "\x1b[36mpassword\x1b[0m=\x1b[35mhunter2-Zq9\x1b[0m user=ada",
        "\x1b[36mdb_password\x1b[0m=\x1b[1m\x1b[35m'hunter2-Zq9'\x1b[0m",
        "\x1b[32mtoken\x1b[39m: \x1b[33mhunter2-Zq9abcd1234\x1b[39m",
    ],
)
def test_colours_between_name_and_value_hide_nothing(text: str) -> None:
    assert "hunter2" not in redact(text)
