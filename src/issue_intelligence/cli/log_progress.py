"""Shows on a terminal how far the reading of a long log is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn


@contextmanager
def reading_progress(file: str, console: Console) -> Iterator[Callable[[int], None]]:
    """Give what to call with each number of bytes read; it shows nothing unless the console is a terminal."""
    if not console.is_terminal:
        yield lambda _bytes: None
        return
    columns = (TextColumn("Reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=_size(file))
        yield lambda count: progress.update(task, advance=count)


def _size(file: str) -> int | None:
    """Give the size in bytes; None where it is not known before the end, as of standard input."""
    try:
        return Path(file).stat().st_size if file != "-" else None
    except OSError:
        return None
