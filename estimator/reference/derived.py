"""Facts worked out from other facts: an answer cites one figure, and the figure says where it came from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from estimator.model.periods import Period
from estimator.reference.facts import Basis, Fact
from estimator.reference.record_reading import exact
from estimator.reference.timelines import Timeline

FEE_SCHEDULE = "physician_fee_schedule"


def physician_fees(rvus: Iterable[Fact], factors: Iterable[Fact]) -> Iterator[Fact]:
    """Give the national non-facility fee of each code and period: relative value units x conversion factor, in cents.

    National payment takes every geographic index as 1. A fee is rounded per unit; units multiply the rounded fee. A
    fee ends on the day before either of the two figures changes.
    """
    factor = Timeline(fact for fact in factors if fact.key == FEE_SCHEDULE)
    by_code: dict[str, list[Fact]] = defaultdict(list)
    for fact in rvus:
        by_code[fact.key].append(fact)
    for group in by_code.values():
        rvu = Timeline(group)
        held: list[tuple[Period, Fact, Fact]] = []
        for first_day, after in pairwise(_edges((*rvu.facts, *factor.facts))):
            units, dollars = rvu.in_force(first_day), factor.in_force(first_day)
            if units is None or dollars is None:
                continue
            last_day = after - timedelta(days=1)
            if held and held[-1][1:] == (units, dollars) and held[-1][0].last_day == first_day - timedelta(days=1):
                held[-1] = (Period(held[-1][0].first_day, last_day), units, dollars)
            else:
                held.append((Period(first_day, last_day), units, dollars))
        yield from (_fee(period, units, dollars) for period, units, dollars in held)


def _edges(facts: Iterable[Fact]) -> list[date]:
    """List the days on which some record begins, or has just ended."""
    found: set[date] = set()
    for fact in facts:
        found.add(fact.period.first_day)
        if fact.period.last_day is not None:
            found.add(fact.period.last_day + timedelta(days=1))
    return sorted(found)


def _fee(period: Period, rvu: Fact, factor: Fact) -> Fact:
    fee = (exact(rvu.value, fact=rvu) * exact(factor.value, fact=factor)).quantize(
        Decimal("0.01"), rounding=ROUND_HALF_UP
    )
    both_read = rvu.basis is Basis.READ and factor.basis is Basis.READ
    return Fact(
        kind="physician_fee",
        key=rvu.key,
        value=str(fee),
        unit="usd_per_unit",
        period=period,
        recheck_after=None,
        published_on=max((day for day in (rvu.published_on, factor.published_on) if day is not None), default=None),
        source_id=rvu.source_id,
        locator=rvu.locator,
        basis=Basis.READ if both_read else Basis.UNVERIFIED,
        note=f"{rvu.value} relative value units ({rvu.id}) x {factor.value} dollars ({factor.id})",
    )
