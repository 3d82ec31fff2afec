"""What names a type: exception classes, codes and whole words."""

from issue_intelligence.core.model.verdict import IssueType

# Exact class names, in lower case. Prefixes stand below.
EXCEPTIONS: dict[str, IssueType] = {
    **dict.fromkeys(
        (
            "operationalerror", "integrityerror", "databaseerror", "programmingerror", "sqlexception",
            "sequelizedatabaseerror", "queryfailederror", "mongoservererror", "mongonetworkerror",
            "uniqueviolation", "deadlockdetected", "toomanyconnections", "sqltimeoutexception",
        ),
        IssueType.DATABASE,
    ),
    **dict.fromkeys(
        (
            "jsonwebtokenerror", "tokenexpirederror", "notbeforeerror", "unauthorizederror", "forbiddenerror",
            "authenticationerror", "authorizationerror", "permissiondenied", "invalidtokenerror",
            "expiredsignatureerror", "invalidsignatureerror", "invalidcsrftokenerror",
            "unauthorizedexception",
        ),
        IssueType.SECURITY,
    ),
    **dict.fromkeys(
        (
            "timeouterror", "timeoutexception", "readtimeout", "connecttimeout", "pooltimeout",
            "sockettimeoutexception", "deadlineexceeded", "etimedout",
        ),
        IssueType.PERFORMANCE,
    ),
    **dict.fromkeys(
        (
            "memoryerror", "outofmemoryerror", "connectionrefusederror", "connectionreseterror",
            "brokenpipeerror", "sslerror", "sslcertverificationerror", "gaierror", "unknownhostexception",
        ),
        IssueType.INFRASTRUCTURE,
    ),
    **dict.fromkeys(
        (
            "typeerror", "referenceerror", "syntaxerror", "rangeerror", "keyerror", "attributeerror",
            "indexerror", "valueerror", "nameerror", "assertionerror", "zerodivisionerror",
            "unboundlocalerror", "notimplementederror", "recursionerror", "importerror",
            "modulenotfounderror", "nullpointerexception", "illegalargumentexception",
            "illegalstateexception", "indexoutofboundsexception", "classcastexception",
            "unicodedecodeerror", "jsondecodeerror",
        ),
        IssueType.BUG,
    ),
}  # fmt: skip
EXCEPTION_PREFIXES = (("prismaclient", IssueType.DATABASE), ("sequelize", IssueType.DATABASE))

# 5xx is left out: it says that something failed, not what, so it comes after the words.
STATUSES = {
    "401": IssueType.SECURITY,
    "403": IssueType.SECURITY,
    "408": IssueType.PERFORMANCE,
    "504": IssueType.PERFORMANCE,
    "507": IssueType.INFRASTRUCTURE,
}

# What the system itself says; it comes before words, which may be part of a name ("EAI_AGAIN postgres").
ERRNOS = (
    "eai again", "enotfound", "name resolution", "no such host", "could not resolve host", "enospc",
    "no space left", "emfile", "too many open files", "enomem", "oomkilled", "certificate has expired",
    "cert has expired", "certificate expired",
)  # fmt: skip
CONNECTION_WORDS = ("connection refused", "econnrefused", "econnreset", "etimedout", "host unreachable")

# In the order in which they are asked.
WORDS: tuple[tuple[IssueType, tuple[str, ...]], ...] = (
    (
        IssueType.DATABASE,
        (
            "sql", "prisma", "database", "databases", "postgres", "postgresql", "mysql", "mariadb", "sqlite",
            "mongodb", "deadlock", "sequelize", "sqlalchemy", "connection pool", "too many clients", "jdbc",
            "hikari", "hibernate", "psycopg", "psycopg2", "pymysql", "npgsql", "activerecord", "pgbouncer",
            "replication", "sqlstate",
        ),
    ),
    (
        IssueType.SECURITY,
        (
            "auth", "authentication", "authorization", "unauthorized", "unauthorised", "unauthenticated",
            "forbidden", "token", "tokens", "jwt", "oauth", "csrf", "credential", "credentials", "login",
            "password", "signature",
        ),
    ),
    (
        IssueType.PERFORMANCE,
        (
            "timeout", "timeouts", "timed out", "etimedout", "slow", "slowness", "performance", "latency",
            "response time", "response times", "lag", "backlog", "too slow", "throttled", "throttling",
        ),
    ),
    (
        IssueType.INFRASTRUCTURE,
        (
            "out of memory", "heap", "oom", "oomkilled", "memory", "cpu", "disk", "no space left", "enospc",
            "crash loop", "crashloop", "crashloopbackoff", "crash", "crashed", "restart", "restarts",
            "restarted", "dns", "enotfound", "eai again", "getaddrinfo", "certificate", "tls", "ssl",
            "econnrefused", "connection refused", "econnreset", "emfile", "too many open files", "redis",
            "bad gateway", "host unreachable", "no route to host",
        ),
    ),
)  # fmt: skip
# Words that only look telling: a JSON parser's token has nothing to do with signing in.
MISLEADING = ("unexpected token", "token bucket", "invalid or unexpected token")
