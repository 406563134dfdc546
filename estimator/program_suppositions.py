"""A public programme without a plan at each level: from nothing owed to the most that its rules on file allow."""

from collections.abc import Callable
from datetime import date

from estimator import public_programs
from estimator.benefits import PlanTerms, YearTerms
from estimator.benefits.terms import CALENDAR_YEAR, nothing_owed, opened, year_terms
from estimator.model.levels import Level
from estimator.model.order import EstimateRequest
from estimator.open_balances import wholly_met
from estimator.reference.book import ReferenceBook
from estimator.suppositions import SupposedTerms, balances_of


def supposed_terms(
    request: EstimateRequest, *, first_on: date, latest_on: date, book: ReferenceBook
) -> SupposedTerms | None:
    """Bound a public programme without a plan: from nothing owed to the most its rules allow in each year."""
    years = {
        year: public_programs.hardest(request.coverage.payer, request.patient, date(year, 12, 31), book)
        for year in range(first_on.year, latest_on.year + 1)
    }
    known = {year: found for year, found in years.items() if found is not None}
    if len(known) < len(years):
        return None
    said = list(dict.fromkeys(item for found in known.values() for item in found.said))
    balances, opening_on, as_of, open_balances = balances_of(request, CALENDAR_YEAR, first_on, said)

    def for_year_at(level: Level) -> Callable[[date], YearTerms]:
        terms = {
            year: year_terms(nothing_owed(CALENDAR_YEAR) if level is Level.LOW else found.plan)._replace(
                is_limited_by_income=found.is_limited_by_income
            )
            for year, found in known.items()
        }
        return lambda start: terms.get(start.year) or terms[min(terms)]

    def of(plan_level: Level, balance_level: Level) -> PlanTerms | None:
        if plan_level is Level.EXPECTED:
            return None
        for_year = for_year_at(plan_level)
        opening_year = for_year(opening_on)
        terms = opened(CALENDAR_YEAR, for_year, opening_year, balances, opening_on=opening_on, history_until=as_of)
        if open_balances and balance_level is Level.LOW:
            return wholly_met(terms, opening_year, balances)
        return terms

    facts = tuple(dict.fromkeys(fact for found in known.values() for fact in found.fact_ids))
    pointers = tuple(dict.fromkeys(found.pointer for found in known.values()))
    return SupposedTerms(of, True, open_balances, pointers, tuple(said), facts)  # noqa: FBT003
