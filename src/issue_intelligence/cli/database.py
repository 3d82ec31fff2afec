"""`issue-intelligence db`: migrations."""

import asyncio

import typer

from issue_intelligence.bootstrap.stores import store_versions, upgrade_stores
from issue_intelligence.settings import load_settings

app = typer.Typer(help="The database's version.", no_args_is_help=True)


@app.command("upgrade")
def upgrade_database() -> None:
    """Bring the tables to this release's version."""
    asyncio.run(upgrade_stores(load_settings()))
    typer.echo("The database is at this release's version.")


@app.command("current")
def show_current() -> None:
    """Show the tables' version; exit 1 when it is not this release's."""
    behind = False
    for schema, (found, wanted) in store_versions(load_settings()).items():
        behind = behind or found != wanted
        typer.echo(
            f"{schema}: {found or 'not there yet'}{'' if found == wanted else f' (this release: {wanted})'}"
        )
    raise typer.Exit(1 if behind else 0)
