"""What was entered with an order that a biller would look at twice."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from estimator.coverage.flags import Flag, raised
from estimator.model.codes import Route
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalValue

FIRST_OF_A_VISIT = frozenset({"iv_push_first", "iv_first_hour", "sc_first_hour", "chemo_first_hour"})
"""Roles of codes of which a visit has one, and that is the infusion's own."""


def entry_flags(
    *,
    premedication: Iterable[str],
    price_per_unit: Decimal | None,
    mg_per_unit: Decimal | None,
    on: date,
    book: ReferenceBook,
) -> Iterator[Flag]:
    """Flag a second first code of a visit, and a price of the drug that nobody pays for a gram."""
    for code in premedication:
        known = book.billing_code(code, on)
        if known is not None and known.role in FIRST_OF_A_VISIT:
            yield raised("SECOND_INITIAL_CODE", code=code)
    bounds = book.plausible_range("usd_per_gram")
    if price_per_unit is None or not mg_per_unit or bounds is None:
        return
    per_gram = price_per_unit * MG_PER_GRAM / mg_per_unit
    if not bounds[0] <= per_gram <= bounds[1]:
        said = plain(per_gram.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
        yield raised("PRICE_PER_GRAM_UNUSUAL", per_gram=said, low=plain(bounds[0]), high=plain(bounds[1]))


def waste_flags(avoidable_units: int) -> tuple[Flag, ...]:
    """Flag discarded units that a better choice of packages would have avoided."""
    return (raised("WASTE_AVOIDABLE", units=avoidable_units),) if avoidable_units else ()


def route_flags(
    product_id: str | None, brand: str | None, indication: str | None, route: Route, on: date, book: ReferenceBook
) -> Iterator[Flag]:
    """Warn of a route that the label forbids for the use: that is safety, not only coverage."""
    fact = book.word("benefit_rule", f"route_not_allowed:{product_id}:{indication}:{route.value}", on)
    if fact is not None and isinstance(fact.value, Mapping):
        yield raised("ROUTE_NOT_ALLOWED", fact.id, product=brand or "", text=fact.value.get("rule"))


def value_flags(clinical: Mapping[str, ClinicalValue], book: ReferenceBook) -> Iterator[Flag]:
    """Ask after the unit of a number that is lower than patients usually have it."""
    for criterion, value in clinical.items():
        fact = book.clinical.by_criterion.get(criterion)
        if fact is not None and fact.usual_low is not None and isinstance(value, Decimal) and value < fact.usual_low:
            unit = next((name for name, size in fact.units.items() if size == 1), "")
            yield raised(
                "CLINICAL_VALUE_UNUSUAL",
                fact.fact_id,
                fact=fact.name,
                value=plain(value),
                low=plain(fact.usual_low),
                unit=unit,
            )
