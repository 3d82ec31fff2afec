"""Lines with labels and metadata beside them, as a log store gives them."""

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.shipped_lines import ShippedLine, read_shipped_lines
from issue_intelligence.core.model.logs import LogLevel, LogLine


def shipped(text: str, at_ns: int = 1_000, *, stream: str = "a", **metadata: str) -> ShippedLine:
    return ShippedLine(at_ns=at_ns, text=text, labels={"instance": stream}, metadata=metadata)


def read(*lines: ShippedLine) -> list[LogLine]:
    return list(read_shipped_lines(lines))


def test_stores_time_beats_the_lines_own() -> None:
    [line] = read(shipped("2026-11-24T10:00:00Z INFO started", 1_795_521_600_000_000_000))
    assert line.at is not None
    assert (line.at.isoformat(), line.message) == ("2026-11-24T12:00:00+00:00", "started")


def test_rows_of_a_trace_stay_together_though_another_process_writes_between() -> None:
    lines = read(
        shipped("Traceback (most recent call last):", 1_000),
        shipped("INFO served", 1_500, stream="b"),
        shipped('  File "/app/shop.py", line 7, in total', 2_000, detected_level="unknown"),
        shipped("    return a / b", 3_000),
        shipped("INFO served again", 3_500, stream="b"),
        shipped("ZeroDivisionError: division by zero", 4_000, detected_level="error"),
    )
    assert [line.message[:9] for line in lines] == [
        "Traceback", "  File \"/", "    retur", "served", "served ag", "ZeroDivis",
    ]  # fmt: skip


def test_python_trace_of_one_process_is_one_error() -> None:
    rows = (
        "Traceback (most recent call last):",
        '  File "/app/shop.py", line 7, in total',
        "    return a / b",
        "ZeroDivisionError: division by zero",
    )
    analysis = analyze_log(read(*(shipped(row, at * 1_000) for at, row in enumerate(rows, start=1))))
    assert (analysis.error_lines, analysis.stack_traces[0].exception) == (1, "ZeroDivisionError")


def test_guessed_level_counts_only_for_trouble_that_the_line_does_not_deny() -> None:
    lines = read(
        shipped("cannot reach the stock", detected_level="error"),
        shipped("INFO no error at all", detected_level="error"),
        shipped("TypeError: cannot read 'info'", detected_level="info"),
        shipped("GET /errors 200 12ms", detected_level="error"),
        shipped("hello", detected_level="unknown"),
    )
    assert [line.level for line in lines] == [
        LogLevel.ERROR, LogLevel.INFO, LogLevel.UNKNOWN, LogLevel.UNKNOWN, LogLevel.UNKNOWN,
    ]  # fmt: skip


def test_metadata_has_its_dots_again_and_what_is_the_stores_own_is_gone() -> None:
    stack = "Error: x\n    at f (/app/a.js:1:1)"
    store = {"detected_level": "error", "level": "error", "__error__": "JSONParserErr"}
    metadata = {"err_stack": stack, "err_code": "P1001", **store}
    [line] = read(ShippedLine(at_ns=1_000, text="failed", labels={}, metadata=metadata))
    assert dict(line.fields) == {"err.stack": stack, "err_code": "P1001"}
    assert analyze_log([line]).stack_traces[0].frames[0].function == "f"


def test_json_line_keeps_its_own_fields_beside_the_metadata() -> None:
    [line] = read(shipped('{"level":"error","msg":"failed","userId":"7"}', pod="shop-1"))
    assert (line.message, line.level) == ("failed", LogLevel.ERROR)
    assert (line.fields["pod"], line.fields["userId"]) == ("shop-1", "7")
