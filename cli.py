"""The ``flask`` commands of IgCost.

Exit codes: 0 done, 1 the answer is "no" (a problem was found, nothing is on file), 2 asked wrongly.
"""

import json
from datetime import datetime
from pathlib import Path

import click
from alembic.config import Config as AlembicConfig
from flask import Flask
from flask.cli import with_appcontext
from flask_migrate import Migrate

from cli_contracts import contract_commands, organization_commands
from cli_support import explained, print_json, runtime_in_use, worded
from estimator.errors import BadFact
from estimator.reference.facts import Fact
from schemas.queries import RELEASE_QUERY
from services import keys, organizations, reference, releases
from services.drafts.lines import release_lines
from services.drafts.model import Asked
from services.facts import fact_document
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


@click.group("reference")
def reference_commands() -> None:
    """Check the seed files and look facts up."""


@reference_commands.command("load")
@click.argument("kind", type=click.Choice(releases.KINDS))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--quarter", help="The quarter it is of, such as 2027q1; needed where the file does not say.")
@click.option("--published-on", type=click.DateTime(["%Y-%m-%d"]), help="Left out: the day in the file's name.")
@click.option("--dry-run", is_flag=True, help="Only say what it would bring.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def load_command(
    *, kind: str, file: Path, quarter: str | None, published_on: datetime | None, dry_run: bool, as_json: bool
) -> None:
    """Load an official FILE: all of it or nothing. Running servers take it up within two seconds."""
    runtime = runtime_in_use()
    with explained(), worded(runtime):
        sent: dict[str, object] = {"kind": kind, "quarter": quarter}
        asked = Asked(file.name, RELEASE_QUERY.read_query(sent).quarter, published_on and published_on.date())
        draft = releases.examine(kind, file.read_bytes(), asked, runtime=runtime)
        report = (
            releases.show(draft, runtime=runtime)
            if dry_run
            else releases.load(draft, by="command line", runtime=runtime)
        )
    if as_json:
        print_json(report)
        return
    for line in release_lines(report):
        click.echo(line)


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


@reference_commands.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def check_command(*, folder: Path | None, as_json: bool) -> None:
    """Police the seed files (or those in FOLDER): every problem with its file, row and reason."""
    report = reference.check(folder or runtime_in_use().config.seed_folder)
    if as_json:
        counts = {name: getattr(report, name) for name in ("facts", "sources", "diagnosis_codes", "version")}
        print_json({**counts, "problems": [_problem(problem) for problem in report.problems]})
    else:
        for problem in report.problems:
            click.echo(str(problem))
        click.echo(
            f"{report.facts} facts, {report.sources} sources, {report.diagnosis_codes} diagnosis codes, "
            f"{len(report.problems)} problems; facts version {report.version}"
        )
    if report.problems:
        raise SystemExit(1)


@reference_commands.command("show")
@click.argument("kind")
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def show_command(*, kind: str, key: str | None, as_json: bool) -> None:
    """Print the facts of KIND, or of KIND and KEY, with their periods and sources."""
    with explained():
        found = reference.show(runtime_in_use(), kind, key)
    if as_json:
        print_json([fact_document(fact) for fact in found])
        return
    for fact in found:
        click.echo(_line(fact))


def _counts(changes: Changes) -> str:
    return f"{changes.added} added, {changes.changed} changed, {changes.removed} removed, {changes.kept} unchanged"


def _problem(problem: BadFact) -> dict[str, str]:
    return {"file": problem.file, "row": problem.row, "reason": problem.reason}


def _line(fact: Fact) -> str:
    value = fact.value if isinstance(fact.value, str) else json.dumps(fact.value, ensure_ascii=False)
    until = "no last day" if fact.period.last_day is None else str(fact.period.last_day)
    unit = "" if fact.unit is None else f" {fact.unit}"
    origin = f"{fact.source_id}: {fact.locator}; {fact.basis}"
    return f"{fact.id}  {value}{unit}  ({fact.period.first_day} to {until}; {origin})"
