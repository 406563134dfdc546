"""A year of visits in date order → shares, running balances and plan years."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from estimator.benefits.split import split_day
from estimator.benefits.terms import PlanTerms, YearTerms
from estimator.model.claims import ClaimLine, LedgerState, Share
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period, plan_year_of


class VisitClaim(NamedTuple):
    """The lines of one member on one day, drug first. ``allowed`` is ``None`` when a line has no price."""

    service_on: date
    lines: tuple[ClaimLine, ...]
    allowed: Cents | None
    member: str = "self"


class AdjudicatedVisit(NamedTuple):
    """A day shared out. ``shares`` is ``None`` for history and where a price is missing: unknown, never zero."""

    claim: VisitClaim
    year: Period
    shares: tuple[Share, ...] | None
    patient_cost: Cents | None
    plan_paid: Cents | None
    balances_after: LedgerState
    is_history: bool


class YearResult(NamedTuple):
    """One plan year. ``limit_reached_on`` is the day the yearly limit was reached, or the balances' own day."""

    period: Period
    terms: YearTerms
    patient_cost: Cents | None
    limit_reached_on: date | None
    balances_after: LedgerState


class Adjudication(NamedTuple):
    """All visits and plan years. A total is ``None`` when any part of it is."""

    visits: tuple[AdjudicatedVisit, ...]
    years: tuple[YearResult, ...]
    patient_cost: Cents | None
    plan_paid: Cents | None
    allowed: Cents | None


class _Ledger:
    """Each member's state in the plan year at hand; the family's part is kept equal among them."""

    def __init__(self, opening: LedgerState) -> None:
        self._opening = opening
        self._members: dict[str, LedgerState] = {}
        self.family = opening

    def state(self, member: str) -> LedgerState:
        own = self._members.get(member)
        if own is None:
            own = self._opening if member == "self" else LedgerState()
        return own._replace(
            family_deductible_met=self.family.family_deductible_met,
            family_out_of_pocket_met=self.family.family_out_of_pocket_met,
        )

    def keep(self, member: str, state: LedgerState) -> None:
        self._members[member] = state
        self.family = state


def adjudicate(claims: Sequence[VisitClaim], *, terms: PlanTerms) -> Adjudication:
    """Share out visits in date order under a plan's terms. Visits of one day are taken in the order given.

    Totals are sums of lines. Once a visit without a price has passed, later shares of that plan year are unknown too.
    """
    visits: list[AdjudicatedVisit] = []
    years: dict[Period, YearResult] = {}
    memo: dict[tuple[object, ...], tuple[tuple[Share, ...], LedgerState, Cents]] = {}
    until = terms.history_until
    opening_on = terms.opening_on
    opening_year = None if opening_on is None else plan_year_of(opening_on, terms.year_starts_on)
    year: Period | None = None
    year_terms: YearTerms | None = None
    ledger = _Ledger(LedgerState())
    unknown = False
    for claim in sorted(claims, key=lambda item: item.service_on):
        on = claim.service_on
        if year is None or year_terms is None or not year.holds(on):
            year = plan_year_of(on, terms.year_starts_on)
            year_terms = terms.for_year(year.first_day)
            ledger = _Ledger(terms.opening if year == opening_year else LedgerState())
            unknown = False
            years[year] = _opened(year, year_terms, ledger, until or opening_on if year == opening_year else None)
        state = ledger.state(claim.member)
        if until is not None and on <= until:
            visits.append(AdjudicatedVisit(claim, year, None, None, None, state, True))
            continue
        if claim.allowed is None or unknown:
            unknown = True
            visits.append(AdjudicatedVisit(claim, year, None, None, None, state, False))
            years[year] = years[year]._replace(patient_cost=None)
            continue
        # Visits with equal prices share one tuple of lines, so its identity tells them apart quickly.
        key = (id(claim.lines), state, id(year_terms))
        found = memo.get(key)
        if found is None:
            shares, after = split_day(claim.lines, terms=year_terms, state=state)
            found = memo[key] = (shares, after, Cents(sum(share.patient_cost for share in shares)))
        shares, after, cost = found
        ledger.keep(claim.member, after)
        visits.append(AdjudicatedVisit(claim, year, shares, cost, Cents(claim.allowed - cost), after, False))
        years[year] = _with_visit(years[year], on, cost, after)
    return _totals(tuple(visits), years)


def _opened(year: Period, terms: YearTerms, ledger: _Ledger, as_of: date | None) -> YearResult:
    state = ledger.state("self")
    reached = as_of if as_of is not None and _is_reached(terms, state) else None
    return YearResult(year, terms, ZERO, reached, state)


def _with_visit(result: YearResult, on: date, cost: Cents, after: LedgerState) -> YearResult:
    reached = result.limit_reached_on
    if reached is None and _is_reached(result.terms, after):
        reached = on
    total = None if result.patient_cost is None else Cents(result.patient_cost + cost)
    return YearResult(result.period, result.terms, total, reached, after)


def _is_reached(terms: YearTerms, state: LedgerState) -> bool:
    return terms.is_capped and (
        state.out_of_pocket_met >= terms.out_of_pocket_max
        or state.family_out_of_pocket_met >= terms.family_out_of_pocket_max
    )


def _totals(visits: tuple[AdjudicatedVisit, ...], years: Mapping[Period, YearResult]) -> Adjudication:
    live = [visit for visit in visits if not visit.is_history]
    costs = [visit.patient_cost for visit in live]
    paid = [visit.plan_paid for visit in live]
    allowed = [visit.claim.allowed for visit in live]
    return Adjudication(visits, tuple(years.values()), _sum(costs), _sum(paid), _sum(allowed))


def _sum(amounts: Sequence[Cents | None]) -> Cents | None:
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return Cents(total)
