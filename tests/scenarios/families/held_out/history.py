"""Errors that were seen before, and one that was seen once."""

from datetime import timedelta

from tests.scenarios.alerts import grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import REAL, begin, ruby_logger, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, json_lines, python_logging
from tests.scenarios.scenario import Scenario


def _django_error(log: Log, draw: Draw, seconds: float, field: str, path: str) -> None:
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/usr/lib/python3.12/site-packages/django/core/handlers/exception.py", line 55, in inner\n'
        "    response = get_response(request)\n"
        '  File "/usr/local/lib/python3.12/site-packages/django/core/handlers/base.py", line 197, '
        "in _get_response\n"
        "    response = wrapped_callback(request, *callback_args, **callback_kwargs)\n"
        '  File "/srv/app/tours/views.py", line 118, in book\n'
        "    quote = price_of(tour, request.data)\n"
        '  File "/srv/app/tours/pricing.py", line 64, in price_of\n'
        f'    return Decimal(data["{field}"]) * tour.rate\n'
        f"KeyError: '{field}'"
    )
    text = f"Internal Server Error: {path}"
    log.line(seconds, "error", text, below=trace, logger="django.request")


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def the_open_issue_again(draw: Draw) -> Scenario:
    """A KeyError for which an issue is open since some days strikes again, now at more people."""
    start = begin(draw)
    service = draw.pick(("tours", "booking", "guides"))
    field = draw.pick(("currency", "party_size", "season"))
    path = draw.pick(("/api/tours/book/", "/api/v2/bookings/"))
    issue = draw.between(100, 4_000)
    log = Log(start, python_logging)
    traffic(
        log, draw, ("/api/tours/{id}/", "/api/guides/", "/api/tours/?page=2"), count=draw.between(80, 200)
    )
    failures = draw.times(draw.between(8, 30), -290, 60)
    for seconds in failures:
        _django_error(log, draw, seconds, field, path)
    before = [
        {
            "started_at": start - timedelta(days=days, hours=draw.between(1, 9)),
            "is_real": True,
            "issue_number": issue,
            "issue_state": "open",
            "error": f"KeyError: '{field}'",
        }
        for days in (2, draw.between(4, 9))
    ]
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http5xxHigh", "service": service, "severity": "warning"},
            summary=f"{service} answers 5xx",
            values={"A": float(len(failures))},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(30, 120), "database": "up"},
            "metrics": {"error_rate": draw.real(0.03, 0.08), "requests": draw.between(200, 700)},
            "history": before,
        },
        expected={
            "is_real": True,
            "should_create_issue": False,
            "should_update_existing": issue,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": f"'{field}'",
            "culprit_contains": "tours/pricing.py",
        },
    )


@family(Kind.OTHER, is_real=True, variants=12)
def a_closed_issue_comes_back(draw: Draw) -> Scenario:
    """A fault that was mended and closed weeks ago is back after somebody restored the old code."""
    start = begin(draw)
    service = draw.pick(("feed-importer", "invoice-mailer", "calendar-sync"))
    error = draw.pick(
        (
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xfc in position 31: invalid start byte",
            "ValueError: time data '31.02.2026' does not match format '%d.%m.%Y'",
            "AttributeError: 'NoneType' object has no attribute 'strip'",
        )
    )
    log = Log(start, json_lines)
    for seconds in draw.times(draw.between(40, 110), -880, 90):
        log.line(seconds, "info", f"Task imports.row[{draw.uuid()}] succeeded in {draw.real(0.05, 2)}s: None")
    failures = draw.times(draw.between(7, 22), -290, 60)
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/usr/lib/python3.11/site-packages/celery/app/trace.py", line 451, in trace_task\n'
        "    R = retval = fun(*args, **kwargs)\n"
        f'  File "/opt/importer/jobs/rows.py", line {draw.between(20, 99)}, in row\n'
        "    parsed = parse(line)\n"
        f'  File "/opt/importer/jobs/parse.py", line {draw.between(8, 60)}, in parse\n'
        "    return [cell(each) for each in columns(raw)]\n"
        f"{error}"
    )
    for seconds in failures:
        log.line(seconds, "error", f"Task imports.row[{draw.uuid()}] raised unexpected", exception=trace)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "TaskFailures", "service": service, "severity": "warning"},
            summary=f"{len(failures)} tasks of {service} failed in 5 minutes",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={
            "history": [
                {
                    "started_at": start - timedelta(days=draw.between(15, 60)),
                    "is_real": True,
                    "issue_number": draw.between(20, 900),
                    "issue_state": "closed",
                    "error": error,
                }
            ],
        },
        # To reopen it or to begin a new one: both are right.
        expected={
            "is_real": True,
            "type": "bug",
            "known_issue": "",
            "error_contains": [error[-24:], error.split(":")[0]],
            "culprit_contains": "jobs/parse.py",
        },
    )


@family(Kind.OTHER, is_real=True, variants=12)
def one_sidekiq_job_raises(draw: Draw) -> Scenario:
    """One job of thousands raises once, with a full trace; all others and all requests go well."""
    start = begin(draw)
    service = draw.pick(("subscriptions", "mailroom", "reports"))
    method = draw.pick(("strftime", "cents", "each_slice"))
    job = draw.pick(("RenewalReminderJob", "MonthlyDigestJob"))
    log = Log(start, ruby_logger)
    for seconds in draw.times(draw.between(60, 160), -880, 100):
        name = draw.pick((job, "TouchAccountJob", "SyncContactJob"))
        log.line(seconds, "info", f"class={name} jid={draw.hex(24)} elapsed={draw.real(0.01, 1.2, 3)} done")
    file = f"app/jobs/{'renewal_reminder' if job[0] == 'R' else 'monthly_digest'}_job.rb"
    trace = (
        f"NoMethodError: undefined method `{method}' for nil:NilClass\n"
        f"/app/{file}:{draw.between(12, 40)}:in `perform'\n"
        "/usr/local/bundle/gems/activejob-7.1.3/lib/active_job/execution.rb:53:in `block in perform_now'\n"
        "/usr/local/bundle/gems/activesupport-7.1.3/lib/active_support/callbacks.rb:121:in `run_callbacks'\n"
        "/usr/local/bundle/gems/sidekiq-7.2.2/lib/sidekiq/processor.rb:202:in `execute_job'"
    )
    log.line(-draw.between(20, 200), "error", f"class={job} jid={draw.hex(24)} fail", below=trace)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "ErrorLogged", "service": service, "severity": "warning"},
            summary=f"An error was logged by {service}",
            values={"A": 1.0},
        ),
        now=start + timedelta(minutes=draw.between(2, 4)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 60), "database": "up"},
            "metrics": {"error_rate": draw.real(0, 0.002), "requests": draw.between(800, 4_000)},
        },
        expected={
            **REAL,
            "severity": ["low", "medium"],
            "type": "bug",
            "known_issue": "",
            "error_contains": f"undefined method `{method}'",
            "culprit_contains": file,
        },
    )
