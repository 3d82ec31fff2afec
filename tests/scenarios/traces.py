"""Stack traces as Node, Python, Java and Go print them: the app's own frames, and the libraries' around."""

from collections.abc import Sequence

from tests.scenarios.draw import Draw

# (function, file in the app)
Frame = tuple[str, str]

_EXPRESS = (
    ("Layer.handle [as handle_request]", "node_modules/express/lib/router/layer.js:95:5"),
    ("next", "node_modules/express/lib/router/route.js:149:13"),
    ("Route.dispatch", "node_modules/express/lib/router/route.js:119:3"),
    ("Function.process_params", "node_modules/express/lib/router/index.js:346:12"),
)
_CODE = ("return self.run(data)", "result = load(key)", "row = step(item)", "self.apply(change)")
_SPRING = (
    "org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:255)",
    "org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)",
    "org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)",
    "org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:166)",
    "java.base/java.lang.Thread.run(Thread.java:1583)",
)


def node(draw: Draw, own: Sequence[Frame], *, above: Sequence[str] = (), express: bool = True) -> str:
    """Give rows below an error's line, innermost first; `above` are library frames nearer to the error."""
    rows = [f"    at {frame}" for frame in above]
    for function, file in own:
        line, column = _line(draw, file, function), draw.steady(f"column {function}", 3, 40)
        rows.append(f"    at {function} (/app/{file}:{line}:{column})")
    if express:
        count = draw.steady("express", 2, len(_EXPRESS))
        rows += [f"    at {function} (/app/{file})" for function, file in _EXPRESS[:count]]
    else:
        rows.append("    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)")
    return "\n".join(rows)


def python(
    draw: Draw,
    own: Sequence[Frame],
    error: str,
    *,
    above: Sequence[str] = (
        "django/core/handlers/exception.py:55 inner",
        "django/core/handlers/base.py:197 _get_response",
    ),
    below: Sequence[str] = (),
) -> str:
    """Give a traceback, outermost first, with library frames ("file:line function") above and below."""
    rows = ["Traceback (most recent call last):", *(_library(frame) for frame in above)]
    for function, file in own:
        rows.append(f'  File "/app/{file}", line {_line(draw, file, function)}, in {function}')
        rows.append(f"    {_CODE[draw.steady(f'code {function}', 0, len(_CODE) - 1)]}")
    rows += [_library(frame) for frame in below]
    return "\n".join([*rows, error])


def _library(frame: str) -> str:
    place, function = frame.split(" ")
    file, line = place.split(":")
    return f'  File "/usr/local/lib/python3.12/site-packages/{file}", line {line}, in {function}'


def java(draw: Draw, own: Sequence[str], *, above: Sequence[str] = (), spring: bool = True) -> str:
    """Give rows below an exception's line; `own` are like com.example.CartService.total(CartService.java)."""
    rows = list(above)
    rows += [frame.replace(".java)", f".java:{_line(draw, frame)})") for frame in own]
    if spring:
        rows += _SPRING[: draw.steady("spring", 3, len(_SPRING))]
    return "\n".join(f"\tat {row}" for row in rows)


def go(draw: Draw, own: Sequence[Frame], *, above: Sequence[Frame] = ()) -> str:
    """Give rows below `panic:`, innermost first; `above` are frames of the runtime with their whole path."""
    rows = [f"goroutine {draw.between(18, 90_000)} [running]:"]
    for function, file in above:
        rows.append(f"{function}\n\t{file} +0x{_offset(draw, function)}")
    for function, file in own:
        place = f"/src/{file}:{_line(draw, file, function)} +0x{_offset(draw, function)}"
        rows.append(f"{function}(0xc000{draw.hex(6)})\n\t{place}")
    rows.append("net/http.HandlerFunc.ServeHTTP(...)\n\t/usr/local/go/src/net/http/server.go:2171 +0x29")
    rows.append(
        "created by net/http.(*Server).Serve in goroutine 1\n\t/usr/local/go/src/net/http/server.go:3285"
    )
    return "\n".join(rows)


def _line(draw: Draw, *place: str) -> int:
    return draw.steady(f"line {place}", 9, 300)


def _offset(draw: Draw, function: str) -> str:
    return f"{draw.steady(f'offset {function}', 256, 4095):x}"
