"""Coverage that changes: who pays, at which prices and on which terms, on which days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from estimator import part_d_suppositions, program_suppositions, secondary_rules
from estimator.benefits import PlanTerms, Terms, Turn
from estimator.benefits.terms import CALENDAR_YEAR
from estimator.channel import Channel
from estimator.model.codes import Benefit, Payer, Site
from estimator.model.levels import Assumption, Level
from estimator.model.order import EstimateRequest
from estimator.model.periods import Period, plan_year_of
from estimator.preparing import terms_of
from estimator.pricers import PricerOutside, PricersInTurn, PricesDays
from estimator.pricing import Pricer
from estimator.public_programs import PROGRAMS
from estimator.reference.book import ReferenceBook
from estimator.resolution import Candidate, Resolved
from estimator.settled import Question, Settled, no_amount
from estimator.suppositions import SupposedTerms, supposed_terms

EVERY_DAY = Period(date.min, None)
Turns = Sequence[tuple[Period, EstimateRequest]]
"""The order under each coverage, with the days it holds."""


def of(request: EstimateRequest) -> Turns:
    """Give the order under each coverage in turn; under the only one for every day."""
    return [(part.period, request.under(part)) for part in request.periods] or [(EVERY_DAY, request)]


def benefits(turns: Turns, resolved: Resolved, site: Site, *, book: ReferenceBook) -> list[Channel]:
    """Say which benefit pays under each coverage."""
    return [terms_of(each, resolved, site, book=book)[0] for _, each in turns]


def pricer(
    turns: Turns,
    resolved: Resolved,
    candidate: Candidate,
    site: Site,
    *,
    book: ReferenceBook,
) -> PricesDays:
    """Make the prices of each coverage ready."""
    pricers = []
    for period, each in turns:
        _, terms = terms_of(each, resolved, site, book=book)
        prices: PricesDays = Pricer(drug=candidate.drug, terms=terms, book=book)
        pricers.append((period, PricerOutside(prices) if each.coverage.is_outside else prices))
    return pricers[0][1] if len(pricers) == 1 else PricersInTurn(pricers)


def terms(
    turns: Turns, paid_by: Sequence[Channel], days: Sequence[date], *, site: Site, book: ReferenceBook
) -> tuple[SupposedTerms | None, tuple[EstimateRequest, ...]]:
    """Give the terms of each coverage with infusions, and the order under it; ``None`` where one's are not on file."""
    found: list[_Found] = []
    requests = []
    for each in _merged(turns, paid_by):
        own = [on for on in days if each.period.holds(on)]
        if not own:
            continue
        requests.append(each.request)
        under_ledger = [on for on in days if each.ledger_first_day <= on] or own
        if each.benefit.drug is Benefit.PART_D:
            supposed = part_d_suppositions.supposed_terms(each.asked, days=own, book=book)
        else:
            supposed = supposed_terms(each.asked, site=site, first_on=under_ledger[0], latest_on=own[-1], book=book)
            if supposed is None and each.asked.coverage.payer in PROGRAMS and each.asked.coverage.plan is None:
                supposed = program_suppositions.supposed_terms(
                    each.asked, first_on=under_ledger[0], latest_on=own[-1], book=book
                )
        if supposed is None:
            continue
        if each.request.coverage.secondaries or supposed.drug_benefit is not None:
            prefix = "coverage." if len(turns) == 1 else f"coverage_periods[{each.request.coverage.place}].coverage."
            supposed = _with_later(supposed, _later(each.request, supposed, own, prefix, site=site, book=book))
        found.append(_Found(each, supposed))
    if len(found) < len(requests):
        return None, tuple(requests)
    return (found[0].supposed if len(turns) == 1 else _in_turn(found)), tuple(requests)


def _later(
    request: EstimateRequest,
    supposed: SupposedTerms,
    days: Sequence[date],
    prefix: str,
    *,
    site: Site,
    book: ReferenceBook,
) -> Settled:
    """Settle who pays after a coverage."""
    drug_plan = supposed.drug_benefit
    question = Question(
        request.coverage.payer,
        request.coverage.secondaries,
        tuple(sorted(set(days))),
        lambda _line: site,
        prefix=prefix,
        is_part_d=drug_plan is not None,
        extra_help=drug_plan is not None and drug_plan.has_extra_help,
        extra_help_copay=None
        if drug_plan is None
        else drug_plan.extra_help_copay_of(
            request.patient.household,
            request.patient.residence_state,
            has_medicaid=secondary_rules.has_full_medicaid(request.coverage.secondaries),
        ),
        extra_help_highest=no_amount if drug_plan is None else drug_plan.extra_help_copay,
        is_hospital=site is Site.HOSPITAL_OUTPATIENT,
    )
    return secondary_rules.settle(question, book)


def _with_later(supposed: SupposedTerms, settled: Settled) -> SupposedTerms:
    """Let the later payers pay after the terms of each level."""

    def of(plan: Level, balances: Level) -> Terms | None:
        terms = supposed.of(plan, balances)
        payers = settled.hardest if plan is Level.HIGH else settled.payers
        return replace(terms, later=tuple(payers)) if isinstance(terms, PlanTerms) else terms

    return supposed._replace(
        of=of,
        later=(settled,),
        plan_is_open=supposed.plan_is_open or bool(settled.open_methods),
        plan_pointers=(*supposed.plan_pointers, *settled.open_methods),
    )


class _Part(NamedTuple):
    """One coverage, its place among the periods, and the place and first day of the coverage whose ledger it goes on.

    ``asked`` is the order with what had been met when that ledger began; ``later_goes_on`` says that the payers after
    this one are those of the part before.
    """

    period: Period
    request: EstimateRequest
    benefit: Channel
    place: int
    ledger: int
    ledger_first_day: date
    asked: EstimateRequest
    later_goes_on: bool = False


class _Found(NamedTuple):
    part: _Part
    supposed: SupposedTerms


def _merged(turns: Turns, paid_by: Sequence[Channel]) -> list[_Part]:
    """Let one ledger run on where a plan follows itself, and nothing new is said of what has been met."""
    found: list[_Part] = []
    for place, ((period, request), benefit) in enumerate(zip(turns, paid_by, strict=True)):
        before = found[-1] if found else None
        if (
            before is not None
            and before.benefit == benefit
            and before.request.coverage.is_followed_by(request.coverage)
        ):
            if _goes_on(before.request, request):
                found[-1] = before._replace(period=Period(before.period.first_day, period.last_day))
                continue
            begun = before.asked.coverage
            coverage = replace(request.coverage, balances=begun.balances, since=begun.since, place=begun.place)
            asked = replace(request, coverage=coverage)
            same_later = request.coverage.secondaries == before.request.coverage.secondaries
            found.append(
                _Part(period, request, benefit, place, before.ledger, before.ledger_first_day, asked, same_later)
            )
        else:
            found.append(_Part(period, request, benefit, place, place, period.first_day, request))
    return found


def _goes_on(before: EstimateRequest, after: EstimateRequest) -> bool:
    same = before.coverage.says_the_same_as(after.coverage)
    return same and after.assistance == before.assistance


def _in_turn(found: Sequence[_Found]) -> SupposedTerms:
    """Put the terms of several coverages one after another; each names what it leaves open by its place."""
    everyone = [supposed for _, supposed in found]

    def terms_at(plan: Level, balances: Level) -> Terms | None:
        each_turn = []
        for part, supposed in found:
            own = supposed.of(
                plan if supposed.plan_is_open else Level.HIGH, balances if supposed.balances_are_open else Level.HIGH
            )
            if not isinstance(own, PlanTerms):
                return None
            each_turn.append(Turn(part.period, own, part.ledger, part.later_goes_on))
        return tuple(each_turn)

    return SupposedTerms(
        terms_at,
        plan_is_open=any(supposed.plan_is_open for supposed in everyone),
        balances_are_open=any(supposed.balances_are_open for supposed in everyone),
        plan_pointers=tuple(
            dict.fromkeys(_placed(part, pointer) for part, each in found for pointer in each.plan_pointers)
        ),
        assumptions=tuple(
            dict.fromkeys(
                item._replace(pointer=None if item.pointer is None else _placed(part, item.pointer))
                for part, supposed in found
                for item in (*supposed.assumptions, *_from_nothing(part))
            )
        ),
        fact_ids=tuple(dict.fromkeys(fact for supposed in everyone for fact in supposed.fact_ids)),
        later=tuple(settled for supposed in everyone for settled in supposed.later),
        drug_benefit=next((each.drug_benefit for each in everyone if each.drug_benefit is not None), None),
    )


def _from_nothing(part: _Part) -> list[Assumption]:
    """Say that a plan which begins within its plan year begins with nothing met, unless its balances say otherwise."""
    coverage, first_day = part.request.coverage, part.period.first_day
    is_new = part.place == part.ledger and part.place > 0
    if not is_new or coverage.balances is not None or coverage.payer is Payer.SELF_PAY:
        return []
    starts_on = CALENDAR_YEAR if coverage.plan is None else coverage.plan.year_starts_on or CALENDAR_YEAR
    if plan_year_of(first_day, starts_on).first_day == first_day:
        return []
    since = (("first_day", first_day.isoformat()),)
    return [Assumption("new_coverage_from_nothing", since, "coverage.balances")]


def _placed(part: _Part, pointer: str) -> str:
    """Name an answer by the place, as it was sent, of the coverage whose ledger a part goes on."""
    place = part.asked.coverage.place
    return f"coverage_periods[{place}].{pointer}" if pointer.startswith("coverage.") else pointer
