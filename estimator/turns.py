"""Coverage that changes: who pays, at which prices and on which terms, on which days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from estimator import part_d_suppositions, secondary_rules
from estimator.benefits import PlanTerms, Terms, Turn
from estimator.channel import Channel
from estimator.model.codes import Benefit, Site
from estimator.model.levels import Level
from estimator.model.order import EstimateRequest
from estimator.model.periods import Period
from estimator.preparing import terms_of
from estimator.pricers import PricerOutside, PricersInTurn, PricesDays
from estimator.pricing import Pricer
from estimator.reference.book import ReferenceBook
from estimator.resolution import Candidate, Resolved
from estimator.secondary_rules import Settled
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
    found = []
    merged = _merged(turns, paid_by)
    for place, (period, each, benefit) in enumerate(merged):
        own = [on for on in days if period.holds(on)]
        if own:
            if benefit.drug is Benefit.PART_D:
                supposed = part_d_suppositions.supposed_terms(each, days=own, book=book)
            else:
                supposed = supposed_terms(each, site=site, first_on=own[0], latest_on=own[-1], book=book)
            if supposed is not None and (each.coverage.secondaries or supposed.drug_benefit is not None):
                prefix = "coverage." if len(turns) == 1 else f"coverage_periods[{place}].coverage."
                supposed = _with_later(supposed, _later(each, supposed, own, prefix, site=site, book=book))
            found.append((period, each, supposed))
    requests = tuple(each for _, each, _ in found)
    known = [(period, supposed) for period, _, supposed in found if supposed is not None]
    if len(known) < len(found):
        return None, requests
    return (known[0][1] if len(turns) == 1 else _in_turn(known)), requests


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
    question = secondary_rules.Question(
        request.coverage.payer,
        request.coverage.secondaries,
        tuple(sorted(set(days))),
        lambda _line: site,
        prefix=prefix,
        is_part_d=drug_plan is not None,
        extra_help=drug_plan is not None and drug_plan.has_extra_help,
        extra_help_copay=None if drug_plan is None else drug_plan.extra_help_copay,
        is_hospital=site is Site.HOSPITAL_OUTPATIENT,
    )
    return secondary_rules.settle(question, book)


def _with_later(supposed: SupposedTerms, settled: Settled) -> SupposedTerms:
    """Let the later payers pay after the terms of each level."""

    def of(plan: Level, balances: Level) -> Terms | None:
        terms = supposed.of(plan, balances)
        return replace(terms, later=tuple(settled.payers)) if isinstance(terms, PlanTerms) else terms

    return supposed._replace(of=of, later=(settled,))


def _merged(turns: Turns, paid_by: Sequence[Channel]) -> list[tuple[Period, EstimateRequest, Channel]]:
    """Let one ledger run on where a coverage follows itself, and says nothing new of what has been met."""
    found: list[tuple[Period, EstimateRequest, Channel]] = []
    for (period, request), benefit in zip(turns, paid_by, strict=True):
        if found and _goes_on(found[-1][1], request):
            found[-1] = (Period(found[-1][0].first_day, period.last_day), *found[-1][1:])
        else:
            found.append((period, request, benefit))
    return found


def _goes_on(before: EstimateRequest, after: EstimateRequest) -> bool:
    same = replace(after.coverage, since=None, balances=None) == replace(before.coverage, since=None, balances=None)
    return same and after.coverage.balances is None and after.assistance == before.assistance


def _in_turn(found: Sequence[tuple[Period, SupposedTerms]]) -> SupposedTerms:
    """Put the terms of several coverages one after another; each names what it leaves open by its place."""
    everyone = [supposed for _, supposed in found]

    def terms_at(plan: Level, balances: Level) -> Terms | None:
        each_turn = []
        for period, supposed in found:
            own = supposed.of(
                plan if supposed.plan_is_open else Level.HIGH, balances if supposed.balances_are_open else Level.HIGH
            )
            if not isinstance(own, PlanTerms):
                return None
            each_turn.append(Turn(period, own))
        return tuple(each_turn)

    return SupposedTerms(
        terms_at,
        plan_is_open=any(supposed.plan_is_open for supposed in everyone),
        balances_are_open=any(supposed.balances_are_open for supposed in everyone),
        plan_pointers=tuple(
            _placed(place, pointer) for place, supposed in enumerate(everyone) for pointer in supposed.plan_pointers
        ),
        assumptions=tuple(
            item._replace(pointer=None if item.pointer is None else _placed(place, item.pointer))
            for place, supposed in enumerate(everyone)
            for item in supposed.assumptions
        ),
        fact_ids=tuple(dict.fromkeys(fact for supposed in everyone for fact in supposed.fact_ids)),
        later=tuple(settled for supposed in everyone for settled in supposed.later),
        drug_benefit=next((each.drug_benefit for each in everyone if each.drug_benefit is not None), None),
    )


def _placed(place: int, pointer: str) -> str:
    return f"coverage_periods[{place}].{pointer}" if pointer.startswith("coverage.") else pointer
