"""Scenarios: the plan as entered, and what a denial would leave the patient with."""

from datetime import date
from typing import NamedTuple

from estimator.benefits import AdjudicatedVisit
from estimator.benefits.day import BILL_UNKNOWN
from estimator.coverage import owes_if_denied
from estimator.model.codes import Category, DenialNotice, DenialReason, Payer
from estimator.model.money import Cents
from estimator.model.order import Coverage
from estimator.pipeline import Estimate
from estimator.pricing import PricedVisit
from estimator.reference.book import ReferenceBook
from estimator.scenarios import Helped, Outside
from services import ranges, used_facts
from services.wording import Wording

Document = dict[str, object]


class Scenarios(NamedTuple):
    """The scenarios and the facts that the denied one rests on."""

    documents: list[Document]
    fact_ids: tuple[str, ...]


def scenarios(estimate: Estimate, *, book: ReferenceBook, wording: Wording) -> Scenarios:
    """Write the scenarios. A denial whose reason, notice or charge is not known has no figure, not a guess."""
    is_open = bool(estimate.days_open_above)
    cost = ranges.above(ranges.total(*totals(estimate)), is_open=is_open)
    entered: Document = {"code": "as_entered", "patient_cost": cost}
    others = [_with_assistance(estimate.helped, wording, is_open=is_open)] if estimate.helped is not None else []
    if estimate.outside is not None:
        others.append(_out_of_network(estimate.outside, wording))
    coverage = _coverage(estimate)
    if coverage.payer is Payer.SELF_PAY:
        return Scenarios([entered, *others], ())
    reason, notice = estimate.request.denial.reason, estimate.request.denial.notice
    if reason is None or (notice is None and _depends_on_notice(estimate, reason, book)):
        missing = "reason_not_given" if reason is None else "notice_not_given"
        return Scenarios([entered, _denied(estimate, "unknown", missing, [], [], wording), *others], ())
    owes, facts = owes_if_denied(coverage.payer, reason, notice or DenialNotice.NONE, estimate.resolved.start_on, book)
    if coverage.is_outside and reason is DenialReason.NO_AUTHORIZATION:
        owes, facts = "unknown", ()  # that the provider bears it is the rule of a contract in network
    amounts = [
        () if run is None else tuple(_owed(visit, owes, estimate) for visit in run.priced)
        for run in (estimate.low, estimate.expected, estimate.high)
    ]
    if owes == "unknown":
        amounts = _from_nothing_to_charge(estimate)
    why = "no_charge_on_file" if owes == "billed_charge" and None in amounts[2] else owes
    if owes == "nothing" and used_facts.any_unverified(facts, book):
        why = "usually_nothing"
    modifiers, modifier_facts = _modifiers(estimate, book)
    denied = _denied(estimate, owes, why, amounts, modifiers, wording)
    return Scenarios([entered, denied, *others], (*facts, *modifier_facts))


def _from_nothing_to_charge(estimate: Estimate) -> list[tuple[Cents | None, ...]]:
    """Bound what each day may leave owed where nobody can say who bears it: nothing, or the whole charge."""
    charges = tuple(_owed(visit, "billed_charge", estimate) for visit in estimate.high.priced)
    nothing = tuple(None if charge is None else Cents(0) for charge in charges)
    return [nothing, (), charges]


def _coverage(estimate: Estimate) -> Coverage:
    """Give the coverage that a denial would come from: that of the next infusion's day, where coverage changes."""
    request, index = estimate.request, next_visit(estimate)
    on = estimate.resolved.start_on if index is None else estimate.shown.priced[index].service_on
    return request.coverage_on(on)


def _has_several_payers(estimate: Estimate) -> bool:
    return len({part.coverage.payer for part in estimate.request.periods}) > 1


def _with_assistance(helped: Helped, wording: Wording, *, is_open: bool) -> Document:
    """Write what the window costs with the help that was named, each way the plan may count it."""
    unknown = helped.settled.unknown or (None if helped.costs is not None else "help_without_costs")
    costs = helped.costs
    return {
        "code": "with_assistance",
        "patient_cost": ranges.point(None) if costs is None else ranges.above(ranges.total(*costs), is_open=is_open),
        "alternatives": [
            {"accumulator_program": counting.value, "patient_cost": ranges.total(*each)}
            for counting, each in helped.ways
            if len(helped.ways) > 1
        ],
        "why": None if unknown is None else wording.sentence("assumptions", unknown),
    }


def _out_of_network(outside: Outside, wording: Wording) -> Document:
    """Write what the window costs out of the plan's network, at the same allowed amounts."""
    return {
        "code": "out_of_network",
        "patient_cost": ranges.point(None)
        if outside.costs is None
        else ranges.above(ranges.total(*outside.costs), is_open=outside.unknown == BILL_UNKNOWN),
        "why": wording.sentence("assumptions", outside.unknown or "out_of_network_allowed"),
    }


def totals(estimate: Estimate) -> tuple[Cents | None, Cents | None, Cents | None]:
    """Give the window's patient cost of the three runs."""
    low, expected, high = (
        None if run is None or run.adjudication is None else run.adjudication.patient_cost
        for run in (estimate.low, estimate.expected, estimate.high)
    )
    return low, expected, high


def live_days(estimate: Estimate) -> tuple[date, ...]:
    """Give the infusion days whose cost is counted: all but those whose cost is inside the balances already."""
    adjudicated = () if estimate.shown.adjudication is None else estimate.shown.adjudication.visits
    return tuple(
        visit.service_on for index, visit in enumerate(estimate.shown.priced) if not _is_history(adjudicated, index)
    )


def _modifiers(estimate: Estimate, book: ReferenceBook) -> tuple[list[str], tuple[str, ...]]:
    """Give the modifiers that tell Original Medicare on the claim whether a notice was signed."""
    reason, notice = estimate.request.denial.reason, estimate.request.denial.notice
    if _coverage(estimate).payer is not Payer.MEDICARE or reason is None or notice is None:
        return [], ()
    fact = book.word("claim_modifier", f"notice:{reason.value}:{notice.value}", estimate.resolved.start_on)
    return ([], ()) if fact is None else (str(fact.value).split(", "), (fact.id,))


def next_visit(estimate: Estimate) -> int | None:
    """Give the place of the next infusion: the first from the day of asking on that is not history, else the first."""
    adjudicated = () if estimate.shown.adjudication is None else estimate.shown.adjudication.visits
    live = [index for index, _ in enumerate(estimate.shown.priced) if not _is_history(adjudicated, index)]
    as_of = estimate.request.as_of
    ahead = (index for index in live if estimate.shown.priced[index].service_on >= as_of)
    return next(ahead, live[0] if live else None)


def _is_history(visits: tuple[AdjudicatedVisit, ...], index: int) -> bool:
    return index < len(visits) and visits[index].is_history


def _depends_on_notice(estimate: Estimate, reason: DenialReason, book: ReferenceBook) -> bool:
    payer, on = _coverage(estimate).payer, estimate.resolved.start_on
    answers = {owes_if_denied(payer, reason, notice, on, book)[0] for notice in DenialNotice}
    return len(answers) > 1


def _denied(
    estimate: Estimate,
    owes: str,
    why: str,
    amounts: list[tuple[Cents | None, ...]],
    modifiers: list[str],
    wording: Wording,
) -> Document:
    index = next_visit(estimate)
    adjudicated = () if estimate.shown.adjudication is None else estimate.shown.adjudication.visits
    counted = [place for place in range(len(estimate.shown.priced)) if not _is_history(adjudicated, place)]
    whole = [_sum(column, counted) for column in amounts]
    following = [None if index is None else _sum(column, [index]) for column in amounts]
    denial = estimate.request.denial
    return {
        "code": "denied",
        "reason": None if denial.reason is None else denial.reason.value,
        "notice": None if denial.notice is None else denial.notice.value,
        "next_infusion": _bounds(following),
        "window": ranges.point(None) if _has_several_payers(estimate) else _bounds(whole),
        "window_is_likely": False,
        "owes": owes,
        "modifiers": modifiers,
        "why": wording.sentence("explanations", f"denied_{why}"),
    }


def _sum(column: tuple[Cents | None, ...], places: list[int]) -> Cents | None:
    """Add up a run's days; ``None`` where the run or one of its days is unknown."""
    found = [column[place] for place in places if place < len(column)]
    known = [amount for amount in found if amount is not None]
    return Cents(sum(known)) if column and len(known) == len(places) else None


def _bounds(found: list[Cents | None]) -> ranges.Range:
    """Write what the low, the expected and the high run leave owed, the least first."""
    if len(found) < 3 or found[0] is None or found[2] is None:
        return ranges.point(None)
    return ranges.total(min(found[0], found[2]), found[1], max(found[0], found[2]))


def _owed(visit: PricedVisit, owes: str, estimate: Estimate) -> Cents | None:
    if owes == "nothing":
        return Cents(0)
    if owes == "allowed_amount":
        return visit.allowed
    return charge(visit, estimate) if owes == "billed_charge" else None


def charge(visit: PricedVisit, estimate: Estimate) -> Cents | None:
    """Give the provider's own charge for a day; ``None`` where the part of a line was not said."""
    drug = [line.billed for line in visit.lines if line.category is Category.DRUG]
    services = any(line.category is not Category.DRUG for line in visit.lines)
    service_charge = estimate.request.price.billed_charge_administration if services else Cents(0)
    charges = [*drug, service_charge]
    return None if None in charges else Cents(sum(charge or 0 for charge in charges))
