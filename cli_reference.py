"""``flask reference``: load official files, check the seed files, look facts and versions up, see what is due."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from cli_support import explained, print_json, runtime_in_use, worded
from estimator.errors import BadFact
from estimator.reference.facts import Fact
from schemas.queries import RELEASE_QUERY
from services import freshness, reference, releases, version_differences
from services.drafts.lines import release_lines
from services.drafts.model import Asked
from services.facts import fact_document


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


@reference_commands.command("due")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to ask about; default today.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def due_command(*, on: datetime | None, as_json: bool) -> None:
    """Print the calendar of what is published next; leave with 1 where anything is late."""
    runtime = runtime_in_use()
    with explained():
        book = runtime.book
    today = runtime.today() if on is None else on.date()
    documents = freshness.publication_documents(book, today)
    if as_json:
        print_json(documents)
    else:
        for line in freshness.due_lines(book, today):
            click.echo(line)
    if any(item["status"] == "late" for item in documents):
        raise SystemExit(1)


@reference_commands.command("diff")
@click.argument("one")
@click.argument("other", default=version_differences.CURRENT)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def diff_command(*, one: str, other: str, as_json: bool) -> None:
    """Print what version OTHER of the facts (default: that in force) has and version ONE has not, and back."""
    with explained():
        found = version_differences.difference(one, other, runtime=runtime_in_use())
    if as_json:
        print_json(found)
        return
    for line in version_differences.difference_lines(found):
        click.echo(line)


@reference_commands.command("versions")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def versions_command(*, as_json: bool) -> None:
    """List every version of the facts there has been, the newest first."""
    with explained():
        found = version_differences.list_versions(runtime=runtime_in_use())
    if as_json:
        print_json(found)
        return
    for item in found:
        click.echo(f"{item['version']}  {item['noted_at']}")


def _problem(problem: BadFact) -> dict[str, str]:
    return {"file": problem.file, "row": problem.row, "reason": problem.reason}


def _line(fact: Fact) -> str:
    value = fact.value if isinstance(fact.value, str) else json.dumps(fact.value, ensure_ascii=False)
    until = "no last day" if fact.period.last_day is None else str(fact.period.last_day)
    unit = "" if fact.unit is None else f" {fact.unit}"
    origin = f"{fact.source_id}: {fact.locator}; {fact.basis}"
    return f"{fact.id}  {value}{unit}  ({fact.period.first_day} to {until}; {origin})"
