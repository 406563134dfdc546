"""``flask contracts`` and ``flask organizations``: contracted rates out of price files, and whose they are."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext

from cli_support import explained, print_json, runtime_in_use, worded
from estimator.model.codes import Payer, Site
from schemas.contracts import PAYERS
from schemas.pricefiles.streams import Progress
from services import contract_files, contracts, organizations, price_files
from services.contract_files import Terms
from services.keys import Caller
from services.price_files import Asked, Document
from services.runtime import Runtime
from services.wording import Wording

_SITE = click.Choice([site.value for site in Site])


def _numbers(digits: int) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Take numbers of so many digits only; hyphens may stand in them."""

    def check(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
        for number in given:
            bare = number.replace("-", "")
            if not (bare.isascii() and bare.isdigit() and len(bare) == digits):
                raise click.BadParameter(f"{number} must have {digits} digits")
        return given

    return check


_FILTERS = (
    click.option("--npi", "npis", multiple=True, callback=_numbers(10), help="Whose prices in a payer's file; repeat."),
    click.option("--tin", "tins", multiple=True, callback=_numbers(9), help="The same by tax number; repeat."),
    click.option("--payer-name", help="Part of the payer's name; a price that names none is then not taken."),
    click.option("--plan-name", help="Part of the plan's name in a hospital's file."),
    click.option("--site", type=_SITE, help="Only prices of this site of care; needed where they differ by site."),
)
_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_DAY = click.DateTime(["%Y-%m-%d"])
Command = TypeVar("Command", bound=Callable[..., None])


def _filtered(command: Command) -> Command:
    """Give a command the file and the filters that say whose prices of it are wanted."""
    for option in (*reversed(_FILTERS), _FILE):
        command = option(command)
    return command


@click.group("contracts")
def contract_commands() -> None:
    """Read price files, and make them contracts of an organization."""


@contract_commands.command("examine")
@_filtered
@click.option("--on", type=_DAY, help="The day whose payment limits to hold prices against.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def examine_command(*, file: Path, on: datetime | None, as_json: bool, **filters: Any) -> None:  # noqa: ANN401
    """Say what a price FILE (hospital CSV or JSON, payer in-network JSON) holds of our codes. Nothing is written."""
    runtime = runtime_in_use()
    with explained(), worded(runtime):
        day = runtime.today() if on is None else on.date()
        draft = price_files.examine(file, _asked(filters), on=day, book=runtime.book, watcher=show_progress)
    _print_report(draft.report, runtime, as_json=as_json)


@contract_commands.command("load")
@_filtered
@click.option("--name", required=True, help="What you call the contract.")
@click.option("--payer", required=True, type=click.Choice([payer.value for payer in PAYERS]), help="The kind of payer.")
@click.option("--first-day", type=_DAY, help="First date of service. Left out: the day the file says it is of.")
@click.option("--last-day", type=_DAY, help="Last date of service.")
@click.option("--organization", default=organizations.OWN, help="Whose contract it is; default the installation's own.")
@click.option("--dry-run", is_flag=True, help="Only say what it would hold.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def load_command(
    *,
    file: Path,
    name: str,
    payer: str,
    first_day: datetime | None,
    last_day: datetime | None,
    organization: str,
    dry_run: bool,
    as_json: bool,
    **filters: Any,  # noqa: ANN401 - the filters, which _asked reads
) -> None:
    """Make the usable rates of a price FILE a contract of an organization, for `price.contract`."""
    runtime = runtime_in_use()
    terms = Terms(name, Payer(payer), first_day and first_day.date(), last_day and last_day.date())
    caller = None if dry_run else Caller(organization, "command line")
    with explained(), worded(runtime):
        organizations.check(organization, runtime=runtime)
        report = contract_files.take(
            file, _asked(filters), terms, caller=caller, runtime=runtime, watcher=show_progress
        )
    _print_report(report, runtime, as_json=as_json)
    if not as_json:
        click.echo("dry run: nothing was kept" if dry_run else f"contract {report['contract']}")


@contract_commands.command("list")
@click.option("--organization", default=organizations.OWN, help="Whose contracts; default the installation's own.")
@with_appcontext
def list_command(*, organization: str) -> None:
    """List an organization's contracts, the newest first."""
    runtime = runtime_in_use()
    with explained():
        organizations.check(organization, runtime=runtime)
        listed = contracts.list_all(caller=Caller(organization, "command line"), runtime=runtime)["items"]
    for item in listed if isinstance(listed, list) else ():
        site = item["site_of_care"] or "any site"
        until = item["last_day"] or "it is withdrawn"
        click.echo(f"{item['id']}  {item['payer']}  {site}  {item['first_day']} until {until}  {item['name']}")


@contract_commands.command("withdraw")
@click.argument("contract_id")
@click.option("--organization", default=organizations.OWN, help="Whose contract; default the installation's own.")
@with_appcontext
def withdraw_command(*, contract_id: str, organization: str) -> None:
    """Withdraw a contract: no new answer uses it."""
    with explained():
        caller = Caller(organization, "command line")
        contracts.withdraw(contract_id, caller=caller, runtime=runtime_in_use())
    click.echo(f"{contract_id} withdrawn")


@click.group("organizations")
def organization_commands() -> None:
    """Make and list organizations: each sees its own contracts alone."""


@organization_commands.command("create")
@click.argument("organization_id")
@click.option("--name", default="", help="Its name.")
@with_appcontext
def create_organization_command(*, organization_id: str, name: str) -> None:
    """Make an organization; `flask keys create --organization ORGANIZATION_ID` gives it a key."""
    with explained():
        organizations.create(organization_id, name, runtime=runtime_in_use())
    click.echo(f"{organization_id} made")


@organization_commands.command("list")
@with_appcontext
def list_organizations_command() -> None:
    """List the organizations."""
    with explained():
        rows = organizations.list_all(runtime=runtime_in_use())
    for row in rows:
        click.echo(f"{row.id}  {row.name}")


def _asked(filters: Mapping[str, Any]) -> Asked:
    site = filters["site"]
    return Asked(
        filters["npis"],
        filters["tins"],
        filters["payer_name"],
        filters["plan_name"],
        None if site is None else Site(site),
    )


def _print_report(report: Document, runtime: Runtime, *, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    for line in report_lines(report, Wording(runtime, "en")):
        click.echo(line)


def show_progress(progress: Progress) -> None:
    """Say on the error output how far a file has been read."""
    click.echo(f"read {progress.read / 1e6:,.0f} of {progress.size / 1e6:,.0f} MB", err=True)


def report_lines(report: Document, wording: Wording) -> Iterator[str]:
    """Say in lines what a price file holds."""
    updated = f", updated on {report['updated_on']}" if report["updated_on"] else ""
    yield f"{report['form']} {report['version'] or '(no version)'} of {report['publisher'] or '(no name)'}{updated}"
    counted = (
        ("prices_of_our_codes", "prices of our codes"),
        ("for_other_providers", "of our codes for other providers"),
        ("for_other_payers", "for other payers"),
        ("for_other_sites", "for other sites"),
        ("for_stays", "for stays"),
        ("groups_only_pointed_to", "provider groups only pointed to"),
    )
    yield f"{report['items']} items; " + ", ".join(f"{report[name]} {said}" for name, said in counted if report[name])
    rates = report["rates"]
    for rate in rates if isinstance(rates, list) else ():
        times = "" if rate["times_published"] is None else f" ({rate['times_published']} times the published rate)"
        whose = " ".join(str(rate[name]) for name in ("payer", "plan") if rate[name])
        paid = rate["paid"]
        whose += "" if paid is None else f" (paid: median {paid['median'] or '-'}, of {paid['count'] or '-'})"
        doubt = "usable" if rate["doubt"] is None else "NOT USABLE: " + wording.sentence("rate_doubts", rate["doubt"])
        yield f"  {rate['code']} {rate['method']} {rate['value'] or '-'}{times} {whose} {rate['place']}: {doubt}"
    yield f"{report['usable']} rates may be used"
