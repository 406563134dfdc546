"""``flask contracts``: contracted rates out of price files."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from cli_support import explained, print_json, runtime_in_use, worded
from estimator.model.codes import Site
from schemas.pricefiles.streams import Progress
from services import price_files
from services.price_files import Asked, Document
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


@click.group("contracts")
def contract_commands() -> None:
    """Read hospitals' and payers' price files."""


@contract_commands.command("examine")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--npi", "npis", multiple=True, callback=_numbers(10), help="Whose prices in a payer's file; repeat.")
@click.option("--tin", "tins", multiple=True, callback=_numbers(9), help="The same by tax number; repeat.")
@click.option("--payer-name", help="Part of the payer's name in a hospital's file.")
@click.option("--plan-name", help="Part of the plan's name in a hospital's file.")
@click.option("--site", type=_SITE, help="Only prices that may be of this site of care.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose payment limits to hold prices against.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def examine_command(
    *,
    file: Path,
    npis: tuple[str, ...],
    tins: tuple[str, ...],
    payer_name: str | None,
    plan_name: str | None,
    site: str | None,
    on: datetime | None,
    as_json: bool,
) -> None:
    """Say what a price FILE (hospital CSV or JSON, payer in-network JSON) holds of our codes. Nothing is written."""
    runtime = runtime_in_use()
    asked = Asked(npis, tins, payer_name, plan_name, None if site is None else Site(site))
    with explained(), worded(runtime):
        day = runtime.today() if on is None else on.date()
        draft = price_files.examine(file, asked, on=day, book=runtime.book, watcher=show_progress)
    if as_json:
        print_json(draft.report)
        return
    for line in report_lines(draft.report, Wording(runtime, "en")):
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
        doubt = "usable" if rate["doubt"] is None else "NOT USABLE: " + wording.sentence("rate_doubts", rate["doubt"])
        yield f"  {rate['code']} {rate['method']} {rate['value'] or '-'}{times} {whose} {rate['place']}: {doubt}"
    yield f"{report['usable']} rates may be used"
