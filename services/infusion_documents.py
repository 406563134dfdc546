"""The infusions of an estimate, day by day, with their claim lines and shares.

Most days of a year are alike but for their date, so what is written for a day is written once and shared.
"""

from datetime import date
from typing import NamedTuple

from estimator import parts
from estimator.benefits import AdjudicatedVisit
from estimator.benefits.day import BILL_UNKNOWN
from estimator.model.claims import ClaimLine, LedgerState, Share
from estimator.model.codes import Category, Payer
from estimator.model.money import Cents
from estimator.model.quantities import grams_text
from estimator.pipeline import Estimate, infusions_of
from estimator.reference.kinds import Product
from estimator.runs import Run
from services import explanations, line_documents, ranges
from services.wording import Wording

Document = dict[str, object]


def infusions(estimate: Estimate, wording: Wording) -> list[Document]:
    """Write the days of infusing that the shown run has, each with what it costs in the three runs and by itself."""
    shown = estimate.shown
    runs = (estimate.low, estimate.expected, estimate.high)
    by_run = [visits(run) for run in runs]
    course_visits = shown.course.visits[shown.levels.dose] or ()
    written: dict[tuple[object, ...], Document] = {}
    bare_lines: dict[tuple[int, ...], list[Document]] = {}
    given: dict[tuple[int, int], Document] = {}
    bounds = parts.costs_by(_itself, estimate.days)
    open_days = estimate.days_open_above
    found = []
    for index, (infusion, visit, priced) in enumerate(
        zip(infusions_of(estimate), course_visits, shown.priced, strict=True)
    ):
        same_day = [adjudicated[index] if index < len(adjudicated) else None for adjudicated in by_run]
        # The first infusion of a therapy may take longer than later ones with the same packages.
        as_given = (id(visit.fill), id(visit.time))
        key = (
            *as_given,
            id(priced.lines),
            *[id(days[index].lines) for days in estimate.shown_prices],
            *[0 if item is None else id(item.shares) for item in same_day],
            None if same_day[1] is None else same_day[1].balances_after,
            None if same_day[1] is None else same_day[1].year,
            infusion.service_on in open_days,
        )
        shared = written.get(key)
        if shared is None:
            prices = [run.priced[index].allowed if run is not None else None for run in runs]
            if as_given not in given:
                given[as_given] = {
                    "vials": line_documents.vials(visit.fill),
                    "discarded_mg": visit.fill.discarded_mg,
                    "infusion": line_documents.infusion(visit.time),
                }
            shared = written[key] = given[as_given] | {
                "lines": _lines(priced.lines, same_day, _bare(estimate, index, bare_lines), estimate),
                "allowed_amount": ranges.total(*prices),
                "patient_cost": ranges.above(
                    ranges.of(*(None if item is None else item.patient_cost for item in same_day)),
                    is_open=infusion.service_on in open_days,
                ),
                "balances_after": _balances_after(same_day[1], estimate),
                "explain": _explain(same_day[1], estimate, wording),
                "history": same_day[2].is_history if same_day[2] is not None else False,
            }
        found.append(
            {
                "number": infusion.number,
                "phase": infusion.phase.value,
                "service_on": infusion.service_on.isoformat(),
                "dose_mg": visit.fill.dose_mg,
            }
            | shared
            | {
                "patient_cost_bounds": ranges.above(
                    ranges.bounds(bounds.get(infusion.service_on)), is_open=infusion.service_on in open_days
                )
            }
        )
    return found


def dispenses(estimate: Estimate) -> list[Document]:
    """Write what is shipped at once, each with what its drug costs the patient."""
    days = estimate.request.therapy.dispense_days
    shown = estimate.shown
    by_run = [visits(run) for run in (estimate.low, estimate.expected, estimate.high)]
    found: list[Document] = []
    for index, visit in enumerate(shown.course.visits[shown.levels.dose] or ()):
        supply = visit.dispensed
        if supply is None:
            continue
        costs = [_drug_cost(run_days[index]) if index < len(run_days) else None for run_days in by_run]
        found.append(
            {
                "service_on": visit.infusion.service_on.isoformat(),
                "days_supply": days,
                "grams": grams_text(supply.dose_mg),
                "vials": line_documents.vials(supply),
                "units": supply.administered_units + supply.discarded_units,
                "patient_cost": ranges.of(*costs),
            }
        )
    return found


def _drug_cost(day: AdjudicatedVisit) -> Cents | None:
    """Add up what the patient pays of a day's drug lines."""
    if day.shares is None:
        return None
    shares = zip(day.claim.lines, day.shares, strict=True)
    return Cents(sum(share.patient_cost for line, share in shares if line.category is Category.DRUG))


def _explain(day: AdjudicatedVisit | None, estimate: Estimate, wording: Wording) -> str | None:
    if day is None or day.shares is None or day.claim.allowed is None:
        return None
    payer = estimate.request.coverage_on(day.claim.service_on).payer
    return explanations.of_lines(day.shares, day.claim.allowed, wording, is_insured=payer is not Payer.SELF_PAY)


def _itself(on: date) -> date:
    return on


def lines_unshared(estimate: Estimate, index: int) -> list[Document]:
    """Write one day's claim lines with their charges and allowed amounts, without anybody's share."""
    return _bare(estimate, index, {})


def _bare(estimate: Estimate, index: int, written: dict[tuple[int, ...], list[Document]]) -> list[Document]:
    """Write a day's lines without shares; a price known only as a range has no single figure."""
    lines = estimate.shown.priced[index].lines
    product = estimate.shown.course.candidate.product
    lowest, highest = (days[index].lines for days in estimate.shown_prices)
    key = (id(lines), id(lowest), id(highest))
    found = written.get(key)
    if found is None:
        expected = lines if estimate.expected is not None else None
        found = written[key] = [
            _priced_line(line, place, lowest, None if expected is None else line, highest, product)
            for line, place in zip(lines, _places(lines), strict=True)
        ]
    return found


def _priced_line(
    line: ClaimLine,
    place: tuple[str, int],
    lowest: tuple[ClaimLine, ...],
    expected: ClaimLine | None,
    highest: tuple[ClaimLine, ...],
    product: Product,
) -> Document:
    document = line_documents.line(line, product)
    low, high = (_at(place, lines) for lines in (lowest, highest))
    price = ranges.total(
        None if low is None else low.allowed,
        None if expected is None else expected.allowed,
        None if high is None else high.allowed,
    )
    document["allowed_range"] = price
    if expected is None and price["expected"] is None:
        document["allowed_amount"] = document["unit_price"] = None
    return document


def _at(place: tuple[str, int], lines: tuple[ClaimLine, ...]) -> ClaimLine | None:
    category, number = place
    for line in lines:
        if line.category == category:
            if not number:
                return line
            number -= 1
    return None


def _places(lines: tuple[ClaimLine, ...]) -> list[tuple[str, int]]:
    """Name each line by its category and its place in it, so that lines of two runs can be matched."""
    counts: dict[str, int] = {}
    found = []
    for line in lines:
        counts[line.category] = counts.get(line.category, -1) + 1
        found.append((str(line.category), counts[line.category]))
    return found


def _lines(
    lines: tuple[ClaimLine, ...],
    same_day: list[AdjudicatedVisit | None],
    bare: list[Document],
    estimate: Estimate,
) -> list[Document]:
    expected = same_day[1]
    shares = expected.shares if expected is not None else None
    costs = [_line_costs(day, lines) for day in same_day]
    found = []
    for index, document in enumerate(bare):
        line = lines[index]
        borne = (
            line_documents.UNKNOWN_SHARE
            if shares is None
            else line_documents.share(shares[index], billed=line.billed, allowed=line.allowed)
        )
        amounts = ranges.of(*(None if cost is None else cost.amount for cost in (day[index] for day in costs)))
        highest = costs[2][index]
        cost = ranges.above(amounts, is_open=highest is not None and highest.is_open)
        state = None if expected is None or shares is None else expected.line_balances[index]
        after = None if state is None else _balances_after(expected, estimate, state)
        found.append({**document, **borne, "patient_cost": cost, "balances_after": after})
    return found


class _LineCost(NamedTuple):
    """What the patient pays of a line in a run; ``is_open`` says that a bill nobody knows may come on top."""

    amount: Cents
    is_open: bool


def _line_costs(day: AdjudicatedVisit | None, lines: tuple[ClaimLine, ...]) -> list[_LineCost | None]:
    """Give what the patient pays of each line's match in a run: the same category, the same place in it.

    A run whose day has no such line (a shorter infusion, no waste) costs nothing for it; a line that only that run has
    is added to the last of its category, so that lines always add up to their infusion. A line without a match is open
    like the lines of its category, else like any of that day.
    """
    if day is None or day.shares is None:
        return [None] * len(lines)
    others = day.claim.lines
    if [line.category for line in others] == [line.category for line in lines]:
        return [_line_cost(share) for share in day.shares]
    by_category: dict[str, list[Share]] = {}
    for share, other in zip(day.shares, others, strict=True):
        by_category.setdefault(other.category, []).append(share)
    opens = {category: any(_line_cost(share).is_open for share in shares) for category, shares in by_category.items()}
    found = [
        _line_cost(same.pop(0))
        if (same := by_category.get(line.category))
        else _LineCost(Cents(0), is_open=opens.get(line.category, any(opens.values())))
        for line in lines
    ]
    for category, left_over in by_category.items():
        places = [index for index, line in enumerate(lines) if line.category == category]
        place = places[-1] if places else len(lines) - 1
        for share in left_over:
            amount, is_open = _line_cost(share)
            found[place] = _LineCost(Cents(found[place].amount + amount), is_open or found[place].is_open)
    return list(found)


def _line_cost(share: Share) -> _LineCost:
    return _LineCost(share.patient_cost, BILL_UNKNOWN in share.why)


def _balances_after(
    day: AdjudicatedVisit | None, estimate: Estimate, state: LedgerState | None = None
) -> Document | None:
    """Write the ledger after a day, or after one of its lines (``state``)."""
    if day is None or estimate.expected is None or estimate.expected.adjudication is None:
        return None
    terms = next(year.terms for year in estimate.expected.adjudication.years if year.period == day.year)
    return line_documents.balances(state or day.balances_after, terms, is_unknown=day.is_unknown)


def visits(run: Run | None) -> tuple[AdjudicatedVisit, ...]:
    """Give a run's visits in date order; none where nothing was adjudicated."""
    return () if run is None or run.adjudication is None else run.adjudication.visits
