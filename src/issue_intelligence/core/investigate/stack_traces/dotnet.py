"""Stack traces of .NET and Mono
(https://learn.microsoft.com/dotnet/api/system.exception.tostring): causes behind "--->", innermost first."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces, is_cut_frame
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.investigate.stack_traces.names import named_by_ending, named_by_shape
from issue_intelligence.core.model.logs import StackFrame

_FRAME = re.compile(
    r"\s{0,40}at (?P<function>(?:\(wrapper [\w-]{1,40}\) )?[^()\n]{1,600}?) ?"
    r"\((?P<arguments>[^\n]{0,1000}?)\)(?: \[0x[0-9a-fA-F]{1,16}\])?"
    r"(?: in (?P<file>[^\n]{1,500}?):(?:line )?(?P<line>\d{1,9}))?\s{0,40}$"
)
_NAME = re.compile(r"[\w.<>`|$+\[\],&*~@ -]{3,600}")
_CAUSE = re.compile(r"\s{0,40}-{3}> ?(?:\(Inner Exception #\d{1,4}\) )?(?=\S)")
_INLINE_CAUSE = re.compile(r" -{3}> (?=[\w.]{1,200}(?:Exception|Error)\b)")
_END_OF_INNER = re.compile(r"\s{0,40}-{3} End of inner (?:exception|ExceptionDetail) stack trace -{3}")
_FILLER = re.compile(
    r"\s{0,40}-{2,3} ?End of (?:stack trace from previous location|managed|inner).{0,80}|\s{0,40}<---\s{0,8}$"
    r"|\s{0,40}--- End of stack trace.{0,80}|\s{0,40}Exception data:\s{0,8}$|\s{0,40}Data:\s{0,4}$"
    r"|(?:ClientConnectionId|Error Number|Routing Destination):.{1,200}$"
)
_PREFACE = re.compile(r"Unhandled [Ee]xception[.:]?\s{0,8}$")
_LIBRARY = re.compile(
    r"(?:\(wrapper |lambda_method|System|Microsoft|MS|Mono|Npgsql|Newtonsoft|Dapper|MediatR|AutoMapper"
    r"|Serilog|Castle"
    r"|Grpc|StackExchange|RabbitMQ|MySql|MySqlConnector|Oracle|Polly|FluentValidation|Hangfire|NUnit"
    r"|Xunit|xunit|Azure"
    r"|Amazon|Google|Swashbuckle|MassTransit|Autofac|Quartz|Interop|Internal|Confluent|MongoDB"
    r"|Elasticsearch|Nest"
    r"|NLog|log4net|FastEndpoints|HotChocolate|Orleans|Akka|Refit|RestSharp|Stripe|IdentityServer4"
    r"|Duende|NServiceBus"
    r"|UnityEngine|UnityEditor|Pomelo|Sentry|Datadog|OpenTelemetry|EFCore|CsvHelper|SixLabors|MailKit"
    r"|MimeKit|Moq|Rebus)"
    r"(?:[.`|]|$)"
)
# Where packages are built: "/_/src/..." by deterministic builds, "D:\\a\\_work\\1\\s\\" by build servers.
_BUILT_ELSEWHERE = re.compile(
    r"/_/|[A-Za-z]:\\a\\_?\w{1,20}\\|<filename unknown>|/home/runner/work/|.{0,200}[/\\]\.nuget[/\\]"
)
# "Win32Exception (258)", "PostgresException (0x80004005)".
_CODE = re.compile(r" \((?:0x)?[0-9A-Fa-f]{1,10}\)$")
_STATE_MACHINE = re.compile(r"<(\w{1,200})>[a-z]__\d{1,6}(?:`\d{1,3})?(?:\[[^\]]{0,200}\])?\.MoveNext$")


class DotnetTraces(HeadedTraces):
    language = "dotnet"
    by_root = True

    def frame(self, text: str) -> StackFrame | None:
        if "at " not in text[:48] or "(" not in text:
            return None
        match = _FRAME.match(text)
        if match is None:
            return None
        function, file = match["function"], match["file"]
        # V8 tells a place in the parentheses, Java a file; here they hold the types of the arguments.
        if file is None and (
            "." not in function
            or re.search(r":\d|\.(?:java|kt|scala)\b|Native Method|Unknown Source", match["arguments"])
        ):
            return None
        if not _NAME.fullmatch(function.removeprefix("(wrapper ").replace(") ", " ")) or function.startswith(
            ("async ", "new ")
        ):
            return None
        if file is None and re.search(
            r"native|<anonymous>|unknown location|eval at|index \d", match["arguments"]
        ):
            return None
        is_own = _LIBRARY.match(function) is None and (file is None or _BUILT_ELSEWHERE.match(file) is None)
        return StackFrame(
            function=_STATE_MACHINE.sub(r"\1", function),
            file=file or "",
            line=None if match["line"] is None else int(match["line"]),
            in_app=is_own,
        )

    def head(self, text: str) -> tuple[str, str] | None:
        return named_by_ending(text)

    def near_head(self, text: str) -> tuple[str, str] | None:
        return named_by_ending(text) or named_by_shape(text)

    def links_of(self, exception: str, message: str) -> list[Link]:
        first, *causes = _INLINE_CAUSE.split(message)
        links = [Link(exception=exception, message=first)]
        return [*links, *map(_link, causes)]

    def cause(self, text: str) -> Link | None:
        match = _CAUSE.match(text)
        if match is None:
            return None
        return _link(text[match.end() :])

    def ends_inner(self, text: str) -> bool:
        return _END_OF_INNER.match(text) is not None

    def filler(self, text: str) -> bool:
        return _FILLER.match(text) is not None or is_cut_frame(text)

    def preface(self, text: str) -> bool:
        return _PREFACE.match(text) is not None

    def finish(self, links: list[Link], taken: list[int], rows: Sequence[TraceRow]) -> ParsedTrace:
        if len(links) > 1 and not any(self.ends_inner(rows[at].text) for at in taken):
            # A cause that was never thrown has no frames, and some writers leave its end out.
            links[0].frames, links[-1].frames = links[-1].frames, links[0].frames
        return super().finish(links, taken, rows)


def _link(text: str) -> Link:
    name, _, message = text.partition(":")
    return Link(exception=_CODE.sub("", name).strip(), message=message.strip())
