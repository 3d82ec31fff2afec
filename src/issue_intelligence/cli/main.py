"""The command `issue-intelligence`."""

import sys
from typing import Annotated

import typer

from issue_intelligence.bootstrap.stores import known_issue_store
from issue_intelligence.cli.analyze import analyze
from issue_intelligence.cli.database import app as database_app
from issue_intelligence.cli.decide_again import backtest, replay
from issue_intelligence.cli.demo.command import demo
from issue_intelligence.cli.doctor import doctor
from issue_intelligence.cli.evaluate import evaluate
from issue_intelligence.cli.known_issues import known_issues_app
from issue_intelligence.cli.provision import app as provision_app
from issue_intelligence.cli.redact import redact_command
from issue_intelligence.cli.serve import serve
from issue_intelligence.cli.worker import worker
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.settings import SettingsError, load_settings
from issue_intelligence.version import VERSION

app = typer.Typer(
    name="issue-intelligence",
    help="Receives alerts, finds out whether they are real, and leaves an issue that a person can act on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve)
app.command("worker")(worker)
app.command("demo")(demo)
app.command("doctor")(doctor)
app.command("analyze")(analyze)
app.command("evaluate")(evaluate)
app.command("redact")(redact_command)
app.command("replay")(replay)
app.command("backtest")(backtest)
app.add_typer(known_issues_app(lambda: known_issue_store(load_settings())), name="known-issues")
app.add_typer(provision_app, name="provision")
app.add_typer(database_app, name="db")

EXIT_WRONG_USAGE = 2


@app.callback(invoke_without_command=True)
def _version(
    *, version: Annotated[bool, typer.Option("--version", help="Show the version and end.")] = False
) -> None:
    if version:
        typer.echo(VERSION)
        raise typer.Exit


def run() -> None:
    """Run the command line; a wrong configuration or a database away ends with a sentence and exit code 2."""
    try:
        app()
    except SettingsError as error:
        typer.echo(f"Configuration: {error}", err=True)
        sys.exit(EXIT_WRONG_USAGE)
    except OutsideError as error:
        typer.echo(f"Cannot do it: {redact(str(error))}", err=True)
        sys.exit(EXIT_WRONG_USAGE)
