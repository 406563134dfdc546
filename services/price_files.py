"""A hospital's or payer's price file → the rates of our codes in it, each checked, and a report of what was found."""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from estimator.model.codes import Site
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from schemas.pricefiles import price_files
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.in_network import Providers
from schemas.pricefiles.price_rows import Paid, PriceFile, PriceRow
from schemas.pricefiles.streams import Watcher
from services.price_checks import CheckedRate, check, wanted, without_contradictions

Document = dict[str, object]

IN_NETWORK = "in_network"
"""The form of a payer's file; all others are hospitals'."""

_CLASS = {
    Site.PHYSICIAN_OFFICE: "professional",
    Site.INFUSION_SUITE: "professional",
    Site.HOME: "professional",
    Site.HOSPITAL_OUTPATIENT: "institutional",
    Site.CRITICAL_ACCESS_HOSPITAL: "institutional",
}
_PLACES = {
    Site.PHYSICIAN_OFFICE: frozenset({"11"}),
    Site.INFUSION_SUITE: frozenset({"11", "49"}),
    Site.HOME: frozenset({"12"}),
}
"""CMS place-of-service codes: office, independent clinic, home. Only professional prices go by them."""


class Asked(NamedTuple):
    """Whose prices are wanted: a provider by NPI or TIN, a payer and a plan by part of their names, a site."""

    npis: tuple[str, ...] = ()
    tins: tuple[str, ...] = ()
    payer_name: str | None = None
    plan_name: str | None = None
    site: Site | None = None


class PriceFileDraft(NamedTuple):
    """What a file would bring."""

    file: PriceFile
    rates: tuple[CheckedRate, ...]
    sha256: str
    report: Document

    @property
    def usable(self) -> tuple[CheckedRate, ...]:
        """The rates that may be used."""
        return tuple(rate for rate in self.rates if rate.doubt is None)


def examine(
    path: Path, asked: Asked, *, on: date, book: ReferenceBook, watcher: Watcher | None = None
) -> PriceFileDraft:
    """Read a file to its end and check what it says of our codes. Nothing is written. Raises ``FileRefused``."""
    file = price_files.read(path, wanted(book), Providers.of(npis=asked.npis, tins=asked.tins), watcher=watcher)
    is_hospitals = file.head.form != IN_NETWORK
    if asked.plan_name is not None and not is_hospitals:
        raise FileRefused("file_names_no_plan", pointer="?plan_name")
    publisher = None if is_hospitals else file.head.publisher
    of_payer = [
        row
        for row in file.rows
        if _is_named(row.payer or publisher, asked.payer_name) and _is_named(row.plan, asked.plan_name)
    ]
    rows = [row for row in of_payer if _is_of_site(row, asked.site)]
    if not rows:
        raise FileRefused("file_without_our_rates" if file.rows else "file_without_our_codes")
    checked = [check(row, on=on, has_units=is_hospitals, book=book) for row in rows]
    if asked.site is None:
        checked = _without_those_of_a_site(checked, is_hospitals=is_hospitals)
    rates = without_contradictions(checked)
    rates.sort(key=lambda rate: (rate.row.code, rate.doubt or "", rate.row.payer or "", rate.row.plan or ""))
    digest = _digest(path)
    report: Document = {
        "form": file.head.form,
        "version": file.head.version,
        "publisher": file.head.publisher,
        "updated_on": None if file.head.updated_on is None else file.head.updated_on.isoformat(),
        "sha256": digest,
        "items": file.items,
        "prices_of_our_codes": len(file.rows),
        "for_other_providers": file.elsewhere,
        "for_stays": file.inpatient,
        "for_other_payers": len(file.rows) - len(of_payer),
        "for_other_sites": len(of_payer) - len(rows),
        "groups_only_pointed_to": file.remote,
        "usable": sum(rate.doubt is None for rate in rates),
        "rates": [rate_document(rate) for rate in rates],
    }
    return PriceFileDraft(file, tuple(rates), digest, report)


def rate_document(rate: CheckedRate) -> Document:
    """Write one rate of a file."""
    row = rate.row
    return {
        "code": row.code,
        "method": row.method.value,
        "value": None if rate.value is None else plain(rate.value),
        "last_day": None if row.last_day is None else row.last_day.isoformat(),
        "times_published": None if rate.times is None else f"{rate.times:.2f}",
        "doubt": rate.doubt,
        "place": row.place,
        "payer": row.payer,
        "plan": row.plan,
        "unit": None if row.unit is None else plain(row.unit),
        "unit_kind": row.unit_kind,
        "note": row.note,
        "paid": None if row.paid is None else _paid(row.paid),
    }


def _paid(found: Paid) -> Document:
    """Write what was really paid: better evidence than a list price, and no rate of a contract."""
    document: Document = {"count": found.cases}
    for name, amount in (("median", found.median), ("low", found.low), ("high", found.high)):
        document[name] = None if amount is None else plain(amount)
    return document


def _is_named(name: str | None, part: str | None) -> bool:
    """Say whether a name asked for stands in the file: a price that names no payer is nobody's in particular."""
    return part is None or (name is not None and part.casefold() in name.casefold())


def _without_those_of_a_site(rates: Iterable[CheckedRate], *, is_hospitals: bool) -> list[CheckedRate]:
    """Mark the prices that hold at some sites only where none was asked for, and all others of the same code.

    A payer's price is a professional's or an institution's, and a professional's goes by its place of service. What a
    hospital publishes is its own, so there only what is billed by its professionals is another site's.
    """
    rates = list(rates)
    at_home = (None, "both", "institutional") if is_hospitals else ("both",)
    asking = {rate.row.code for rate in rates if rate.doubt is None and rate.row.billing_class not in at_home}
    return [
        rate._replace(doubt="site_needed") if rate.doubt is None and rate.row.code in asking else rate for rate in rates
    ]


def _is_of_site(row: PriceRow, site: Site | None) -> bool:
    """Say whether a price may be of a site: by its billing class, and by its place of service where it has one."""
    if site is None or row.billing_class is None:
        return True
    if row.billing_class not in (_CLASS[site], "both"):
        return False
    places = _PLACES.get(site)
    return places is None or not row.places or row.billing_class == "both" or not places.isdisjoint(row.places)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
