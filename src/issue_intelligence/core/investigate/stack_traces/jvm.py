"""Stack traces of Java, Kotlin and Scala, as Throwable.printStackTrace writes them
(https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Throwable.html)."""

import re

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces, is_cut_frame
from issue_intelligence.core.investigate.stack_traces.language import Link
from issue_intelligence.core.investigate.stack_traces.names import named_by_ending, named_by_shape
from issue_intelligence.core.model.logs import StackFrame

# "at java.base/java.lang.Thread.run(Thread.java:748) ~[spring-web-5.3.9.jar!/:5.3.9]"; the part before "/"
# is a class loader or a module. Without a space before the parenthesis, unlike V8 and .NET.
_FRAME = re.compile(
    r"\s{0,40}at (?:[\w.@+ -]{0,120}//?)?(?P<function>[\w$.<>/-]{1,400}\.[\w$<>-]{1,200})"
    r"\((?P<file>Native Method|Unknown Source|[^():\n]{1,200}?)(?::(?P<line>-?\d{1,9}))?\)"
    r"(?: ~?\[(?P<jar>[^\]\n]{0,200})\])?\s{0,40}$"
)
_FILE = re.compile(
    r"Native Method|Unknown Source|SourceFile|<generated>|r8-map.{0,100}"
    r"|[\w$ -]{1,200}\.\w{1,10}"
)
_CAUSE = re.compile(r"\s{0,80}(?:Caused by|Wrapped by|Root cause): ?(?=\S)")
_SUPPRESSED = re.compile(r"\s{0,80}Suppressed: ?(?=\S)")
_MORE = re.compile(
    r"\s{0,80}\.\.\. \d{1,6} (?:common frames omitted|more|lines matching .{1,80}|frames? .{1,80})\s{0,20}$"
    r"|\s{0,80}\[CIRCULAR REFERENCE:.{0,400}|\s{0,80}(?:- locked|- waiting on) <.{1,200}"
    r"|\s{0,80}\*__checkpoint .{0,400}|\s{0,80}\|_.{0,400}|\s{0,80}(?:Original Stack Trace"
    r"|Error has been observed at.{0,80}):"
    r"|\s{0,80}\(Coroutine boundary\)\s{0,20}|\s{0,80}at _COROUTINE\..{0,200}"
)
_NESTED = re.compile(r"\s{0,8}nested exception is:\s{0,8}$")
_LIBRARY = re.compile(
    r"(?:javax?|jakarta|jdk|sun|com\.sun|kotlinx?|scala|groovy|clojure|android|androidx|dalvik|_COROUTINE"
    r"|org\.(?:springframework|apache|hibernate|eclipse|jboss|mortbay|postgresql|mariadb|h2|junit|slf4j"
    r"|aspectj"
    r"|jetbrains|gradle|thymeleaf|mybatis|quartz|flywaydb|jooq|glassfish|wildfly|elasticsearch|mongodb|neo4j"
    r"|codehaus|mockito|testng|assertj|json|yaml|bouncycastle|reactivestreams|redisson|keycloak|opensearch)"
    r"|io\.(?:netty|grpc|micrometer|undertow|vertx|quarkus|micronaut|ktor|reactivex|lettuce|jsonwebtoken"
    r"|opentelemetry|smallrye|projectreactor|github\.resilience4j|sentry|dropwizard|r2dbc|confluent|swagger)"
    r"|com\.(?:zaxxer|fasterxml|mysql|google|amazonaws|mongodb|rabbitmq|netflix|squareup|microsoft|oracle|ibm"
    r"|github\.benmanes|android|datastax|hazelcast|mchange|alibaba|intellij|jetty|typesafe|lightbend"
    r"|azure|stripe"
    r"|couchbase|sendgrid|twilio|graphql|graphqljava|querydsl|jcraft|clickhouse|p6spy|caucho|auth0)"
    r"|net\.(?:bytebuddy|sf|sourceforge|ttddyy|javacrumbs|logstash)"
    r"|ch\.qos|reactor|rx|akka|okhttp3|okio|retrofit2|feign|redis\.clients|software\.amazon|graphql"
    r"|freemarker"
    r"|liquibase|oracle|weblogic|play|zio|cats|co\.elastic|dagger|junit|lombok|brave|zipkin2|antlr"
    r"|dev\.failsafe|org\.pekko)\."
)
# Made at run time; nobody wrote them.
_GENERATED = re.compile(
    r"\$\$|\$Proxy\d|GeneratedMethodAccessor|GeneratedConstructorAccessor|CGLIB\$|LambdaForm"
)


class JvmTraces(HeadedTraces):
    language = "java"
    by_root = True

    def frame(self, text: str) -> StackFrame | None:
        if "at " not in text[:48] or "(" not in text:
            return None
        match = _FRAME.match(text)
        if match is None:
            return None
        file, line = match["file"], match["line"]
        if not _FILE.fullmatch(file):
            return None
        function = match["function"]
        jar = match["jar"] or ""
        return StackFrame(
            function=function,
            file=file,
            line=None if line is None or line.startswith("-") else int(line),
            in_app=_is_own(function, file, jar),
        )

    def head(self, text: str) -> tuple[str, str] | None:
        return None if "." not in text and "E" not in text else named_by_ending(text)

    def near_head(self, text: str) -> tuple[str, str] | None:
        return self.head(text) or named_by_shape(text)

    def cause(self, text: str) -> Link | None:
        suppressed = _SUPPRESSED.match(text)
        match = suppressed or _CAUSE.match(text)
        if match is None:
            return None
        named = _named(text[match.end() :])
        return Link(exception=named[0], message=named[1], is_aside=suppressed is not None)

    def filler(self, text: str) -> bool:
        return _MORE.match(text) is not None or is_cut_frame(text)

    def continues_up(self, text: str) -> bool:
        return _NESTED.match(text) is not None


def _named(text: str) -> tuple[str, str]:
    name, colon, message = text.partition(":")
    if " " in name.strip():
        return named_by_ending(text) or ("", text.strip())
    return name.strip(), message.strip() if colon else ""


def _is_own(function: str, file: str, jar: str) -> bool:
    if _LIBRARY.match(function) or _GENERATED.search(function) or file == "<generated>":
        return False
    # Logback names the jar of a frame; the application's own classes stand in a folder, or in its own jar.
    return not re.search(r"-\d{1,4}\.\d{1,5}[\w.-]{0,40}\.jar", jar) or "BOOT-INF/classes" in jar
