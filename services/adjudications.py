"""Claim lines that a caller already has, shared out between plan and patient."""

from estimator import coverage_changes, given_lines, help_rules
from estimator.benefits import AdjudicatedVisit, YearResult, YearTerms
from estimator.benefits.day import BILL_UNKNOWN
from estimator.coverage_changes import Turn
from estimator.ledger import Adjudicated
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.claims import Share
from estimator.model.codes import Payer
from estimator.model.levels import Tri
from estimator.model.money import Cents, text
from estimator.model.periods import Period, overlap
from estimator.model.plan import NO_LIMIT
from estimator.reference.book import ReferenceBook
from services import (
    assumptions,
    benefit_summaries,
    explanations,
    knowledge,
    line_documents,
    ranges,
    sources_of_money,
    used_facts,
)
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording

Document = dict[str, object]
Turns = tuple[Turn, ...]
SUMMED = (
    "deductible",
    "copay",
    "coinsurance",
    "ceiling_reduction",
    "non_covered",
    "balance_bill",
    "plan_paid",
    "secondary_paid",
    "patient_share",
    "assistance_paid",
    "patient_cost",
    "provider_liability",
)


def adjudicate(request: AdjudicationRequest, *, runtime: Runtime, language: str) -> Document:
    """Share out the lines and write the answer. Raises ``InvalidRequest``."""
    book = knowledge.book_on(request.as_of, runtime=runtime)
    wording = Wording(runtime, language)
    turns = coverage_changes.share_out(request, book=book)
    lines = {line.id: _line(line, each, found, wording) for _, each, found in turns for line in each.lines}
    said = tuple(dict.fromkeys(item for turn in turns for item in turn.found.assumptions))
    fact_ids = tuple(dict.fromkeys(fact for turn in turns for fact in turn.found.fact_ids))
    document: Document = {
        "lines": [lines[line.id] for line in request.lines],
        "totals": _totals(turns),
        "summary_of_benefits": _summary_of_benefits(request, turns, book),
        "explain": _explain(turns, wording),
        "years": [year for turn in turns for year in _years(turn, is_shared=_shares_year(turn, turns))],
        "patient_cost": _patient_cost(turns),
        "alternatives": _alternatives(turns),
        "sources_of_money": _sources_of_money(turns),
        "narrow_with": _narrow_with(turns),
        "payment_plan": _payment_plan(turns),
        "assumptions": [
            *assumptions.documents(said, wording, effects=_effects(turns)),
            *assumptions.resting_on(fact_ids, book, wording),
            *assumptions.unverified(fact_ids, book, wording),
        ],
        "facts": used_facts.documents(fact_ids, book),
    }
    return stamped(document, runtime)


def _payment_plan(turns: Turns) -> list[Document] | None:
    """Write what the Medicare Prescription Payment Plan bills by month; of several drug plans the months add up."""
    bills = [bill for turn in turns for bill in turn.found.bills or ()]
    if not any(turn.found.bills is not None for turn in turns):
        return None
    months: dict[str, int] = {}
    for bill in bills:
        months[bill.month] = months.get(bill.month, 0) + bill.amount
    return [{"month": month, "amount": text(Cents(amount))} for month, amount in sorted(months.items())]


def _fact_ids(turns: Turns) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact for turn in turns for fact in turn.found.fact_ids))


def _shares_year(turn: Turn, turns: Turns) -> frozenset[Period]:
    """Give the plan years that a coverage shares with another: each has but a part of them."""
    others = (year.period for other in turns if other is not turn for year in other.found.adjudication.years)
    return frozenset(others)


def _summary_of_benefits(request: AdjudicationRequest, turns: Turns, book: ReferenceBook) -> Document | None:
    """Write the totals rounded as in a Summary of Benefits and Coverage, where asked for and every share is known."""
    shares = [
        found.shares[line.id] for _, each, found in turns for line in each.lines if not found.visits[line.id].is_history
    ]
    known = [share for share in shares if share is not None]
    if request.rounding != "sbc" or len(known) < len(shares):
        return None
    return benefit_summaries.rounded(known, book)


def _explain(turns: Turns, wording: Wording) -> str:
    """Say in plain sentences who bears all lines; those whose share is not known are said to be left out."""
    live = [(line, found) for _, each, found in turns for line in each.lines if not found.visits[line.id].is_history]
    known = [(line, found, share) for line, found in live if (share := found.shares[line.id]) is not None]
    said = explanations.of_lines(
        [share for _, _, share in known],
        Cents(sum(found.allowed.get(line.id, line.allowed) for line, found, _ in known)),
        wording,
        is_insured=any(each.payer is not Payer.SELF_PAY for _, each, _ in turns),
        is_help_unknown=any(found.is_help_unknown(line) for line, found, _ in known),
    )
    return said if len(known) == len(live) else f"{said} {wording.sentence('explain', 'left_out')}".strip()


def _line(line: AdjudicationLine, request: AdjudicationRequest, found: Adjudicated, wording: Wording) -> Document:
    share, visit = found.shares[line.id], found.visits[line.id]
    document: Document = {
        "id": line.id,
        "member": line.member,
        "service_on": line.service_on.isoformat(),
        "category": line.category.value,
        "allowed_amount": text(found.allowed.get(line.id, line.allowed)),
        "billed_amount": None if line.billed is None else text(line.billed),
    }
    if share is None:
        reason = found.unknown.get(line.id, "price_missing")
        if visit.is_history:
            reason = "earlier_plan_year" if _is_past(visit, found) else "already_in_balances"
        document |= line_documents.UNKNOWN_SHARE | {
            "patient_cost": None,
            "why": [{"code": reason, "params": {}}],
            "explain": wording.sentence("explain", _unknown_sentence(line, reason, found)),
        }
    else:
        allowed = found.allowed.get(line.id, line.allowed)
        borne = line_documents.share(share, billed=line.billed, allowed=allowed)
        state, terms = found.balances[line.id], _terms(visit, found)
        is_help_unknown = found.is_help_unknown(line)
        setting = explanations.Setting(
            state=state,
            terms=terms,
            category=line.category,
            is_insured=request.payer is not Payer.SELF_PAY,
            is_help_unknown=is_help_unknown,
            carried_over=_carried_over(visit, terms, request),
        )
        document |= borne | {
            "patient_cost": None if BILL_UNKNOWN in share.why else text(share.patient_cost),
            "explain": explanations.of_line(share, allowed, setting, wording),
        }
    bounds = found.cost_range(line)
    if bounds is not None:
        document["patient_cost_range"] = ranges.total(bounds[0], None, bounds[1])
    if found.is_help_unknown(line):
        without_terms: Document = {"code": found.help.unknown, "params": {}}
        document |= {
            "assistance_paid": None,
            "patient_cost": None,
            "why": [*_list(document["why"]), without_terms],
            "explain": f"{document['explain']} {wording.sentence('assumptions', found.help.unknown or '')}",
        }
    document["balances_after"] = _balances(line.id, visit, found)
    return document


def _unknown_sentence(line: AdjudicationLine, reason: str, found: Adjudicated) -> str:
    """Name the sentence of a line without a figure; of a denied one by what its liability waits for."""
    missing = found.liability_waits_for.get(line.id)
    return reason if missing is None else f"{reason}_{missing}"


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _carried_over(visit: AdjudicatedVisit, terms: YearTerms, request: AdjudicationRequest) -> Cents:
    """Give what the plan year before carried over to the deductible, on the first days of a year without balances."""
    before, given = visit.balances_before, request.balances
    opening_on = None if given is None else given.as_of or min(line.service_on for line in request.lines)
    is_opening = opening_on is not None and visit.year.holds(opening_on)
    is_new = terms.carryover is not None and not is_opening and not before.out_of_pocket_met
    return before.deductible_met if is_new else Cents(0)


def _is_past(visit: AdjudicatedVisit, found: Adjudicated) -> bool:
    return any(year.is_past for year in found.adjudication.years if year.period == visit.year)


def _balances(line_id: str, visit: AdjudicatedVisit, found: Adjudicated) -> Document:
    terms = _terms(visit, found)
    document = line_documents.balances(found.balances[line_id], terms, is_unknown=visit.is_unknown)
    if visit.assistance_used is not None:
        document["assistance_used"] = text(visit.assistance_used)
        most = found.help.ways[0].program.annual_maximum if found.help.ways[0].program is not None else None
        is_bounded = most is not None and most < NO_LIMIT
        document["assistance_left"] = text(Cents(max(most - visit.assistance_used, 0))) if is_bounded and most else None
    return document


def _terms(visit: AdjudicatedVisit, found: Adjudicated) -> YearTerms:
    return next(year.terms for year in found.adjudication.years if year.period == visit.year)


def _totals(turns: Turns) -> Document:
    """Add the lines up; history is not added again, and one unknown line makes its sums unknown."""
    live = [(line, found) for _, each, found in turns for line in each.lines if not found.visits[line.id].is_history]
    shares: list[Share | None] = [found.shares[line.id] for line, found in live]
    totals: Document = {
        "allowed_amount": text(Cents(sum(found.allowed.get(line.id, line.allowed) for line, found in live)))
    }
    for name in SUMMED:
        amounts: list[int] = [getattr(share, name) for share in shares if share is not None]
        is_known = len(amounts) == len(shares)
        if name in ("balance_bill", "patient_cost"):
            is_known = is_known and not any(BILL_UNKNOWN in share.why for share in shares if share is not None)
        if name in ("assistance_paid", "patient_cost"):
            is_known = is_known and not any(found.is_help_unknown(line) for line, found in live)
        totals[name] = text(Cents(sum(amounts))) if is_known else None
    return totals


def _patient_cost(turns: Turns) -> ranges.Range:
    """Write what all lines cost the patient, over what was not said: how help counts, who owes a denied line.

    The highest is unknown where nothing that was said bounds it, as with a bill out of network.
    """
    bounds = [_bounds(turn) for turn in turns]
    if None in bounds:
        return ranges.point(None)
    known = [each for each in bounds if each is not None]
    highs = [high for _, high in known if high is not None]
    low = Cents(sum(low for low, _ in known))
    return ranges.total(low, None, Cents(sum(highs)) if len(highs) == len(known) else None)


def _bounds(turn: Turn) -> tuple[Cents, Cents | None] | None:
    """Bound what a coverage's lines cost the patient; ``None`` where nobody can."""
    found = turn.found
    unknown = [line for line in turn.request.lines if found.shares[line.id] is None]
    live = [line for line in unknown if not found.visits[line.id].is_history]
    ranges_of_lines = [found.cost_range(line) for line in turn.request.lines]
    open_lines = [each for each in ranges_of_lines if each is not None]
    if _has_unknown_help(turn) or any(found.cost_range(line) is None for line in live):
        return None
    lowest, highest = min(found.every_known_cost), max(found.every_known_cost)
    if any(high is None for _, high in open_lines):
        return lowest, None
    return lowest, Cents(highest + sum(high or 0 for _, high in open_lines))


def _costs(turns: Turns) -> Tri[Cents] | None:
    lowest = highest = 0
    for turn in turns:
        if _has_unknown_help(turn) or turn.found.patient_cost is None:
            return None
        lowest, highest = lowest + min(turn.found.every_known_cost), highest + max(turn.found.every_known_cost)
    return Tri(Cents(lowest), None, Cents(highest))


def _alternatives(turns: Turns) -> list[Document]:
    """Write what the patient pays each way that the plan may count a copay programme's payment."""
    if len(turns) > 1 or len(turns[0].found.ways) < 2:
        return []
    return [
        {"accumulator_program": counting.value, "patient_cost": None if cost is None else text(cost)}
        for counting, cost in turns[0].found.ways
    ]


def _effects(turns: Turns) -> dict[str, Tri[Cents]]:
    is_open = any(len(turn.found.every_known_cost) > 1 for turn in turns)
    costs = _costs(turns) if is_open else None
    if costs is None:
        return {}
    known = {*help_rules.COUNTING_UNKNOWN, "secondary_method_standard"}
    said = (item for turn in turns for item in turn.found.assumptions if item.code in known)
    return {item.pointer: costs for item in said if item.pointer is not None}


def _narrow_with(turns: Turns) -> list[str]:
    """Name the answers that would settle what is open: first those without which a line has no figure."""
    missing = {
        item.pointer
        for turn in turns
        for item in turn.found.assumptions
        if item.code in (given_lines.OUTSIDE_UNKNOWN, "medicare_fee_unknown", turn.found.help.unknown)
        and item.pointer is not None
    }
    waits_for = {missing for turn in turns for missing in turn.found.liability_waits_for.values()}
    bill = any(BILL_UNKNOWN in share.why for turn in turns for share in turn.found.shares.values() if share is not None)
    if bill or any(line.billed is None for turn in turns for line in _denied_open(turn)):
        missing.add("lines.billed_amount")
    moving = [pointer for pointer, effect in _effects(turns).items() if effect.low != effect.high]
    return [*sorted(missing), *(["lines.denial"] if waits_for & {"reason", "notice"} else []), *moving]


def _denied_open(turn: Turn) -> list[AdjudicationLine]:
    return [line for line in turn.request.lines if line.id in turn.found.liability_waits_for]


def _sources_of_money(turns: Turns) -> list[Document]:
    """Say what of the patient's cost accounts could pay."""
    costs = [None if _has_unknown_help(turn) else turn.found.patient_cost for turn in turns]
    paid = sources_of_money.paid([turn.request.assistance.accounts for turn in turns], costs)
    return [
        {"kind": account.kind, "amount": None if amount is None else text(amount)} for account, amount in paid.items()
    ]


def _has_unknown_help(turn: Turn, year: Period | None = None) -> bool:
    found = turn.found
    return any(
        found.is_help_unknown(line) and (year is None or found.visits[line.id].year == year)
        for line in turn.request.lines
    )


def _years(turn: Turn, *, is_shared: frozenset[Period]) -> list[Document]:
    """Write each plan year; one that the coverage has but a part of, by the days of that part."""
    adjudicated = turn.found
    found: list[Document] = []
    for year in adjudicated.adjudication.years:
        first_day, last_day = year.period
        if turn.period is not None and year.period in is_shared:
            first_day, last_day = overlap(year.period, turn.period)
        cost = None if year.is_past else adjudicated.year_costs.get(year.period)
        if _has_unknown_help(turn, year.period):
            cost = None
        found.append(
            {
                "plan_year": f"{first_day.isoformat()}/{'' if last_day is None else last_day.isoformat()}",
                "patient_cost": None if cost is None else text(cost),
                "limit_reached_on": None if year.limit_reached_on is None else year.limit_reached_on.isoformat(),
                "balances_after": line_documents.balances(year.balances_after, year.terms, is_unknown=year.is_unknown),
            }
            | ({"members": _members(year)} if len(year.members) > 1 else {})
        )
    return found


def _members(year: YearResult) -> list[Document]:
    """Write where each member of the family who has lines stands at the end of the year."""
    return [
        {
            "member": member,
            "limit_reached_on": None if reached_on is None else reached_on.isoformat(),
            "balances_after": line_documents.balances(state, year.terms, is_unknown=year.is_unknown),
        }
        for member, reached_on, state in year.members
    ]
