"""``flask policies``: write a payer's policy from a template, check it line by line, see what a version changes."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from cli_support import explained, print_json, runtime_in_use
from estimator.reference.policies import Policy
from services import policy_differences, policy_drafts, policy_words
from services.runtime import Runtime

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group("policies")
def policy_commands() -> None:
    """Write, check and compare policies of payers."""


@policy_commands.command("new")
@click.argument("policy_id")
@click.option("--file", type=click.Path(path_type=Path), help="Where to write it; default: the id and .yaml.")
@with_appcontext
def new_command(*, policy_id: str, file: Path | None) -> None:
    """Write a template for the policy POLICY_ID, such as exampleplan.ig."""
    if not policy_words.is_policy_id(policy_id):
        raise click.ClickException(f"{policy_id!r} cannot be an id: it must be {policy_words.ID_FORM}")
    path = file or Path(f"{policy_id}.yaml")
    if path.exists():
        raise click.ClickException(f"{path} is there already")
    text = policy_drafts.template(policy_id, file=str(path), today=runtime_in_use().today())
    path.write_text(text, encoding="utf-8")
    click.echo(f"wrote {path}; fill it in, then run: flask policies check {path}")


@policy_commands.command("check")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def check_command(*, files: tuple[Path, ...], as_json: bool) -> None:
    """Check policy FILES: every mistake by its line, and every example run as a test. Leaves with 1 for a mistake."""
    runtime = runtime_in_use()
    found = []

    def sources() -> frozenset[str]:
        return policy_drafts.listed_sources(runtime.config.seed_folder)

    for path in files:
        with explained():
            draft, mistakes = policy_drafts.check(path, runtime=runtime, sources=sources)
        found += [{"file": str(path), **mistake._asdict()} for mistake in mistakes]
        if not as_json:
            for mistake in mistakes:
                click.echo(f"{path}:{mistake.line}: {mistake.reason}")
            if not mistakes:
                click.echo(f"{path}: {len(draft.policies)} versions, {draft.examples} examples hold")
    if as_json:
        print_json({"mistakes": found})
    if found:
        raise SystemExit(1)


@policy_commands.command("diff")
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def diff_command(*, what: str, as_json: bool) -> None:
    """Show what changes: WHAT is a policy file, held against the version on file, or the id of a policy on file."""
    runtime = runtime_in_use()
    with explained():
        before, after = _pair(what, runtime)
    changes = policy_differences.differences(before, after)
    if as_json:
        print_json({"before": before.fact_id, "after": after.fact_id, "changes": [each._asdict() for each in changes]})
        return
    click.echo(f"{before.fact_id} -> {after.fact_id}")
    for change in changes:
        click.echo(f"{change.what}: {change.before or '-'} -> {change.after or '-'}")


def _pair(what: str, runtime: Runtime) -> tuple[Policy, Policy]:
    """Find the two versions to compare: the newest two on file, or a file's and the one on file before it."""
    path = Path(what)
    if not path.is_file():
        versions = runtime.book.policies.get(what)
        if versions is None:
            raise click.ClickException(f"{what} is neither a file nor a policy on file")
        if len(versions) == 1:
            raise click.ClickException(f"{what} has one version on file")
        return versions[-2], versions[-1]
    draft, mistakes = policy_drafts.check(path, runtime=runtime)
    if not draft.policies:
        raise click.ClickException(f"{path} cannot be read; run flask policies check ({len(mistakes)} mistakes)")
    after = draft.policies[-1]
    versions = runtime.book.policies.get(after.id, ())
    if not versions:
        raise click.ClickException(f"{after.id} is not on file yet: there is nothing to compare it with")
    earlier = [one for one in versions if one.period.first_day < after.period.first_day]
    return (earlier or list(versions))[-1], after
