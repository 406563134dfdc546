"""One coverage after another: each has its own terms and ledger, and takes the days of its period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from estimator.benefits.adjudicate import AdjudicatedVisit, Adjudication, Memo, YearResult
from estimator.benefits.assistance import HelpSoFar
from estimator.benefits.coordination import adjudicate_with_later
from estimator.benefits.terms import PlanTerms
from estimator.model.assistance import Help
from estimator.model.claims import VisitClaim
from estimator.model.money import Cents
from estimator.model.periods import Period, overlap


class Turn(NamedTuple):
    """The days of one coverage and its terms.

    ``ledger`` is the same for turns under the same plan, whose ledger goes on from one to the next; ``None`` is a
    ledger of its own. ``later_goes_on`` says that the payers after it are those of the turn before too.
    """

    period: Period
    terms: PlanTerms
    ledger: int | None = None
    later_goes_on: bool = False


Terms = PlanTerms | tuple[Turn, ...]
"""The terms of one coverage, or of several in turn."""


def adjudicate_under(
    claims: Sequence[VisitClaim], *, terms: Terms, memo: Memo | None = None, counted_from: date = date.min
) -> Adjudication:
    """Share out visits under one coverage, or under each in its turn. Every visit must lie in one of the periods."""
    if isinstance(terms, PlanTerms):
        return adjudicate_with_later(claims, terms=terms, memo=memo, counted_from=counted_from)
    found: list[tuple[Period, Adjudication]] = []
    used: HelpSoFar | None = None
    ledger, closing = None, None
    for turn in terms:
        own = [claim for claim in claims if turn.period.holds(claim.service_on)]
        if not own:
            continue
        goes_on = turn.ledger is not None and turn.ledger == ledger
        if closing is not None and not turn.later_goes_on:
            closing = closing._replace(days=())
        each = adjudicate_with_later(
            own,
            terms=_with_used(turn.terms, used),
            memo=memo,
            counted_from=counted_from,
            going_on=closing if goes_on else None,
        )
        used = used_by(each, turn.terms.assistance) or used
        ledger, closing = turn.ledger, each.closing
        if goes_on:
            period, before = found.pop()
            found.append((Period(period.first_day, turn.period.last_day), _as_one(before, each)))
        else:
            found.append((turn.period, each))
    return joined([each for _, each in found], [period for period, _ in found])


def _as_one(before: Adjudication, after: Adjudication) -> Adjudication:
    """Put days after others under the same plan: a plan year that both have is one."""
    years = [*before.years]
    for year in after.years:
        if years and years[-1].period == year.period:
            first = years.pop()
            costs = [first.patient_cost, year.patient_cost]
            cost = year.patient_cost if first.is_past else _sum(costs)
            years.append(year._replace(patient_cost=cost, is_past=first.is_past and year.is_past))
        else:
            years.append(year)
    return Adjudication(
        (*before.visits, *after.visits),
        tuple(years),
        _sum([before.patient_cost, after.patient_cost]),
        _sum([before.plan_paid, after.plan_paid]),
        _sum([before.allowed, after.allowed]),
    )


def joined(found: Sequence[Adjudication], periods: Sequence[Period]) -> Adjudication:
    """Put adjudications one after another. A plan year that two coverages share is cut where the coverage changes."""
    if len(found) == 1:
        return found[0]
    years_seen = [year.period for each in found for year in each.years]
    shared = {period for period in years_seen if years_seen.count(period) > 1}
    visits: list[AdjudicatedVisit] = []
    years: list[YearResult] = []
    for each in found:
        own = (
            next(period for period in periods if period.holds(each.visits[0].claim.service_on)) if each.visits else None
        )
        visits += [
            visit._replace(year=overlap(visit.year, own)) if visit.year in shared and own is not None else visit
            for visit in each.visits
        ]
        years += [
            year._replace(period=overlap(year.period, own)) if year.period in shared and own is not None else year
            for year in each.years
        ]
    return Adjudication(
        tuple(visits),
        tuple(years),
        _sum([each.patient_cost for each in found]),
        _sum([each.plan_paid for each in found]),
        _sum([each.allowed for each in found]),
    )


def _sum(amounts: Sequence[Cents | None]) -> Cents | None:
    known = [amount for amount in amounts if amount is not None]
    return Cents(sum(known)) if len(known) == len(amounts) else None


def used_by(found: Adjudication, terms: Help | None) -> HelpSoFar | None:
    """Give what had been used of help by the latest day it was asked: it does not change with the coverage."""
    helped = [visit for visit in found.visits if visit.help_used is not None]
    if not helped or terms is None:
        return None
    latest = helped[-1]
    assert latest.help_used is not None
    return HelpSoFar(latest.help_used, latest.claim.service_on, terms.grant)


def _with_used(terms: PlanTerms, used: HelpSoFar | None) -> PlanTerms:
    if used is None or terms.assistance is None:
        return terms
    return replace(terms, assistance=used.into(terms.assistance))
