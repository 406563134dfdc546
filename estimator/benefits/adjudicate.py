"""A year of visits in date order → shares, running balances and plan years."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from estimator.benefits.split import split_day
from estimator.benefits.terms import PlanTerms, YearTerms
from estimator.model.claims import LedgerState, Share, VisitClaim
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period, plan_year_of

NOTHING_MET = LedgerState()


class AdjudicatedVisit(NamedTuple):
    """A day shared out. ``shares`` is ``None`` for history and where a price is missing: unknown, never zero.

    ``line_balances`` is the ledger after each line, ``balances_before`` the one before the first.
    """

    claim: VisitClaim
    year: Period
    shares: tuple[Share, ...] | None
    patient_cost: Cents | None
    plan_paid: Cents | None
    balances_after: LedgerState
    is_history: bool = False
    line_balances: tuple[LedgerState, ...] = ()
    balances_before: LedgerState = NOTHING_MET


class YearResult(NamedTuple):
    """One plan year. ``limit_reached_on`` is the day the yearly limit was reached, or the balances' own day.

    ``is_past`` says that all its days lie in a plan year before that of the balances: what they cost is not known.
    """

    period: Period
    terms: YearTerms
    patient_cost: Cents | None
    limit_reached_on: date | None
    balances_after: LedgerState
    is_past: bool = False


class Adjudication(NamedTuple):
    """All visits and plan years. A total is ``None`` when any part of it is."""

    visits: tuple[AdjudicatedVisit, ...]
    years: tuple[YearResult, ...]
    patient_cost: Cents | None
    plan_paid: Cents | None
    allowed: Cents | None


Memo = dict[tuple[int, LedgerState, int], tuple[tuple[Share, ...], tuple[LedgerState, ...], LedgerState, Cents]]
"""Days already shared out, by the identity of their lines, the ledger before them and the identity of the terms."""


class _Ledger:
    """Each member's state in the plan year at hand; the family's part is kept equal among them."""

    def __init__(self, opening: LedgerState) -> None:
        self._members = {"self": opening}
        self._latest = opening

    def state(self, member: str) -> LedgerState:
        own = self._members.get(member)
        if own is self._latest:
            return own
        return (own or LedgerState())._replace(
            family_deductible_met=self._latest.family_deductible_met,
            family_out_of_pocket_met=self._latest.family_out_of_pocket_met,
        )

    def keep(self, member: str, state: LedgerState) -> None:
        self._members[member] = self._latest = state


class _Year:
    """The plan year at hand and what has come together in it."""

    def __init__(self, period: Period, terms: PlanTerms, *, is_opening: bool) -> None:
        self.period = period
        self.last_day = period.last_day or date.max
        self.terms = terms.for_year(period.first_day)
        self.ledger = _Ledger(terms.opening if is_opening else LedgerState())
        self.cost = 0
        self.is_unknown = False
        self.is_opening = is_opening
        self.is_counted = False
        self.has_history = False
        self.latest = self.ledger.state("self")
        self.reached_on: date | None = None
        if is_opening and self.is_reached(self.latest):
            self.reached_on = terms.history_until or terms.opening_on

    def is_reached(self, state: LedgerState) -> bool:
        """Say whether the yearly limit has been reached."""
        terms = self.terms
        return terms.is_capped and (
            state.out_of_pocket_met >= terms.out_of_pocket_max
            or state.family_out_of_pocket_met >= terms.family_out_of_pocket_max
        )

    def add(self, claim: VisitClaim, cost: Cents, after: LedgerState) -> None:
        """Take a shared-out day into the year; a cost of zero too for a day that only moves the ledger."""
        self.cost += cost
        if after is not self.latest:
            self.ledger.keep(claim.member, after)
            self.latest = after
            if self.reached_on is None and self.is_reached(after):
                self.reached_on = claim.service_on

    def result(self) -> YearResult:
        """Close the year."""
        cost = None if self.is_unknown else Cents(self.cost)
        is_past = not self.is_opening and not self.is_counted
        return YearResult(self.period, self.terms, None if is_past else cost, self.reached_on, self.latest, is_past)


def adjudicate(
    claims: Sequence[VisitClaim], *, terms: PlanTerms, memo: Memo | None = None, counted_from: date = date.min
) -> Adjudication:
    """Share out visits in date order under a plan's terms. Visits of one day are taken in the order given.

    Days before ``counted_from`` move the ledger and are no part of the answer. Totals are sums of lines. Once a visit
    without a price has passed, later shares of that plan year are unknown too.
    ``memo`` carries days already shared out from one call to the next; the lines and terms in it must stay alive.
    """
    visits: list[AdjudicatedVisit] = []
    years: list[_Year] = []
    known: Memo = {} if memo is None else memo
    until = terms.history_until or date.min
    year: _Year | None = None
    for claim in sorted(claims, key=_by_date):
        on = claim.service_on
        if year is None or on > year.last_day:
            year = _open_year(on, terms)
            years.append(year)
        state = year.ledger.state(claim.member)
        if on <= until:
            if on < counted_from:
                continue
            year.has_history = True
            visits.append(AdjudicatedVisit(claim, year.period, None, None, None, state, is_history=True))
            continue
        is_counted = on >= counted_from
        year.is_counted = year.is_counted or is_counted
        if claim.allowed is None or year.is_unknown:
            year.is_unknown = True
            if is_counted:
                visits.append(AdjudicatedVisit(claim, year.period, None, None, None, state))
            continue
        key = (id(claim.lines), state, id(year.terms))
        found = known.get(key)
        if found is None:
            shares, states = split_day(claim.lines, terms=year.terms, state=state)
            after = states[-1] if states and states[-1] != state else state
            cost = Cents(sum([share.patient_share - share.assistance_paid for share in shares]))
            found = known[key] = (shares, states, after, cost)
        shares, states, after, cost = found
        year.add(claim, cost if is_counted else ZERO, after)
        if not is_counted:
            continue
        paid = Cents(claim.allowed - cost)
        visits.append(
            AdjudicatedVisit(claim, year.period, shares, cost, paid, after, line_balances=states, balances_before=state)
        )
    shown = (year for year in years if year.is_counted or year.has_history)
    return _totals(tuple(visits), tuple(year.result() for year in shown))


def _open_year(on: date, terms: PlanTerms) -> _Year:
    period = plan_year_of(on, terms.year_starts_on)
    return _Year(period, terms, is_opening=terms.opening_on is not None and period.holds(terms.opening_on))


def _by_date(claim: VisitClaim) -> date:
    return claim.service_on


def _totals(visits: tuple[AdjudicatedVisit, ...], years: tuple[YearResult, ...]) -> Adjudication:
    """Add up what is not history; one unknown part makes its sum unknown."""
    cost = paid = allowed = 0
    shares_known = prices_known = True
    for visit in visits:
        if visit.is_history:
            continue
        if visit.patient_cost is None or visit.plan_paid is None:
            shares_known = False
        else:
            cost += visit.patient_cost
            paid += visit.plan_paid
        if visit.claim.allowed is None:
            prices_known = False
        else:
            allowed += visit.claim.allowed
    return Adjudication(
        visits,
        years,
        Cents(cost) if shares_known else None,
        Cents(paid) if shares_known else None,
        Cents(allowed) if prices_known else None,
    )
