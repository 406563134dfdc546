"""What a policy document limits: units, grams or packages in a number of days, and doses per kg."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from estimator.model.quantities import MG_PER_GRAM
from estimator.reference.criteria import Citation, Comparison, CriteriaReader
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

DAYS_IN = {"g_per_week": 7, "g_per_28_days": 28}
"""Columns of a table of grams, and the days that each is for."""
CONDITIONS = {"pid": "pi", "cidp": "cidp"}
"""Names of uses in tables of units by product, and our ids."""


class AmountLimit(NamedTuple):
    """The most of the drug within a number of days, or in one course where no days are stated.

    ``units`` is ``None`` where the document counts grams.

    ``indications`` and ``products`` empty: for every one.
    """

    indications: frozenset[str]
    products: frozenset[str]
    units: int | None
    mg: Decimal
    per_days: int | None
    phase: str | None


class VialLimit(NamedTuple):
    """The most packages of the largest size within a number of days; each smaller size may be used once more."""

    product: str
    vial_mg: Decimal
    number: int
    per_days: int


class DoseLimit(NamedTuple):
    """The most mg/kg of one course, or of ``per_days``, and how soon the next may follow.

    ``unless`` is the finding that lifts it; ``phase`` says whether it is for a first course or for those that repeat.
    """

    mg_per_kg: Decimal | None
    per_days: int | None
    min_interval_days: int | None
    phase: str | None
    unless: Comparison | None
    says: str | None
    cite: Citation | None


def amount_limits(raw: Mapping[str, object], fact: Fact) -> tuple[AmountLimit, ...]:
    """Read rows of units by use, and tables of grams and units by product."""
    return (*_by_use(raw, fact), *_grams_by_product(raw, fact), *_units_by_product(raw, fact))


def vial_limits(raw: Mapping[str, object], fact: Fact) -> tuple[VialLimit, ...]:
    """Read the most packages by product."""
    days = raw.get("per_days")
    return tuple(
        VialLimit(
            product=str(row.get("product")),
            vial_mg=exact(row.get("vial_g"), fact=fact, name="vial_g") * MG_PER_GRAM,
            number=int(exact(row.get("count"), fact=fact, name="count")),
            per_days=int(exact(days, fact=fact, name="per_days")),
        )
        for row in _rows(raw.get("rows"))
    )


def dose_limits(raw: object, criteria: CriteriaReader) -> tuple[DoseLimit, ...]:
    """Read the doses that an entry takes."""
    fact = criteria.fact
    found = []
    for row in _rows(raw):
        cite = row.get("cite")
        if not isinstance(cite, str) or cite not in criteria.cites:
            raise criteria.bad("dose_limits", f"cites {cite!r}, which is not among its cites")
        unless = row.get("unless")
        found.append(
            DoseLimit(
                mg_per_kg=_number(row, "mg_per_kg", fact),
                per_days=_days(row, "per_days", fact),
                min_interval_days=_days(row, "min_interval_days", fact),
                phase=None if row.get("phase") is None else str(row["phase"]),
                unless=None if unless is None else criteria.test(unless),
                says=None if row.get("says") is None else str(row["says"]),
                cite=criteria.cites[cite],
            )
        )
    return tuple(found)


def _by_use(raw: Mapping[str, object], fact: Fact) -> Iterator[AmountLimit]:
    rows = _rows(raw.get("rows"))
    if not rows:
        return
    size = exact(raw.get("mg_per_unit"), fact=fact, name="mg_per_unit")
    for row in rows:
        units = int(exact(row.get("units"), fact=fact, name="units"))
        phase = row.get("phase")
        yield AmountLimit(
            indications=_words(row.get("indications")),
            products=frozenset(),
            units=units,
            mg=units * size,
            per_days=_days(row, "per_days", fact),
            phase=None if phase is None else str(phase),
        )


def _grams_by_product(raw: Mapping[str, object], fact: Fact) -> Iterator[AmountLimit]:
    for row in _rows(raw.get("grams")):
        for column, days in DAYS_IN.items():
            if row.get(column) is not None:
                mg = exact(row[column], fact=fact, name=column) * MG_PER_GRAM
                yield AmountLimit(frozenset(), frozenset({str(row.get("product"))}), None, mg, days, None)


def _units_by_product(raw: Mapping[str, object], fact: Fact) -> Iterator[AmountLimit]:
    sizes = {
        product: exact(size, fact=fact, name="mg_per_unit")
        for size, products in _map(raw.get("mg_per_unit")).items()
        for product in _words(products)
    }
    for row in _rows(raw.get("units")):
        product = str(row.get("product"))
        if product not in sizes:
            continue
        units = int(exact(row.get("units_per_28_days"), fact=fact, name="units_per_28_days"))
        use = CONDITIONS.get(str(row.get("condition")))
        uses = frozenset[str]() if use is None else frozenset({use})
        yield AmountLimit(uses, frozenset({product}), units, units * sizes[product], 28, None)


def _number(row: Mapping[str, object], name: str, fact: Fact) -> Decimal | None:
    return None if row.get(name) is None else exact(row[name], fact=fact, name=name)


def _days(row: Mapping[str, object], name: str, fact: Fact) -> int | None:
    found = _number(row, name, fact)
    return None if found is None else int(found)


def _rows(raw: object) -> list[Mapping[str, object]]:
    return [_map(row) for row in raw] if isinstance(raw, list | tuple) else []


def _map(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, Mapping) else {}


def _words(raw: object) -> frozenset[str]:
    return frozenset(str(word) for word in raw) if isinstance(raw, list | tuple) else frozenset()
