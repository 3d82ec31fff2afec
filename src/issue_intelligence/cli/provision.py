"""`issue-intelligence provision`: files for the systems around us."""

from pathlib import Path
from typing import Annotated

import typer

from issue_intelligence.bootstrap.provisioning import (
    DASHBOARDS_FOLDER,
    Limits,
    ProvisionChoices,
    Provisioned,
    provision_grafana,
)
from issue_intelligence.settings import load_settings

app = typer.Typer(help="Write configuration for the systems around this one.", no_args_is_help=True)


@app.callback()
def _commands() -> None:
    """Without this, a single command would swallow its own name."""


@app.command("grafana")
def provision_grafana_command(
    folder: Annotated[Path, typer.Argument(help="Grafana's provisioning folder, or one to copy from.")],
    *,
    loki_uid: Annotated[
        str, typer.Option("--loki-uid", help="Grafana's uid of Loki; GRAFANA_LOKI_DATASOURCE_UID.")
    ] = "",
    prometheus_uid: Annotated[
        str, typer.Option("--prometheus-uid", help="Grafana's uid of Prometheus; its rules win over Loki's.")
    ] = "",
    url: Annotated[str, typer.Option(help="Our address as Grafana reaches it; PUBLIC_URL.")] = "",
    no_policy: Annotated[
        bool,
        typer.Option("--no-policy", help="Leave Grafana's policy tree alone; rules name the contact point."),
    ] = False,
    dashboards_folder: Annotated[
        str, typer.Option(help="Where the dashboard's JSON will lie on Grafana's machine.")
    ] = DASHBOARDS_FOLDER,
    memory_mb: Annotated[int, typer.Option(min=1, help="Memory of a service; 90 % of it alerts.")] = 512,
    status_label: Annotated[
        str, typer.Option(help="Label of http_requests_total with the status.")
    ] = "status",
    service_label: Annotated[str, typer.Option(help="Label with the service in Prometheus.")] = "service",
) -> None:
    """Write alert rules (seven kinds for each service), contact point, policy and dashboard."""
    try:
        limits = Limits(memory_mb=memory_mb, status_label=status_label, service_label=service_label)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    written = provision_grafana(
        load_settings(),
        folder,
        ProvisionChoices(
            loki_uid=loki_uid,
            prometheus_uid=prometheus_uid,
            url=url,
            with_policy=not no_policy,
            dashboards_folder=dashboards_folder,
            limits=limits,
        ),
    )
    _tell(written, with_policy=not no_policy, dashboards_folder=dashboards_folder)


def _tell(written: Provisioned, *, with_policy: bool, dashboards_folder: str) -> None:
    typer.echo(f"Wrote {written.rules} alert rules, contact point, and dashboard:")
    for path in written.files:
        typer.echo(f"  {path}")
    typer.echo("\nThen, on Grafana's machine:")
    typer.echo("  copy both folders into its provisioning folder (/etc/grafana/provisioning)")
    typer.echo(f"  put issue-intelligence.json into {dashboards_folder}")
    for name in written.variables:
        typer.echo(f"  set {name} in Grafana's environment to the value that it has here")
    typer.echo("  restart Grafana")
    if with_policy:
        typer.echo(
            "\nThe policy replaces the organisation's whole policy tree. If others use it, run this again "
            "with --no-policy.",
            err=True,
        )
