"""What a provider charges against what is allowed: no more than the charge is allowed, except at rates set beforehand.

Contracted rates stay as they are written: whether a contract pays the lower of rate and charge is its own clause.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from estimator.model.claims import ClaimLine
from estimator.model.codes import Category, Payer, PriceBasis
from estimator.model.levels import Assumption
from estimator.pricing.quotes import PricingTerms
from estimator.reference.book import ReferenceBook

LESSER_OF_CHARGE = "part_b:lesser_of_charge"
POINTERS = {True: "price.billed_charge_per_unit", False: "price.billed_charge_administration"}
"""Which answer says the charge of a drug line, or of any other."""
AS_WRITTEN = frozenset({PriceBasis.CONTRACT, PriceBasis.INCLUDED})


def held_to_charge(
    lines: tuple[ClaimLine, ...], on: date, *, terms: PricingTerms, book: ReferenceBook
) -> tuple[tuple[ClaimLine, ...], tuple[Assumption, ...]]:
    """Lower what is allowed to the charge where the charge is less, and name the lines.

    Medicare pays a hospital outpatient department the rate set beforehand whatever was charged: such lines stay, and
    are named.
    """
    below = [line for line in lines if _is_below(line)]
    if not below:
        return lines, ()
    fact_ids: tuple[str, ...] = ()
    code = "allowed_at_charge"
    if terms.payer is Payer.MEDICARE:
        fact = book.word("benefit_rule", LESSER_OF_CHARGE, on)
        value = fact.value if fact is not None and isinstance(fact.value, Mapping) else {}
        fact_ids = () if fact is None else (fact.id,)
        sites = value.get("paid_prospectively_at")
        if isinstance(sites, list | tuple) and terms.site.value in sites:
            code = "prospective_rate_above_charge"
    if code == "allowed_at_charge":
        unit = terms.overrides.billed_charge_per_unit
        lines = tuple(_at_charge(line, unit, fact_ids) if _is_below(line) else line for line in lines)
    return lines, _named(below, code, fact_ids)


def _is_below(line: ClaimLine) -> bool:
    if line.billed is None or line.allowed is None or line.price_basis in AS_WRITTEN:
        return False
    return line.billed < line.allowed


def _at_charge(line: ClaimLine, unit: Decimal | None, fact_ids: tuple[str, ...]) -> ClaimLine:
    """Allow the charge; a drug's line then has the charge of a unit for its price."""
    is_drug = line.category is Category.DRUG
    return line._replace(
        allowed=line.billed, unit_price=unit if is_drug else None, fact_ids=(*line.fact_ids, *fact_ids)
    )


def _named(below: list[ClaimLine], code: str, fact_ids: tuple[str, ...]) -> tuple[Assumption, ...]:
    """Name the lines, those of the drug and the others apart: each have a charge of their own."""
    found = []
    for is_drug, pointer in POINTERS.items():
        own = [line for line in below if (line.category is Category.DRUG) is is_drug]
        names = dict.fromkeys(line.code or line.category.value for line in own)
        if names:
            found.append(Assumption(code, (("lines", ", ".join(names)),), pointer, fact_ids))
    return tuple(found)
