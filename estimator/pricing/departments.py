"""Departments of a hospital off its campus: Medicare's part of the outpatient rate, and the mark on the claim."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from estimator.model.claims import ClaimLine
from estimator.model.codes import Category, HospitalDepartment, Payer, Site
from estimator.model.levels import Assumption, Tri
from estimator.pricing.quotes import PRICED_AS_MEDICARE, PricingTerms, Quote
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

MARKED_BY = frozenset({Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE})
"""Who wants departments off the campus marked on a claim."""
POINTER = "hospital_department"


def in_department(quote: Quote, code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    """Take the department's part of the rate for giving a drug; say so, or that on the campus was taken.

    Only Medicare's own rate falls: a price that somebody agreed to stays.
    """
    own = terms.payer is Payer.MEDICARE or terms.payer in PRICED_AS_MEDICARE
    known = book.billing_code(code, on)
    is_given = known is not None and known.category is Category.ADMINISTRATION
    if not own or not is_given or terms.site is not Site.HOSPITAL_OUTPATIENT or quote.unit is None:
        return quote
    if terms.department is None:
        said = Assumption("on_campus_taken", pointer=POINTER)
        return quote._replace(assumptions=(*quote.assumptions, said))
    found = _rule(terms.department, on, book)
    if found is None or found[1].get("percent_of_opps") is None:
        return quote
    fact, value = found
    percent = exact(value["percent_of_opps"], fact=fact)
    said = Assumption("off_campus_rate", (("percent", f"{percent:f}"),), POINTER, (fact.id,))
    return quote._replace(
        unit=_part(quote.unit, percent),
        fact_ids=(*quote.fact_ids, fact.id),
        assumptions=(*quote.assumptions, said),
    )


def marked(
    lines: tuple[ClaimLine, ...], on: date, *, terms: PricingTerms, book: ReferenceBook
) -> tuple[ClaimLine, ...]:
    """Put the modifier of a department off the campus on every line that has a code."""
    if terms.department is None or terms.site is not Site.HOSPITAL_OUTPATIENT or terms.payer not in MARKED_BY:
        return lines
    found = _rule(terms.department, on, book)
    modifier = None if found is None else found[1].get("modifier")
    if modifier is None:
        return lines
    return tuple(
        line if line.code is None else line._replace(modifiers=(*line.modifiers, str(modifier))) for line in lines
    )


def _rule(department: HospitalDepartment, on: date, book: ReferenceBook) -> tuple[Fact, Mapping[str, object]] | None:
    fact = book.word("benefit_rule", f"opps:department:{department.value}", on)
    return None if fact is None or not isinstance(fact.value, Mapping) else (fact, fact.value)


def _part(unit: Tri[Decimal], percent: Decimal) -> Tri[Decimal]:
    expected = None if unit.expected is None else unit.expected * percent / 100
    return Tri(unit.low * percent / 100, expected, unit.high * percent / 100)
