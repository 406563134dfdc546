"""One coverage after another: each has its own terms and ledger, and takes the days of its period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from estimator.benefits.adjudicate import AdjudicatedVisit, Adjudication, Memo, YearResult
from estimator.benefits.coordination import adjudicate_with_later
from estimator.benefits.terms import PlanTerms
from estimator.model.claims import VisitClaim
from estimator.model.money import Cents
from estimator.model.periods import Period, overlap


class Turn(NamedTuple):
    """The days of one coverage and its terms."""

    period: Period
    terms: PlanTerms


Terms = PlanTerms | tuple[Turn, ...]
"""The terms of one coverage, or of several in turn."""


def adjudicate_under(
    claims: Sequence[VisitClaim], *, terms: Terms, memo: Memo | None = None, counted_from: date = date.min
) -> Adjudication:
    """Share out visits under one coverage, or under each in its turn. Every visit must lie in one of the periods."""
    if isinstance(terms, PlanTerms):
        return adjudicate_with_later(claims, terms=terms, memo=memo, counted_from=counted_from)
    found: list[Adjudication] = []
    used: tuple[Cents, date] | None = None
    for turn in terms:
        own = [claim for claim in claims if turn.period.holds(claim.service_on)]
        if not own:
            continue
        each = adjudicate_with_later(own, terms=_with_used(turn.terms, used), memo=memo, counted_from=counted_from)
        used = _used(each) or used
        found.append(each)
    return joined(found, [turn.period for turn in terms])


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


def _period_of(found: Adjudication, periods: Sequence[Period]) -> Period | None:
    days = [visit.claim.service_on for visit in found.visits]
    return next((period for period in periods if days and period.holds(days[0])), None)


def _sum(amounts: Sequence[Cents | None]) -> Cents | None:
    known = [amount for amount in amounts if amount is not None]
    return Cents(sum(known)) if len(known) == len(amounts) else None


def _used(found: Adjudication) -> tuple[Cents, date] | None:
    """Give what a copay programme had paid by the latest day it was asked: it does not change with the coverage."""
    helped = [visit for visit in found.visits if visit.assistance_used is not None]
    if not helped:
        return None
    latest = helped[-1]
    assert latest.assistance_used is not None
    return latest.assistance_used, latest.claim.service_on


def _with_used(terms: PlanTerms, used: tuple[Cents, date] | None) -> PlanTerms:
    if used is None or terms.assistance is None:
        return terms
    amount, on = used
    return replace(terms, assistance=terms.assistance._replace(used=amount, used_on=on))
