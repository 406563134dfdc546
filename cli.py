"""The ``flask`` commands of IgCost.

Exit codes: 0 done, 1 the answer is "no" (a problem was found, nothing is on file), 2 asked wrongly.
"""

from datetime import datetime

import click
from alembic.config import Config as AlembicConfig
from flask import Flask
from flask.cli import with_appcontext
from flask_migrate import Migrate

from cli_contracts import contract_commands, organization_commands
from cli_policies import policy_commands
from cli_reference import reference_commands
from cli_support import explained, print_json, runtime_in_use
from services import keys, organizations, reference
from services.runtime import Runtime
from storage import migrate, versions
from storage.differences import Changes
from web.current import EXTENSION


def register_commands(app: Flask) -> None:
    """Give ``app`` its commands; ``flask db`` runs the migrations of ``storage`` on the runtime's database."""
    runtime: Runtime = app.extensions[EXTENSION]

    def use_database(config: AlembicConfig) -> AlembicConfig:
        with explained():
            config.attributes["engine"] = runtime.database.engine
        config.attributes["explained"] = explained
        return config

    Migrate(app, runtime.database, directory=str(migrate.FOLDER)).configure(use_database)
    app.cli.add_command(seed_command)
    app.cli.add_command(reference_commands)
    app.cli.add_command(key_commands)
    app.cli.add_command(contract_commands)
    app.cli.add_command(organization_commands)
    app.cli.add_command(policy_commands)


@click.command("seed")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def seed_command(*, as_json: bool) -> None:
    """Fill the database from the seed files; what an operator loaded stays."""
    with explained():
        report = reference.seed(runtime_in_use())
    if as_json:
        counts = {name: getattr(report, name)._asdict() for name in ("facts", "sources", "diagnosis_codes")}
        print_json({**counts, "conflicts": report.conflicts, "version": versions.shown(report.version)})
        return
    for name, changes in (
        ("facts", report.facts),
        ("sources", report.sources),
        ("diagnosis codes", report.diagnosis_codes),
    ):
        click.echo(f"{name}: {_counts(changes)}")
    for conflict in report.conflicts:
        click.echo(f"conflict: {conflict}")
    click.echo(f"facts version {versions.shown(report.version)}")


@click.group("keys")
def key_commands() -> None:
    """Make, list and revoke the keys that may write."""


@key_commands.command("create")
@click.option("--name", default="", help="Whose key it is.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(keys.SCOPES), help="What it may do; repeat.")
@click.option("--admin", is_flag=True, help="It may do everything.")
@click.option("--expires-on", type=click.DateTime(["%Y-%m-%d"]), help="Its last day.")
@click.option("--organization", default=organizations.OWN, help="Whose it is; default the installation's own.")
@with_appcontext
def create_key_command(
    *, name: str, scopes: tuple[str, ...], admin: bool, expires_on: datetime | None, organization: str
) -> None:
    """Make a key and print it: once, and never again."""
    wanted = ("admin",) if admin else scopes
    if not wanted:
        raise click.UsageError("say what the key may do: --scope ... or --admin")
    with explained():
        made = keys.create(
            name,
            wanted,
            expires_on=expires_on and expires_on.date(),
            runtime=runtime_in_use(),
            organization=organization,
        )
    click.echo(made.secret)


@key_commands.command("list")
@with_appcontext
def list_keys_command() -> None:
    """List the keys by their first characters."""
    with explained():
        rows = keys.list_all(runtime=runtime_in_use())
    for row in rows:
        until = "" if row.expires_on is None else f"  until {row.expires_on}"
        revoked = "" if row.revoked_at is None else f"  revoked {row.revoked_at:%Y-%m-%d}"
        click.echo(f"{row.prefix}  {row.organization_id}  {' '.join(row.scopes)}  {row.name}{until}{revoked}")


@key_commands.command("revoke")
@click.argument("prefix")
@with_appcontext
def revoke_key_command(*, prefix: str) -> None:
    """Revoke the key that begins with PREFIX, for good."""
    with explained():
        keys.revoke(prefix, runtime=runtime_in_use())
    click.echo(f"{prefix} revoked")


def _counts(changes: Changes) -> str:
    return f"{changes.added} added, {changes.changed} changed, {changes.removed} removed, {changes.kept} unchanged"
