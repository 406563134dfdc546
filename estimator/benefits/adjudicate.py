"""A year of visits in date order → shares, running balances and plan years."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from estimator.benefits import quarters
from estimator.benefits.assistance import PATIENT, HelpState
from estimator.benefits.carryover import LastMonths
from estimator.benefits.day import SharedDay, share_out_day
from estimator.benefits.quarters import QuarterlyLimit
from estimator.benefits.terms import PlanTerms, YearTerms
from estimator.model.claims import LedgerState, Share, VisitClaim
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period, plan_year_of

FAMILY = ""
"""Whose limit holds for all members: no member is called so."""
NOTHING_MET = LedgerState()
NOBODY_LATER: Mapping[int, tuple[Cents, ...]] = MappingProxyType({})


class AdjudicatedVisit(NamedTuple):
    """A day shared out. ``shares`` is ``None`` for history and where a price is missing: unknown, never zero.

    ``line_balances`` is the ledger after each line, ``balances_before`` the one before the first. ``is_unknown`` says
    that the ledger cannot be known: a price was missing. ``help_used`` is what has been used of help by the end
    of the day.
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
    is_unknown: bool = False
    help_used: HelpState | None = None

    @property
    def assistance_used(self) -> Cents | None:
        """What the copay programme has paid in the calendar year by the end of the day."""
        return None if self.help_used is None else self.help_used.used


class YearResult(NamedTuple):
    """One plan year. ``limit_reached_on`` is the day the yearly limit was reached, or the balances' own day.

    Both it and ``balances_after`` are the patient's, or those of the only member who has lines; ``members`` are all who
    have, each with the same two.
    ``is_past`` says that all its days lie in a plan year before that of the balances: what they cost is not known.
    ``is_unknown`` says that a price was missing, so that neither its cost nor its ledger can be known.
    """

    period: Period
    terms: YearTerms
    patient_cost: Cents | None
    limit_reached_on: date | None
    balances_after: LedgerState
    is_past: bool = False
    is_unknown: bool = False
    members: tuple[tuple[str, date | None, LedgerState], ...] = ()


class Adjudication(NamedTuple):
    """All visits and plan years. A total is ``None`` when any part of it is. ``closing`` is where the ledger stands."""

    visits: tuple[AdjudicatedVisit, ...]
    years: tuple[YearResult, ...]
    patient_cost: Cents | None
    plan_paid: Cents | None
    allowed: Cents | None
    closing: "GoingOn | None" = None


class GoingOn(NamedTuple):
    """A plan's ledger at the end of some days, which later days under the same plan begin with.

    ``days`` are those that moved the ledgers of the later payers, as the plan left them.
    """

    year: "_Year"
    days: tuple[AdjudicatedVisit, ...] = ()


LeftToHelp = Mapping[int, tuple[Cents, ...]]
"""What later payers leave of each line's share, by the identity of the visit."""
Memo = dict[
    tuple[int, LedgerState, int, HelpState | None, date | None, tuple[Cents, ...] | None],
    tuple[SharedDay, LedgerState, Cents, Cents],
]
"""Days already shared out, by the identity of lines and terms, and by the ledger and the help before them."""


class _Ledger:
    """Each member's state in the plan year at hand; the family's part is kept equal among them."""

    def __init__(self, opening: LedgerState, members: Mapping[str, LedgerState]) -> None:
        self._members = {"self": opening, **members}
        self._latest = opening

    def state(self, member: str) -> LedgerState:
        own = self._members.get(member)
        latest = self._latest
        if own is latest:
            return own
        own = own or LedgerState()
        outside = latest.out_of_network
        return own._replace(
            family_deductible_met=latest.family_deductible_met,
            family_out_of_pocket_met=latest.family_out_of_pocket_met,
            out_of_network=own.out_of_network._replace(
                family_deductible_met=outside.family_deductible_met,
                family_out_of_pocket_met=outside.family_out_of_pocket_met,
            ),
        )

    def copy(self) -> "_Ledger":
        """Give a ledger that goes on from here by itself."""
        ledger = _Ledger(self._latest, self._members)
        ledger._members = dict(self._members)
        return ledger

    def keep(self, member: str, state: LedgerState) -> None:
        self._members[member] = self._latest = state


class _Year:
    """The plan year at hand and what has come together in it."""

    def __init__(self, period: Period, terms: PlanTerms, before: "_Year | None") -> None:
        self.period = period
        self.last_day = period.last_day or date.max
        self.terms = terms.for_year(period.first_day)
        self.is_opening = terms.opening_on is not None and period.holds(terms.opening_on)
        self.last_months = LastMonths(period, terms.opening_last_months if self.is_opening else ZERO)
        goes_on = before is not None and before.period == period
        if before is not None and goes_on:
            self.ledger: _Ledger = before.ledger.copy()
            self.last_months.credited = dict(before.last_months.credited)
        elif self.is_opening:
            self.ledger = _Ledger(terms.opening, terms.opening_members)
        else:
            self.ledger = _carried_over(before, period, terms)
        self.cost = 0
        self.quarterly: QuarterlyLimit = before.quarterly.copy() if before is not None and goes_on else QuarterlyLimit()
        self.is_unknown: bool = before is not None and goes_on and before.is_unknown
        self.is_counted = False
        self.has_history = False
        self.members: dict[str, None] = dict(before.members) if before is not None and goes_on else {}
        self.reached: dict[str, date] = dict(before.reached) if before is not None and goes_on else {}
        self.reached_outside: dict[str, date] = dict(before.reached_outside) if before is not None and goes_on else {}
        self.is_outside: bool = before.is_outside if before is not None and goes_on else True
        if not goes_on and self.is_opening:
            on = max(terms.history_until or terms.opening_on or period.first_day, period.first_day)
            for member in (PATIENT, *terms.opening_members):
                self.see(member, self.ledger.state(member), on)

    def __eq__(self, other: object) -> bool:
        """Say whether another year came to the same."""
        return isinstance(other, _Year) and self.result() == other.result()

    def __hash__(self) -> int:
        return hash(self.period)

    def see(self, member: str, state: LedgerState, on: date) -> None:
        """Note the day on which a member's own limit, or the family's for all of them, has first been reached."""
        terms = self.terms
        if state.out_of_pocket_met >= terms.out_of_pocket_max:
            self.reached.setdefault(member, on)
        if state.family_out_of_pocket_met >= terms.family_out_of_pocket_max:
            self.reached.setdefault(FAMILY, on)
        if terms.out_of_network is None:
            return
        if state.out_of_network.out_of_pocket_met >= terms.out_of_network.out_of_pocket_max:
            self.reached_outside.setdefault(member, on)
        if state.out_of_network.family_out_of_pocket_met >= terms.out_of_network.family_out_of_pocket_max:
            self.reached_outside.setdefault(FAMILY, on)

    def add(self, claim: VisitClaim, cost: Cents, before: LedgerState, after: LedgerState) -> None:
        """Take a shared-out day into the year; a cost of zero too for a day that only moves the ledger."""
        self.cost += cost
        self.members[claim.member] = None
        self.is_outside = self.is_outside and all(line.is_out_of_network for line in claim.lines)
        if after is not before:
            self.last_months.add(claim.member, claim.service_on, before, after)
            self.ledger.keep(claim.member, after)
            self.see(claim.member, after, claim.service_on)

    def result(self) -> YearResult:
        """Close the year."""
        cost = None if self.is_unknown else Cents(self.cost)
        is_past = not self.is_opening and not self.is_counted
        members = tuple((member, self._reached_on(member), self.ledger.state(member)) for member in self.members)
        who = next(iter(self.members)) if len(self.members) == 1 else PATIENT
        return YearResult(
            self.period,
            self.terms,
            None if is_past else cost,
            self._reached_on(who),
            self.ledger.state(who),
            is_past,
            self.is_unknown,
            members,
        )

    def _reached_on(self, member: str) -> date | None:
        """Give the day on which a member's limit was reached: an own one, or the family's.

        Where every day of the year was out of network, it is the limit there; there may be none.
        """
        reached, terms = self.reached, self.terms
        if self.is_outside and self.members:
            if terms.out_of_network is None:
                return None
            reached, terms = self.reached_outside, terms.out_of_network
        found = [reached[each] for each in (member, FAMILY) if each in reached]
        return min(found) if found and terms.is_capped else None


def _carried_over(before: _Year | None, period: Period, terms: PlanTerms) -> _Ledger:
    """Open a plan year: with what the last three months before it credited, where the plan carries that over."""
    eve = period.first_day - timedelta(days=1)
    carried: dict[str, LedgerState] = {}
    if before is not None and before.last_day == eve:
        carried = before.last_months.carried(before.terms, before.ledger.state)
    elif terms.opening_on is not None and terms.opening_last_months:
        # The balances' own year has no day of its own here, but what it carries over counts.
        opening = plan_year_of(terms.opening_on, terms.year_starts_on)
        if opening.last_day == eve:
            months = LastMonths(opening, terms.opening_last_months)
            carried = months.carried(terms.for_year(opening.first_day), lambda _member: terms.opening)
    family = carried["self"] if "self" in carried else next(iter(carried.values()), None)
    opened = LedgerState() if family is None else LedgerState(family_deductible_met=family.family_deductible_met)
    return _Ledger(carried.get("self", opened), carried)


def adjudicate(
    claims: Sequence[VisitClaim],
    *,
    terms: PlanTerms,
    memo: Memo | None = None,
    counted_from: date = date.min,
    left: LeftToHelp = NOBODY_LATER,
    going_on: GoingOn | None = None,
) -> Adjudication:
    """Share out visits in date order under a plan's terms. Visits of one day are taken in the order given.

    Days before ``counted_from`` move the ledger and are no part of the answer. Totals are sums of lines. Once a visit
    without a price has passed, later shares of that plan year are unknown too.
    ``memo`` carries days already shared out from one call to the next; the lines and terms in it must stay alive.
    ``left`` is what later payers leave of the shares, for help to pay; ``going_on`` where the plan's ledger stands from
    days before these.
    """
    visits: list[AdjudicatedVisit] = []
    years: list[_Year] = []
    known: Memo = {} if memo is None else memo
    until = terms.history_until or date.min
    year: _Year | None = None
    used = _help_used(terms)
    for claim in sorted(claims, key=_by_date):
        on = claim.service_on
        if year is None or on > year.last_day:
            before = year if year is not None or going_on is None else going_on.year
            year = _Year(plan_year_of(on, terms.year_starts_on), terms, before)
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
                visits.append(AdjudicatedVisit(claim, year.period, None, None, None, state, is_unknown=True))
            continue
        help_before = used.on(on) if used is not None and claim.member == PATIENT else None
        left_of_lines = left.get(id(claim)) if help_before is not None else None
        of_day = year.quarterly.terms_on(on, year.terms, state)
        if of_day is not year.terms:
            # Terms of a quarter live no longer than this call: they are not remembered by their identity.
            found = _share_out(claim, state, of_day, terms, help_before, left_of_lines)
            shared = found[0]
            found = (shared._replace(shares=quarters.named(shared.shares, shared.states, year.terms)), *found[1:])
        else:
            at = None if help_before is None else on
            key = (id(claim.lines), state, id(year.terms), help_before, at, left_of_lines)
            known_day = known.get(key)
            if known_day is None:
                known_day = known[key] = _share_out(claim, state, year.terms, terms, help_before, left_of_lines)
            found = known_day
        shared, after, cost, paid = found
        used = used if shared.used is None else shared.used
        year.add(claim, cost if is_counted else ZERO, state, after)
        if is_counted:
            visits.append(
                AdjudicatedVisit(
                    claim,
                    year.period,
                    shared.shares,
                    cost,
                    paid,
                    after,
                    line_balances=shared.states,
                    balances_before=state,
                    help_used=shared.used,
                )
            )
    shown = (year for year in years if year.is_counted or year.has_history)
    totals = _totals(tuple(visits), tuple(year.result() for year in shown))
    return totals._replace(closing=going_on if year is None else GoingOn(year))


def _share_out(
    claim: VisitClaim,
    state: LedgerState,
    year: YearTerms,
    terms: PlanTerms,
    used: HelpState | None,
    left: tuple[Cents, ...] | None,
) -> tuple[SharedDay, LedgerState, Cents, Cents]:
    """Share out one day: its shares, the ledger after it, what it costs the patient and what the plan pays."""
    shared = share_out_day(
        claim.lines,
        terms=year,
        state=state,
        on=claim.service_on,
        assistance=None if used is None else terms.assistance,
        used=used,
        left=left,
    )
    after = shared.states[-1] if shared.states and shared.states[-1] != state else state
    cost = Cents(sum([share.patient_share - share.assistance_paid for share in shared.shares]))
    return shared, after, cost, Cents(sum([share.plan_paid for share in shared.shares]))


def _help_used(terms: PlanTerms) -> HelpState | None:
    """Give what of the help has been used by the day of the balances; ``None`` where nobody helps."""
    if terms.assistance is None:
        return None
    help_given = terms.assistance
    used_on = help_given.used_on
    if used_on is None:
        return HelpState(granted=help_given.granted)
    return HelpState(used_on.year, help_given.used, used_on.month, help_given.used_in_month, help_given.granted)


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
