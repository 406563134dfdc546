"""What some of the window's days cost the patient: over every run that was made, not only the lowest and the highest.

The lowest and the highest run are those of the whole window. Inside it a run that costs less in all may cost more
later: with lower prices a yearly limit is reached later. So a part has bounds of its own.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from estimator import runs
from estimator.benefits import AdjudicatedVisit, Adjudication, YearResult
from estimator.model.levels import Tri
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period, quarter_of
from estimator.runs import Run

Part = TypeVar("Part", bound=Hashable)
Amounts = tuple[Cents | None, ...]


class LimitDays(NamedTuple):
    """The earliest and the latest day a plan year's limit is reached in any run.

    ``last`` is ``None`` where a run never reaches it.
    """

    first: date
    last: date | None


class Days(NamedTuple):
    """The days whose cost is counted, with what each costs in every run that was made.

    ``costs`` holds a row for each different outcome, in the order of ``dates``; ``expected`` is one of the rows.
    ``fresh``, ``years`` and ``limits`` are those of the highest run, and empty unless a day could cost more than any
    run says: where something is open and a run reaches the yearly limit. ``fresh`` is what a day costs with nothing met
    before it, ``limits`` bound a plan year that has a limit, ``whole`` the window. ``limit_days`` holds the plan years
    whose limit is reached in some run.
    """

    dates: tuple[date, ...]
    costs: tuple[Amounts, ...]
    expected: Amounts | None
    whole: Cents | None
    fresh: Amounts = ()
    years: tuple[Period, ...] = ()
    limits: tuple[tuple[Period, Cents | None], ...] = ()
    limit_days: tuple[tuple[Period, LimitDays], ...] = ()


def days_of(*, low: Run, expected: Run | None, high: Run, every_run: Sequence[Run]) -> Days:
    """Gather what the days cost in all runs; no costs where any run could not be worked out."""
    adjudications = {id(run.adjudication): run.adjudication for run in (*every_run, low, high)}
    highest = high.adjudication
    found = [item for item in adjudications.values() if item is not None]
    if highest is None or len(found) < len(adjudications):
        dates = tuple(visit.infusion.service_on for visit in high.course.visits.high)
        return Days(dates, (), None, None)
    counted = _counted(highest)
    days = Days(
        dates=tuple(visit.claim.service_on for visit in counted),
        costs=tuple(dict.fromkeys(_costs(item) for item in found)),
        expected=None if expected is None or expected.adjudication is None else _costs(expected.adjudication),
        whole=highest.patient_cost,
        limit_days=_limit_days(found),
    )
    is_open = expected is None or low.adjudication != highest
    if not is_open or not any(_reaches_limit(run.adjudication) for run in (low, high)):
        return days
    counted_on = set(days.dates)
    fresh = runs.costs_at_most(high) or ()
    own = tuple(cost for visit, cost in zip(high.priced, fresh, strict=False) if visit.service_on in counted_on)
    return days._replace(
        fresh=own,
        years=tuple(visit.year for visit in counted),
        limits=_limits(high, highest.years, counted),
    )


def _limit_days(found: Sequence[Adjudication]) -> tuple[tuple[Period, LimitDays], ...]:
    by_year: dict[Period, list[date]] = {}
    for adjudication in found:
        for year in adjudication.years:
            if year.limit_reached_on is not None and not year.is_past:
                by_year.setdefault(year.period, []).append(year.limit_reached_on)
    counted = [visit.claim.service_on for item in found for visit in _counted(item)]
    bounds = []
    for period, days in sorted(by_year.items()):
        last = max(days) if len(days) == len(found) else None
        # A run that supposes the limit met before the first counted day says no more than that it is met on that day.
        first = min(days) if min(days) == last else max(min(days), min(counted, default=min(days)))
        bounds.append((period, LimitDays(first, last)))
    return tuple(bounds)


def _limits(
    high: Run, years: Sequence[YearResult], counted: Sequence[AdjudicatedVisit]
) -> tuple[tuple[Period, Cents | None], ...]:
    is_outside = any(line.is_out_of_network for visit in high.priced for line in visit.lines)
    met = {} if is_outside else runs.met_for_certain(high)
    found = []
    for year in years:
        limit = _limit(year, met.get(year.period, ZERO))
        if limit is not None and year.terms.quarter_limit is not None and not is_outside:
            quarters = {quarter_of(visit.claim.service_on) for visit in counted if visit.year == year.period}
            limit = min(limit, Cents(len(quarters) * year.terms.quarter_limit))
        found.append((year.period, limit))
    return tuple(found)


def _limit(year: YearResult, met: Cents) -> Cents | None:
    """Bound a plan year by what is left of its limit, or by what it costs where a design goes on above it."""
    terms = year.terms
    if not terms.is_capped or year.patient_cost is None:
        return None
    left = Cents(max(terms.out_of_pocket_max - met, 0))
    if terms.everything_counts and year.patient_cost <= left:
        return left
    return max(terms.out_of_pocket_max, year.patient_cost)


def costs_by(part_of: Callable[[date], Part | None], days: Days) -> dict[Part, Tri[Cents] | None]:
    """Give the bounds of what each part of the window costs; ``None`` where it is unknown.

    ``part_of`` names the part that a day belongs to, ``None`` for a day that is not asked about. The days after a
    limit is reached could cost up to what they cost with no more met before them than was said, but no more than the
    limit of their plan year and than the whole window at its highest. A part whose every day is history has no cost and
    is left out.
    """
    places: dict[Part, list[int]] = {}
    for place, on in enumerate(days.dates):
        part = part_of(on)
        if part is not None:
            places.setdefault(part, []).append(place)
    limits = dict(days.limits)
    before = _least_before(days)
    return {part: _cost(days, at, limits, before) for part, at in places.items()}


def _least_before(days: Days) -> list[int]:
    """Say for each day what the days before it in its plan year cost at the least, over every run.

    What has been paid by a day never falls as prices rise, so the least of the runs holds between them too.
    """
    if not days.fresh:
        return []
    least: list[int] | None = None
    for row in days.costs:
        paid: dict[Period, int] = {}
        so_far = []
        for place, amount in enumerate(row):
            year = days.years[place]
            so_far.append(paid.get(year, 0))
            paid[year] = so_far[-1] + (amount or 0)
        least = so_far if least is None else [min(pair) for pair in zip(least, so_far, strict=True)]
    return least or []


def _cost(days: Days, at: list[int], limits: Mapping[Period, Cents | None], before: Sequence[int]) -> Tri[Cents] | None:
    if days.whole is None or not days.costs:
        return None
    sums = [_total(row, at) for row in days.costs]
    known = [total for total in sums if total is not None]
    if len(known) < len(sums):
        return None
    highest = max(known)
    if days.fresh:
        ceiling = _ceiling(days, at, limits, before)
        highest = max(highest, days.whole if ceiling is None else min(ceiling, days.whole))
    return Tri(min(known), None if days.expected is None else _total(days.expected, at), highest)


def _ceiling(days: Days, at: list[int], limits: Mapping[Period, Cents | None], before: Sequence[int]) -> Cents | None:
    """Bound a part by what each of its days costs by itself, within what is left of the limit of each plan year."""
    by_year: dict[Period, list[int]] = {}
    for place in at:
        by_year.setdefault(days.years[place], []).append(place)
    total = 0
    for period, places in by_year.items():
        amount, limit = _total(days.fresh, places), limits.get(period)
        if limit is not None:
            limit = Cents(max(limit - before[places[0]], 0))
        if amount is None and limit is None:
            return None
        total += min(item for item in (amount, limit) if item is not None)
    return Cents(total)


def _total(amounts: Amounts, at: list[int]) -> Cents | None:
    if len(at) == 1:
        return amounts[at[0]]
    total = 0
    for place in at:
        amount = amounts[place]
        if amount is None:
            return None
        total += amount
    return Cents(total)


def _counted(adjudication: Adjudication) -> list[AdjudicatedVisit]:
    return [visit for visit in adjudication.visits if not visit.is_history]


def _costs(adjudication: Adjudication) -> Amounts:
    return tuple([visit.patient_cost for visit in adjudication.visits if not visit.is_history])


def _reaches_limit(adjudication: Adjudication | None) -> bool:
    return adjudication is not None and any(year.limit_reached_on is not None for year in adjudication.years)
