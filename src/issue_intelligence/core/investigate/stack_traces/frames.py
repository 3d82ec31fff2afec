"""Which frames are the service's own, and how a file is named without where it was deployed."""

import re
from collections.abc import Iterable

from issue_intelligence.core.investigate.masking import fingerprint, mask
from issue_intelligence.core.model.logs import StackFrame

# Folders and names of libraries and run-times: Node.js, bundlers, CPython, distributions.
_LIBRARY = re.compile(
    r"(?:^|[/\\])(?:node_modules|site-packages|dist-packages|third_party|vendor"
    r"|\.pnpm|\.yarn|python\d\.\d{1,2}|python\d{2,3}_lib)[/\\]"
    r"|^(?:node:|internal/|native\b|unknown location|index \d|eval at "
    r"|<frozen|<string>|<stdin>|<unknown>|<anonymous>|chrome-extension:|webpack/|/usr/lib/|wasm:)"
    r"|\(webpack\)|(?:^|/)(?:vendors?|polyfills?|framework|zone)(?:[~.-][\w.~-]{0,80})?\.m?js$"
)
# The built-in modules of Node.js before version 16 have neither folder nor "node:".
_OLD_NODE_BUILTIN = re.compile(
    r"(?:_(?:http|stream|tls)_\w{1,30}|events|net|fs|https?|module|timers|dns|tls|vm|util|assert|stream"
    r"|zlib|child_process|domain|bootstrap_node|node)\.js"
)
_SCHEME = re.compile(
    r"^(?:file://|webpack-internal:/{2,3}(?:\([\w-]{1,40}\)/)?|webpack:/{2,3}|https?://[^/]{1,255}"
    r"|[A-Za-z]:(?=[\\/]))"
)
# Where programs are deployed; the part behind it is the same on every machine.
_ROOT = re.compile(
    r"^/(?:app|usr/src/app|usr/src|code|workspace|var/task|var/www/[^/]{1,255}|srv/[^/]{1,255}"
    r"|opt/[^/]{1,255}"
    r"|home/[^/]{1,255}|Users/[^/]{1,255}|root|tmp/[^/]{1,255}|build|data)/"
)
_SOURCE_FOLDERS = frozenset(
    {"src", "lib", "app", "dist", "build", "server", "client", "packages", "apps", "services", "pages"}
)
# "1.378705245900539993", "v1.2.3", "20261124110000", a commit, "releases", "current".
_DEPLOYMENT = re.compile(
    r"v?\d+(?:[._-]\d+){0,4}|(?=[a-f]{0,40}\d)[0-9a-f]{7,64}|releases|current", re.IGNORECASE
)
_BUNDLE_HASH = re.compile(r"[.-](?=[A-Za-z]{0,32}\d)[0-9A-Za-z]{6,32}(?=\.\w{1,5}$)")
_LIBRARY_ROOT = re.compile(r"^.*(?:node_modules|site-packages|dist-packages)/")
# What differs between builds, runs and neighbouring lambdas, in the names of functions of many languages.
_UNSTABLE = re.compile(
    r" \[as [^\]]{1,200}\]"  # V8's second name
    r"|(?<=lambda)\$\d{1,6}|(?<=\$)\d{1,6}(?=\.|$)|\$\$(?:Enhancer|FastClass|SpringCGLIB"
    r"|Lambda)[\w$/]{0,120}"  # JVM
    r"|(?<=\$Proxy)\d{1,6}|(?<=Accessor)\d{1,6}|/0x[0-9a-f]{8,16}|(?<=lambda\$)(?:new|null)\$\d{1,6}"
    r"|(?<=func)\d{1,4}(?:\.\d{1,4}){0,6}|(?<=gowrap)\d{1,4}|\[\.\.\.\]|\[go\.shape\.[^\]]{1,200}\]"  # Go
    r"|::h[0-9a-f]{16}$|\{\{closure\}\}#\d{1,4}"  # Rust
    r"|(?<=__)(?:\d{1,4}_)?\d{1,4}(?=[.\]>]|$)|(?<=DisplayClass)\d{1,4}_\d{1,4}"
    r"|(?<=>b__)\d{1,4}_\d{1,4}"  # .NET
    r"|(?<=@anonymous)[^>\n]{0,400}?(?=->|::|$)|(?<=\{closure:)[^}]{1,400}(?=\})"  # PHP
    r"|(?<=block) \(\d{1,4} levels\)|0x[0-9a-f]{4,16}"
)
_MAX_FINGERPRINTED = 12


def is_in_app(file: str) -> bool:
    return bool(file) and _LIBRARY.search(file) is None and _OLD_NODE_BUILTIN.fullmatch(file) is None


def short_file(file: str) -> str:
    """Name a file from its source root: "/srv/shop/releases/20261124/src/cart.ts" becomes "src/cart.ts"."""
    path = _SCHEME.sub("", file).replace("\\", "/").split("?", 1)[0]
    was_absolute = path.startswith("/")
    path = _ROOT.sub("", path)
    segments = [segment for segment in path.split("/") if segment not in ("", ".")]
    folders = segments[:-1]
    # Behind the last folder that names a deployment; nothing before it is stable.
    cut = max((at + 1 for at, name in enumerate(folders) if _DEPLOYMENT.fullmatch(name)), default=0)
    if cut == 0 and was_absolute:
        cut = next(
            (at for at, name in enumerate(folders) if name in _SOURCE_FOLDERS), max(0, len(segments) - 4)
        )
    return "/".join(segments[cut:]) or file


def culprit_of(frames: Iterable[StackFrame]) -> str:
    """Name the frame to look at first, "src/cart.ts:10 in total": the innermost own, else the innermost."""
    frames = tuple(frames)
    frame = next((frame for frame in frames if frame.in_app), frames[0] if frames else None)
    if frame is None:
        return ""
    where = short_file(frame.file) if frame.in_app else frame.file
    line = "" if frame.line is None else f":{frame.line}"
    if not where:
        return frame.function
    function = f" in {frame.function}" if frame.function else ""
    return f"{where}{line}{function}"


def trace_fingerprint(language: str, exception: str, message: str, frames: Iterable[StackFrame]) -> str:
    """Hash exception class and own frames; line numbers, folders of deployment and messages do not count.

    Without own frames the innermost library frames stand in, without any frame the masked message.
    """
    frames = tuple(frames)
    parts = _distinct(_frame_name(frame) for frame in frames if frame.in_app)
    parts = parts or _distinct(_frame_name(frame) for frame in frames[:5]) or [mask(message)]
    return fingerprint("\n".join((language, exception, *parts[:_MAX_FINGERPRINTED])))


def _frame_name(frame: StackFrame) -> str:
    file = short_file(frame.file) if frame.in_app else _LIBRARY_ROOT.sub("", frame.file)
    return f"{_UNSTABLE.sub('', frame.function)} {_BUNDLE_HASH.sub('', file)}"


def _distinct(names: Iterable[str]) -> list[str]:
    """Drop a name equal to the one before: how deep a recursion went does not matter."""
    kept: list[str] = []
    for name in names:
        if not kept or kept[-1] != name:
            kept.append(name)
    return kept
