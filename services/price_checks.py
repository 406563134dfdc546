"""Is a price in a file what it seems? Its unit, and how many times the published rate it comes to.

Three traps are known: a price for a vial, a gram or a millilitre taken for one of a billing unit; a percentage taken
for dollars; a price without any unit. What cannot be told is never used: it is shown with the reason.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from estimator.model.codes import Category
from estimator.model.contracts import RateMethod
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode
from schemas.pricefiles.price_rows import PriceRow, Wanted

TIMES_PAYMENT_LIMIT = "price_times_payment_limit"
UNIT_PLACES = Decimal("0.000001")
"""A price converted to billing units is rounded half up to six places, three more than the official files print."""

_GIVES_THE_DRUG = frozenset({Category.ADMINISTRATION, Category.NURSING, Category.SUPPLIES})
_MG = {"ME": Decimal(1), "GR": Decimal(1000), "GM": Decimal(1000)}
"""Milligrams in the measures of weight of the hospital template."""
_PACKAGED = frozenset({RateMethod.PER_DIEM, RateMethod.CASE_RATE})


class CheckedRate(NamedTuple):
    """A price as it can be used: ``value`` is dollars for one billing unit, or percent, or dollars for a day.

    ``doubt`` says why it cannot be used; ``times`` is the price over the published one, ``None`` where there is none.
    """

    row: PriceRow
    value: Decimal | None
    doubt: str | None
    times: Decimal | None


def wanted(book: ReferenceBook) -> Wanted:
    """Give the codes worth reading: immune globulins, what gives them, and their packages' National Drug Codes."""
    codes = {
        code
        for code, records in book.billing_codes.items()
        if any(record.immune_globulin or record.category in _GIVES_THE_DRUG for record in records)
    }
    ndcs = {
        package.ndc: package.hcpcs
        for packages in book.packages.values()
        for package in packages
        if package.hcpcs is not None
    }
    return Wanted(frozenset(codes), ndcs)


def check(row: PriceRow, *, on: date, has_units: bool, book: ReferenceBook) -> CheckedRate:
    """Hold one price against its unit and the published rate. ``has_units``: the file's form names units of drugs."""
    code = book.billing_code(row.code, on) or book.billing_codes[row.code][-1]
    doubt = row.doubt or _doubt_of_words(row, code, on=on, book=book)
    if doubt is not None or row.value is None or row.method is not RateMethod.PER_UNIT:
        return CheckedRate(row, row.value, doubt, None)
    published = published_rate(code, on, book=book)
    if code.category is not Category.DRUG:
        return _bounded(row, [row.value], published, book=book)
    if published is None:
        return CheckedRate(row, row.value, "no_payment_limit", None)
    measures, doubt = _units_measured(row, code, book) if has_units else _units_unsaid(row)
    if doubt is not None:
        return CheckedRate(row, row.value, doubt, None)
    prices = [_rounded(row.value / units) for units in measures]
    return _bounded(row, prices, published, book=book)


def published_rate(code: BillingCode, on: date, *, book: ReferenceBook) -> Decimal | None:
    """Give what Medicare allows for one unit: the payment limit; of a service the lower of office and hospital."""
    if code.category is Category.DRUG:
        readings = [book.payment_limit(code.code, on)]
    else:
        readings = [book.yearly(kind, code.code, on) for kind in ("physician_fee", "opps_rate")]
    return min((reading.expected for reading in readings if reading is not None), default=None)


def times_published(price: Decimal, code: BillingCode, on: date, *, book: ReferenceBook) -> tuple[Decimal, bool] | None:
    """Say how many times the published rate a price of one unit comes to, and whether that is plausible."""
    published = published_rate(code, on, book=book)
    fact = book.plausible_range(TIMES_PAYMENT_LIMIT)
    if not published or fact is None:
        return None
    times = price / published
    return times, fact[0] <= times <= fact[1]


def _doubt_of_words(row: PriceRow, code: BillingCode, *, on: date, book: ReferenceBook) -> str | None:
    """Find what a row's own words leave open."""
    if row.last_day is not None and row.last_day < on:
        return "expired"
    if row.method in _PACKAGED and (code.category is Category.DRUG or row.method is RateMethod.CASE_RATE):
        return "packaged_scope_unknown"
    if row.method is RateMethod.PERCENT_OF_CHARGE and row.value is not None and not 1 <= row.value <= 100:
        return "percent_implausible"
    plain = {*code.route_modifiers.values()}
    fact = book.word("claim_modifier", "none_discarded", on)
    if fact is not None:
        plain.add(str(fact.value))
    if not plain.issuperset(row.modifiers):
        return "modifier_specific"
    return None


def _rounded(price: Decimal) -> Decimal:
    return Decimal(plain(price.quantize(UNIT_PLACES, ROUND_HALF_UP)))


def _units_unsaid(row: PriceRow) -> tuple[list[Decimal], str | None]:
    """Take a payer's price of a billing code to be for its unit; for a package there is no telling."""
    return ([Decimal(1)], None) if row.ndc is None else ([], "unit_missing")


def _units_measured(row: PriceRow, code: BillingCode, book: ReferenceBook) -> tuple[list[Decimal], str | None]:
    """Say how many billing units a drug's printed measure may hold; several where that is open.

    The measures are grams, milligrams and millilitres, and "unit" or "each", which may be the billing unit or, beside
    a National Drug Code, its package. International units measure no immune globulin that we know.
    """
    if row.unit is None or row.unit_kind is None:
        return [], "unit_missing"
    package = next((item for items in book.packages.values() for item in items if item.ndc == row.ndc), None)
    choices: set[Decimal] = set()
    if not code.mg_per_unit:
        choices = set()
    elif row.unit_kind in _MG:
        choices = {_MG[row.unit_kind] / code.mg_per_unit}
    elif row.unit_kind == "ML" and package is not None and package.ml:
        choices = {package.mg / package.ml / code.mg_per_unit}
    elif row.unit_kind == "ML":
        products = [product for product in book.products.values() if product.hcpcs == code.code]
        found = {product.concentration_percent * 10 / code.mg_per_unit for product in products}
        choices = found if len(found) == 1 else set()
    elif row.unit_kind in ("UN", "EA"):
        choices = {Decimal(1)} | ({package.mg / code.mg_per_unit} if package is not None else set())
    return [row.unit * each for each in sorted(choices)], None if choices else "unit_unknown"


def _bounded(row: PriceRow, prices: list[Decimal], published: Decimal | None, *, book: ReferenceBook) -> CheckedRate:
    """Take the one reading of a price that is plausible beside the published one."""
    if published is None or not published:
        return CheckedRate(row, prices[0], None, None)
    bounds = book.plausible_range(TIMES_PAYMENT_LIMIT)
    if bounds is None:
        return CheckedRate(row, prices[0], "no_payment_limit", None)
    plausible = [price for price in prices if bounds[0] <= price / published <= bounds[1]]
    if len(plausible) > 1:
        return CheckedRate(row, plausible[0], "unit_ambiguous", plausible[0] / published)
    if not plausible:
        return CheckedRate(row, prices[0], "outside_bounds", prices[0] / published)
    return CheckedRate(row, plausible[0], None, plausible[0] / published)


def without_contradictions(rates: Iterable[CheckedRate]) -> list[CheckedRate]:
    """Make one of equal rates, and mark those of one code that differ: which of them holds is not ours to choose."""
    merged: dict[tuple[object, ...], CheckedRate] = {}
    for rate in rates:
        key = (rate.row.code, rate.row.method, rate.value, rate.doubt)
        known = merged.get(key)
        merged[key] = rate if known is None else known._replace(row=_sooner(known.row, rate.row))
    stated = Counter(rate.row.code for rate in merged.values() if rate.doubt is None)
    return [
        rate._replace(doubt="several_rates") if rate.doubt is None and stated[rate.row.code] > 1 else rate
        for rate in merged.values()
    ]


def _sooner(one: PriceRow, other: PriceRow) -> PriceRow:
    """Of two rows that state one rate, keep the first with the earlier last day."""
    days = [day for day in (one.last_day, other.last_day) if day is not None]
    return one._replace(last_day=min(days, default=None))
