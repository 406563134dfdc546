"""Whole runs of the stages for one product at one site: dated infusions → packages → minutes → prices → shares."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from estimator import infusion_time, turns
from estimator.benefits import Adjudication, Memo, PlanTerms, Terms, adjudicate_under
from estimator.channel import Channel
from estimator.dosing import Regimen
from estimator.model.assistance import Help
from estimator.model.claims import Fill, Infusion, InfusionTime
from estimator.model.codes import Site
from estimator.model.levels import Level, Tri, point
from estimator.model.money import ZERO, Cents
from estimator.model.order import EstimateRequest
from estimator.model.periods import Period, plan_year_of, quarter_of
from estimator.model.quantities import Milligrams
from estimator.preparing import minutes_of, open_packages, round_dose
from estimator.pricers import Outside, PricesDays
from estimator.pricing import PricedVisit, Visit
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Package
from estimator.resolution import Candidate, Resolved
from estimator.supplies import days_of, dispensed
from estimator.suppositions import SupposedTerms


class Levels(NamedTuple):
    """The level of each thing that may be supposed in one run."""

    dose: Level
    minutes: Level
    price: Level
    plan: Level
    balances: Level


AXES = Levels._fields
ALL_LOW = Levels(*(Level.LOW,) * 5)
ALL_EXPECTED = Levels(*(Level.EXPECTED,) * 5)
ALL_HIGH = Levels(*(Level.HIGH,) * 5)


NONE_LATER: Tri[tuple[Infusion, ...]] = point(())


class Plan(NamedTuple):
    """What every product and site of an estimate have in common: the calendar and the milligrams of each day."""

    regimen: Regimen
    infusions: Tri[tuple[Infusion, ...]]
    earlier: Tri[tuple[Infusion, ...]]
    first_course_on: date
    later: Tri[tuple[Infusion, ...]] = NONE_LATER


class Course(NamedTuple):
    """One product at one site, ready to be run at any levels. ``requests`` are the order, once for each coverage."""

    candidate: Candidate
    site: Site
    channel: Channel
    visits: Tri[tuple[Visit, ...]]
    earlier: Tri[tuple[Visit, ...]]
    counted_from: date
    pricer: PricesDays
    terms: SupposedTerms | None
    requests: tuple[EstimateRequest, ...]
    runs: "dict[Levels, Run | None]"
    prices: dict[tuple[int, Level, Level], tuple[PricedVisit, ...] | None]
    adjudications: dict[object, Adjudication | None]
    shared_days: Memo
    outside: Outside


class Run(NamedTuple):
    """One whole run. ``adjudication`` is ``None`` where the payer's rules are not on file."""

    course: Course
    levels: Levels
    priced: tuple[PricedVisit, ...]
    adjudication: Adjudication | None


def prepare(
    request: EstimateRequest,
    resolved: Resolved,
    plan: Plan,
    *,
    candidate: Candidate,
    site: Site,
    book: ReferenceBook,
) -> Course:
    """Take one product at one site through packages and minutes, and make its prices and terms ready."""
    each_turn = turns.of(request)
    benefits = turns.benefits(each_turn, resolved, site, book=book)
    pricer = turns.pricer(each_turn, resolved, candidate, site, book=book)
    fills: dict[tuple[Milligrams, Milligrams | None, tuple[Package, ...]], Fill] = {}
    times: dict[tuple[Milligrams, bool], InfusionTime | None] = {}
    weighed = plan.regimen.weighed
    weight_kg = None if weighed is None else weighed.kg

    def visits_of(infusions: tuple[Infusion, ...]) -> tuple[Visit, ...]:
        found = []
        for infusion in infusions:
            on = infusion.service_on
            packages = book.remember(
                ("packages", candidate.product.id, quarter_of(on)),
                partial(book.offered_packages, candidate.product.id, on),
            )
            # Days with the same sizes on the market share one fill, and so all that is worked out from it.
            key = (infusion.dose_mg, infusion.most_mg, packages)
            if key not in fills:
                given_mg = round_dose(request, infusion.dose_mg, packages, infusion.most_mg).mg
                fills[key] = open_packages(request, candidate, given_mg, packages)
            fill = fills[key]
            # The first infusion of a therapy may run more slowly; an order begins with the first day it has.
            is_first = request.therapy.is_first_infusion and on == resolved.start_on
            if (fill.dose_mg, is_first) not in times:
                times[fill.dose_mg, is_first] = minutes_of(
                    request,
                    weight_kg,
                    fill.dose_mg,
                    resolved.route,
                    candidate.product.id,
                    resolved.indication,
                    on=resolved.start_on,
                    book=book,
                    is_first=is_first,
                ) or (infusion_time.unknown(resolved.start_on, book=book) if pricer.needs_minutes else None)
            if fill.dose_mg != infusion.dose_mg:
                infusion = infusion._replace(dose_mg=fill.dose_mg)  # noqa: PLW2901 - the day as it is given
            found.append(Visit(infusion, fill, times[fill.dose_mg, is_first]))
        return tuple(found)

    def visits_billed(infusions: tuple[Infusion, ...], later: tuple[Infusion, ...]) -> tuple[Visit, ...]:
        found, days = visits_of(infusions), days_of(request, site)
        return found if days is None else dispensed(found, days, visits_of(later))

    def visits_at(
        infusions: Tri[tuple[Infusion, ...]], later: Tri[tuple[Infusion, ...]] = NONE_LATER
    ) -> Tri[tuple[Visit, ...]]:
        low = visits_billed(infusions.low, later.low)
        if infusions.is_point:
            return Tri(low, low, low)
        expected = None if infusions.expected is None else visits_billed(infusions.expected, later.expected or ())
        return Tri(low, expected, visits_billed(infusions.high, later.high))

    visits, earlier = visits_at(plan.infusions, plan.later), visits_at(plan.earlier)
    terms, requests = turns.terms(
        each_turn,
        benefits,
        [visit.infusion.service_on for visit in (*earlier.low, *visits.low)],
        site=site,
        book=book,
    )
    return Course(
        candidate=candidate,
        site=site,
        channel=benefits[0],
        visits=visits,
        earlier=earlier,
        counted_from=resolved.window.first_day,
        pricer=pricer,
        terms=terms,
        requests=requests,
        runs={},
        prices={},
        adjudications={},
        shared_days={},
        outside=Outside(),
    )


def run(course: Course, levels: Levels) -> Run | None:
    """Run one product at one site at the given levels; ``None`` when a level has no expected value."""
    if levels not in course.runs:
        course.runs[levels] = _run(course, levels)
    return course.runs[levels]


def _run(course: Course, levels: Levels) -> Run | None:
    visits = priced(course, levels)
    if visits is None:
        return None
    if course.terms is None:
        return Run(course, levels, visits, None)
    terms_key = _terms_key(course, levels)
    before = _priced_before(course, levels)
    if before is None:
        return None
    everything = (*before, *visits)
    key = (tuple([id(visit.lines) for visit in everything]), terms_key)
    if key not in course.adjudications:
        terms = course.terms.of(*terms_key)
        course.adjudications[key] = (
            None
            if terms is None
            else adjudicate_under(everything, terms=terms, memo=course.shared_days, counted_from=course.counted_from)
        )
    found = course.adjudications[key]
    return None if found is None else Run(course, levels, visits, found)


def again(run: Run, *, assistance: Sequence[Help | None] = (), out_of_network: bool = False) -> Adjudication | None:
    """Share the days of a run out again: with help under each coverage in turn, or with every line out of network.

    ``None`` where they could not be shared out in the first place.
    """
    course = run.course
    before = _priced_before(course, run.levels)
    terms = None if course.terms is None else course.terms.of(*_terms_key(course, run.levels))
    if before is None or terms is None or run.adjudication is None:
        return None
    days = (*before, *run.priced)
    if out_of_network:
        days = course.outside.moved(days)
    if isinstance(terms, PlanTerms):
        helped: Terms = replace(terms, assistance=assistance[0] if assistance else None)
    else:
        ways = assistance or (None,) * len(terms)
        helped = tuple(
            turn._replace(terms=replace(turn.terms, assistance=way)) for turn, way in zip(terms, ways, strict=True)
        )
    return adjudicate_under(days, terms=helped, counted_from=course.counted_from)


def costs_at_most(run: Run) -> tuple[Cents | None, ...] | None:
    """Give what each day of a run would cost the patient if only what was said to be met had been met before it.

    Under most terms that is the most a day can cost: what has been met only ever takes from it. Balances that were not
    said are taken as nothing, and so is every plan year but that of the balances.
    """
    course = run.course
    terms = None
    if course.terms is not None:
        terms = course.terms.of(_terms_key(course, run.levels)[0], Level.HIGH)
    if terms is None:
        return None
    if isinstance(terms, PlanTerms):
        fresh: Terms = _from_opening(terms)
        starts: tuple[date, ...] = (terms.year_starts_on,)
    else:
        fresh = tuple(turn._replace(terms=_from_opening(turn.terms)) for turn in terms)
        starts = tuple(turn.terms.year_starts_on for turn in terms)
    found: dict[tuple[int, tuple[Period, ...]], Cents | None] = {}
    costs = []
    for visit in run.priced:
        key = (id(visit.lines), tuple([plan_year_of(visit.service_on, start) for start in starts]))
        if key not in found:
            found[key] = adjudicate_under((visit,), terms=fresh).patient_cost
        costs.append(found[key])
    return tuple(costs)


def met_for_certain(run: Run) -> dict[Period, Cents]:
    """Give what was said to be met of the yearly limit, by the plan year of the balances; what is open is nothing."""
    course = run.course
    terms = None
    if course.terms is not None:
        terms = course.terms.of(_terms_key(course, run.levels)[0], Level.HIGH)
    each_turn = (terms,) if isinstance(terms, PlanTerms) else tuple(turn.terms for turn in terms or ())
    return {
        plan_year_of(each.opening_on, each.year_starts_on): each.opening.out_of_pocket_met
        for each in each_turn
        if each.opening_on is not None
    }


def _from_opening(terms: PlanTerms) -> PlanTerms:
    """Begin each day where the balances stand; what the last months carry over may yet be lost, and is left out."""
    return replace(terms, history_until=None, opening_last_months=ZERO)


def _priced_before(course: Course, levels: Levels) -> tuple[PricedVisit, ...] | None:
    """Price the days before the window that may have counted in its first plan year."""
    visits = course.earlier[levels.dose]
    if not visits:
        return None if visits is None else ()
    return _prices(course, visits, levels)


def adjudicated_before(run: Run) -> int:
    """Count the days before the window that moved a run's ledger: those after the balances' own day."""
    terms = run.course.terms
    if terms is None or run.adjudication is None:
        return 0
    opened = terms.of(*_terms_key(run.course, run.levels))
    first = opened[0].terms if isinstance(opened, tuple) else opened
    until = None if first is None else first.history_until
    days = run.course.earlier[run.levels.dose] or ()
    return sum(until is None or visit.infusion.service_on > until for visit in days)


def _terms_key(course: Course, levels: Levels) -> tuple[Level, Level]:
    """Give the levels that terms are asked at: what is not open is the same at every level."""
    assert course.terms is not None
    return (
        levels.plan if course.terms.plan_is_open else Level.HIGH,
        levels.balances if course.terms.balances_are_open else Level.HIGH,
    )


def priced(course: Course, levels: Levels) -> tuple[PricedVisit, ...] | None:
    """Price the days of a course at the given levels; ``None`` when a level has no expected value."""
    visits = course.visits[levels.dose]
    return None if visits is None else _prices(course, visits, levels)


def _prices(course: Course, visits: tuple[Visit, ...], levels: Levels) -> tuple[PricedVisit, ...] | None:
    """Price days once for all the runs that ask for the same; ``visits`` are the course's own, and live as long."""
    minutes = levels.minutes if any(map(_takes_a_range, visits)) else Level.HIGH
    key = (id(visits), levels.price, minutes)
    if key not in course.prices:
        course.prices[key] = course.pricer.price(visits, price=levels.price, minutes=minutes)
    return course.prices[key]


def _takes_a_range(visit: Visit) -> bool:
    """Say whether a day's minutes are not the same at every level."""
    return visit.time is not None and (visit.time.is_range or visit.time.expected is None)
