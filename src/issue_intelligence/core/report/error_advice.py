"""Where to look for well-known kinds of error."""

import re

# The first row whose words occur decides, so the special stands before the general. Only whole words count.
_ADVICE: tuple[tuple[str, str], ...] = (
    (
        r"out of memory|heap limit|OutOfMemoryError|MemoryError|OOMKilled",
        (
            "the process ran out of memory; compare its memory over the last hours with its limit, and "
            "take a heap snapshot before the next restart"
        ),
    ),
    (r"ENOSPC|No space left", "a disk is full; free space or enlarge it, then find what filled it"),
    (
        r"EMFILE|ENFILE|Too many open files",
        "it ran out of file handles; look for sockets or files that are never closed",
    ),
    (
        (
            r"connection pool|too many clients|too many connections|remaining connection slots|"
            r"P2024|QueuePool limit"
        ),
        (
            "every database connection is taken; look for requests or transactions that hold one too "
            "long, and compare the pool's size with the database's limit"
        ),
    ),
    (
        r"deadlock|40P01",
        (
            "two transactions wait for each other; make them take their locks in the same order, and "
            "repeat the one that lost"
        ),
    ),
    (
        r"jwt|token expired|invalid token|Unauthorized|Forbidden|InvalidSignature",
        "a credential was refused; see whose it is, whether it has expired, and whether the clocks agree",
    ),
    (
        r"certificate|CERT_HAS_EXPIRED|SSLError|SSLCertVerificationError|x509",
        "a certificate was not accepted; check its expiry date and the chain of trust",
    ),
    (
        r"ENOTFOUND|EAI_AGAIN|getaddrinfo|Name or service not known",
        "a host name could not be resolved; check its spelling in the configuration and the name server",
    ),
    (
        r"ECONNREFUSED|Connection refused|ConnectionRefusedError",
        (
            "nothing listens at the address it calls; check that the other side runs and that address and"
            " port are right"
        ),
    ),
    (
        r"ECONNRESET|EPIPE|socket hang up|Connection reset|BrokenPipeError",
        "the other side hung up; read its log of the same moment",
    ),
    (
        (
            r"ETIMEDOUT|ESOCKETTIMEDOUT|timed out|(?:connect|read|gateway)?timeout(?:error|"
            r"exception)?|deadline exceeded"
        ),
        "what it calls did not answer in time; check that system's load, then the time limit of the call",
    ),
    (
        r"rate limit|Too Many Requests|status(?: code)? 429",
        "the other side limits us; slow down, keep answers, or ask for a higher limit",
    ),
    (
        (
            r"MODULE_NOT_FOUND|Cannot find module|ModuleNotFoundError|ImportError|"
            r"ClassNotFoundException|NoClassDefFoundError"
        ),
        "the running release lacks a package or file; compare what was built with what is imported",
    ),
    (
        r"EACCES|EPERM|PermissionError|Permission denied|AccessDenied",
        "it may not touch a file or resource; compare its rights with those before the last change",
    ),
    (
        r"UniqueViolation|duplicate key|23505|IntegrityError|foreign key|P2002",
        "the data breaks a rule of the database; find which request writes it, and whether it was sent twice",
    ),
    (
        (
            r"UndefinedTable|UndefinedColumn|(?:relation|column|table) .{1,100} does not exist|"
            r"no such table|no such column|42P01|42703"
        ),
        "code and database schema differ; check that the migrations of this release have run",
    ),
    (
        (
            r"of undefined|of null|is not a function|NoneType|NullPointerException|nil pointer|"
            r"is not defined|is undefined"
        ),
        (
            "a value is missing there that the code relies on; find out which request or record brings "
            "none, and decide what should happen then"
        ),
    ),
    (
        r"KeyError|IndexError|IndexOutOfBounds|index out of range",
        "it asks for an entry that is not there; find the input that lacks it",
    ),
    (
        r"JSONDecodeError|Unexpected token|SyntaxError|ValidationError|ValueError|parse error|invalid input",
        "it received data in a form it does not expect; look at the input of a failing request",
    ),
    (
        r"RecursionError|Maximum call stack|StackOverflowError",
        "a function calls itself without end; look for data that refers to itself",
    ),
    (
        r"AssertionError|panic",
        "an assumption of the code did not hold; compare it with the input of a failing request",
    ),
)
_COMPILED = tuple(
    (re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![a-z0-9])", re.IGNORECASE), advice)
    for words, advice in _ADVICE
)


def advice_for(error_text: str) -> str:
    """Say where to look for an error of this text, as half a sentence; "" for an unknown kind."""
    head = error_text[:2000]
    return next((advice for pattern, advice in _COMPILED if pattern.search(head)), "")
