"""Claim lines as they are → shares: the benefits stage alone, for a caller with prices of their own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from estimator import denied_lines, doubts, given_lines, help_rules, monthly_bills, plan_rules
from estimator.benefits import (
    AdjudicatedVisit,
    Adjudication,
    PlanTerms,
    VisitClaim,
    medicare_terms,
    plan_terms,
    self_pay_terms,
)
from estimator.benefits.adjudicate import GoingOn
from estimator.benefits.assistance import MAXIMIZER_USED_UP, PATIENT, HelpSoFar, is_used_up
from estimator.benefits.coordination import adjudicate_with_later
from estimator.benefits.day import BILL_UNKNOWN
from estimator.benefits.payment_plan import Bills
from estimator.benefits.terms import CALENDAR_YEAR, DRUGS
from estimator.denied_lines import LIABILITY_UNKNOWN
from estimator.errors import InvalidRequest, Problem
from estimator.given_lines import Prepared
from estimator.help_rules import SettledHelp
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.assistance import Counting
from estimator.model.claims import ClaimLine, LedgerState, Share
from estimator.model.codes import Benefit, Category, DenialReason, Payer, PriceBasis, Site
from estimator.model.levels import Assumption
from estimator.model.money import Cents, from_exact, milli_percent
from estimator.model.periods import Period, plan_year_of
from estimator.model.plan import Balances, PlanDesign
from estimator.part_d_rules import StandardBenefit
from estimator.reference.book import ReferenceBook
from estimator.suppositions import FULL_RATE

LATER_UNKNOWN = "later_payer_unknown"


class Adjudicated(NamedTuple):
    """Shares and the ledger afterwards by line id, and each plan year's cost, which is the sum of its lines.

    A share is ``None`` for history and where nobody can say who bears a line: ``unknown`` says why, by line id; so is
    the cost of its year. ``every_known_cost`` is what the lines that are known cost the patient, in every way of
    counting help and coordinating that was not said. ``liability_waits_for`` names, by line id, what is missing to say
    who bears a denied line; ``before_later`` what the plan leaves of a line whose later payer's part is not known.
    """

    shares: dict[str, Share | None]
    visits: dict[str, AdjudicatedVisit]
    balances: dict[str, LedgerState]
    year_costs: dict[Period, Cents | None]
    adjudication: Adjudication
    assumptions: tuple[Assumption, ...]
    fact_ids: tuple[str, ...]
    unknown: dict[str, str]
    liability_waits_for: Mapping[str, str] = MappingProxyType({})
    before_later: Mapping[str, Cents] = MappingProxyType({})
    help: SettledHelp = SettledHelp()
    ways: tuple[tuple[Counting, Cents | None], ...] = ()
    every_known_cost: tuple[Cents, ...] = ()
    allowed: Mapping[str, Cents] = MappingProxyType({})
    bills: Bills = None

    @property
    def patient_cost(self) -> Cents | None:
        """What all lines cost the patient; ``None`` where one of them is unknown."""
        costs = list(self.year_costs.values())
        return None if None in costs else Cents(sum(cost or 0 for cost in costs))

    @property
    def known_cost(self) -> Cents:
        """What the lines whose share is known cost the patient, as far as it is known."""
        return Cents(sum(share.patient_cost for share in self.shares.values() if share is not None))

    def cost_range(self, line: AdjudicationLine) -> tuple[Cents, Cents | None] | None:
        """Bound what a line costs the patient where that is not known; ``None`` above: by nothing that was said.

        ``None`` for a line whose cost is known, and where nothing at all is: in history, behind an unknown payer.
        """
        share = self.shares[line.id]
        if share is not None:
            return (share.patient_cost, None) if BILL_UNKNOWN in share.why else None
        if line.id in self.before_later:
            return Cents(0), self.before_later[line.id]
        if self.unknown.get(line.id) not in (LIABILITY_UNKNOWN, given_lines.OUTSIDE_UNKNOWN):
            return None
        return Cents(0), None if line.billed is None else max(line.billed, line.allowed)

    def is_help_unknown(self, line: AdjudicationLine) -> bool:
        """Say whether a copay programme pays of this line and nobody can say how much."""
        share = self.shares[line.id]
        if (
            self.help.unknown is None
            or share is None
            or line.member != PATIENT
            or line.category not in self.help.covers
        ):
            return False
        return share.patient_share - share.non_covered - share.balance_bill > 0


def share_out(
    request: AdjudicationRequest,
    *,
    book: ReferenceBook,
    used: HelpSoFar | None = None,
    going_on: GoingOn | None = None,
) -> Adjudicated:
    """Share out lines by date, drug first within a day, then in the order given. Raises ``InvalidRequest``.

    Where it is not known how the plan counts a copay programme's payment, it is worked out each way, and the lines are
    those of the way that costs the patient most. ``used`` is what had been used of help under other coverage;
    ``going_on`` where the ledger of this very plan stands from days before.
    """
    facts: list[str] = []
    assumptions = list(doubts.of_balances(request.plan, request.balances))
    if request.balances is None and request.payer is not Payer.SELF_PAY:
        assumptions.append(Assumption("balances_taken_as_zero", pointer="balances"))
    elif request.balances is not None:
        assumptions += given_lines.partly_unknown(request, request.balances)
        assumptions += given_lines.of_earlier_year(request, request.balances)
    assumptions += given_lines.at_home(request, book)
    prepared = given_lines.prepare(request, book)
    request, later = prepared.request, prepared.settled
    benefit = prepared.drug_benefit
    if benefit is None:
        terms = _terms(request, book, facts, assumptions)
    else:
        as_of = None if request.balances is None else request.balances.as_of
        terms = given_lines.drug_terms(request, benefit, opening_on=as_of or _undated(request, assumptions))
    settled = help_rules.settle(_help_question(request, book), book)
    if used is not None:
        said = tuple(item for item in settled.assumptions if item.code != "assistance_used_assumed_zero")
        settled = settled._replace(ways=tuple(used.into(way) for way in settled.ways), assumptions=said)
    assumptions += [*given_lines.of_networks(request, book, facts), *settled.assumptions]
    found = [
        _shared(prepared, replace(terms, assistance=way), book, facts, going_on) for way in settled.ways or (None,)
    ]
    costs = [each.patient_cost for each in found]
    every_way = found
    before_later: dict[str, Cents] = {}
    if LATER_UNKNOWN in found[0].unknown.values():
        alone = _shared(prepared._replace(payers=()), replace(terms, assistance=None), book, facts, going_on).shares
        left = {name: alone[name] for name, reason in found[0].unknown.items() if reason == LATER_UNKNOWN}
        before_later = {name: share.patient_share for name, share in left.items() if share is not None}
    if later.open_methods:
        harder = prepared._replace(payers=prepared.hardest)
        ways = settled.ways or (None,)
        every_way = found + [_shared(harder, replace(terms, assistance=way), book, facts, going_on) for way in ways]
    chosen = found[max(range(len(found)), key=lambda place: (found[place].known_cost, -place))]
    if is_used_up(share for share in chosen.shares.values() if share is not None):
        assumptions.append(Assumption(MAXIMIZER_USED_UP, pointer="assistance.accumulator_program"))
    if request.payer is Payer.COMMERCIAL and any(
        not line.covered and share is not None and share.provider_liability
        for line in request.lines
        for share in (chosen.shares[line.id],)
    ):
        assumptions.append(Assumption("denied_borne_in_network", pointer="lines.denial"))
    assumptions += [*later.assumptions, *(() if benefit is None else benefit.said)]
    facts += [*later.fact_ids, *(() if benefit is None else benefit.fact_ids)]
    return chosen._replace(
        bills=_bills(chosen, request, benefit),
        assumptions=tuple(dict.fromkeys(assumptions)),
        fact_ids=tuple(dict.fromkeys((*facts, *(fact for item in assumptions for fact in item.fact_ids)))),
        liability_waits_for=denied_lines.waiting(request, chosen.unknown, book),
        before_later=before_later,
        help=settled,
        every_known_cost=tuple(each.known_cost for each in every_way),
        ways=tuple((way.counting, cost) for way, cost in zip(settled.ways, costs, strict=False)),
    )


def _bills(found: Adjudicated, request: AdjudicationRequest, benefit: StandardBenefit | None) -> Bills:
    """Give the payment plan's bills; ``None`` where nobody joined it, or a drug's share is not known."""
    if benefit is None or request.opted_in_on is None:
        return None
    live = [line for line in request.lines if line.category in DRUGS and not found.visits[line.id].is_history]
    shares = [(line.service_on, found.shares[line.id]) for line in live]
    return monthly_bills.of_shares(shares, request.opted_in_on, benefit, request.balances)


def _help_question(request: AdjudicationRequest, book: ReferenceBook) -> help_rules.Question:
    codes = {line.code for line in request.lines if line.category in DRUGS and line.code is not None}
    products = sorted(product.id for product in book.products.values() if product.hcpcs in codes)
    return help_rules.Question(
        request.assistance,
        request.payer,
        request.plan,
        request.balances,
        min(line.service_on for line in request.lines),
        tuple(products),
    )


def _shared(
    prepared: Prepared, terms: PlanTerms, book: ReferenceBook, facts: list[str], going_on: GoingOn | None
) -> Adjudicated:
    """Share out the lines under one set of terms, then let the later payers pay."""
    request = prepared.request
    shares: dict[str, Share | None] = {}
    visits: dict[str, AdjudicatedVisit] = {}
    balances: dict[str, LedgerState] = {}
    unknown: dict[str, str] = {}
    days = given_lines.days(request.lines)
    claims = [
        VisitClaim(
            on,
            tuple(_claim_line(line, request, book, facts) for line in lines if _is_shared(line, request)),
            Cents(sum(given_lines.claimed(line) for line in lines if _is_shared(line, request))),
            member,
        )
        for (on, member), lines in days
    ]
    found = adjudicate_with_later(claims, terms=replace(terms, later=prepared.payers), going_on=going_on)
    by_claim = {id(visit.claim): visit for visit in found.visits}
    for (_, lines), claim in zip(days, claims, strict=True):
        visit = by_claim[id(claim)]
        state = visit.balances_after if visit.shares is None else visit.balances_before
        place = 0
        for line in lines:
            visits[line.id] = visit
            if visit.is_history:
                shares[line.id] = None
            elif not _is_shared(line, request):
                shares[line.id] = _outside_the_plan(line, request, book, facts, unknown)
            elif visit.shares is None:
                shares[line.id] = None
                unknown[line.id] = LATER_UNKNOWN
            else:
                shares[line.id], state = visit.shares[place], visit.line_balances[place]
                place += 1
            balances[line.id] = state
    return Adjudicated(
        shares, visits, balances, _year_costs(shares, visits), found, (), (), unknown, allowed=prepared.lowered
    )


def _is_shared(line: AdjudicationLine, request: AdjudicationRequest) -> bool:
    """Say whether a line goes through the plan's terms: it is covered, and the terms of its network are known.

    That a plan pays nothing out of network is known too: what a later payer covers of it is an allowable expense.
    """
    return line.covered and (not given_lines.is_outside(line, request) or given_lines.is_outside_known(request.plan))


def _outside_the_plan(
    line: AdjudicationLine, request: AdjudicationRequest, book: ReferenceBook, facts: list[str], unknown: dict[str, str]
) -> Share | None:
    """Say who bears a line that the plan's terms do not share out; ``None``, with a reason, where nobody can."""
    if not line.covered:
        # The provider's contract, which makes the provider bear a missing authorization, is one in network.
        is_open = given_lines.is_outside(line, request) and line.denial_reason is DenialReason.NO_AUTHORIZATION
        share = None if is_open else given_lines.denied(line, request.payer, book, facts)
        if share is None:
            unknown[line.id] = LIABILITY_UNKNOWN
        return share
    unknown[line.id] = given_lines.OUTSIDE_UNKNOWN
    return None


def _year_costs(shares: dict[str, Share | None], visits: dict[str, AdjudicatedVisit]) -> dict[Period, Cents | None]:
    """Add up what the patient pays of each plan year's lines, denied ones too; one unknown line makes it unknown."""
    costs: dict[Period, Cents | None] = {}
    for line_id, share in shares.items():
        visit = visits[line_id]
        so_far = costs.setdefault(visit.year, Cents(0))
        if visit.is_history or so_far is None:
            continue
        is_known = share is not None and BILL_UNKNOWN not in share.why
        costs[visit.year] = Cents(so_far + share.patient_cost) if share is not None and is_known else None
    return costs


def _terms(
    request: AdjudicationRequest, book: ReferenceBook, facts: list[str], assumptions: list[Assumption]
) -> PlanTerms:
    if request.payer is Payer.SELF_PAY:
        return self_pay_terms()
    if request.payer is not Payer.MEDICARE:
        assert request.plan is not None  # the schema asks for it
        return _plan_terms(request, request.plan, request.balances, book, assumptions)
    return _medicare_terms(request, book, facts, assumptions)


def _plan_terms(
    request: AdjudicationRequest,
    plan: PlanDesign,
    balances: Balances | None,
    book: ReferenceBook,
    assumptions: list[Assumption],
) -> PlanTerms:
    """Give a plan's own terms, and name where a federal rule bears on them."""
    as_of = balances.as_of if balances is not None else None
    if plan.year_starts_on is None:
        assumptions.append(Assumption("plan_year_calendar", pointer="plan.year_starts_on"))
    starts = [plan_year_of(line.service_on, plan.year_starts_on or CALENDAR_YEAR).first_day for line in request.lines]
    assumptions.extend(plan_rules.assumptions(plan, request.payer, starts, book))
    if any(line.covered and line.category is Category.DRUG for line in request.lines):
        assumptions.extend(plan_rules.own_drug_deductible(plan, request.benefit))
    if plan_rules.is_carryover_unknown(plan, balances, latest_start=max(starts)):
        pointer = "balances.fourth_quarter_deductible"
        assumptions.append(Assumption("fourth_quarter_deductible_unknown", pointer=pointer))
    return plan_terms(
        plan,
        balances,
        opening_on=as_of or _undated(request, assumptions),
        history_until=as_of,
        year_of=plan_rules.years_of(plan, request.payer, book),
    )


def _medicare_terms(
    request: AdjudicationRequest, book: ReferenceBook, facts: list[str], assumptions: list[Assumption]
) -> PlanTerms:
    balances = request.balances
    as_of = balances.as_of if balances is not None else None
    given = request.plan.deductible.individual if request.plan is not None else None
    years = sorted({line.service_on.year for line in request.lines})
    hospital = any(line.site_of_care is Site.HOSPITAL_OUTPATIENT for line in request.lines)
    amounts = {}
    for year in years:
        for name in ("part_b_deductible", "part_a_deductible"):
            reading = book.yearly("medicare_amount", name, date(year, 12, 31))
            if reading is None:
                continue
            amounts[name, year] = from_exact(reading.expected)
            if not (hospital if name == "part_a_deductible" else given is None):
                continue
            facts.append(reading.fact.id)
            if reading.is_carried_forward:
                last_day = reading.fact.period.last_day
                params = (("about", name), ("last_day", "" if last_day is None else last_day.isoformat()))
                pointer = "plan.deductible" if name == "part_b_deductible" else None
                assumptions.append(Assumption("medicare_amount_carried_forward", params, pointer, (reading.fact.id,)))
    missing = [year for year in years if given is None and ("part_b_deductible", year) not in amounts]
    if missing:
        raise InvalidRequest([Problem("/plan/deductible", "required", {"why": "deductible_not_on_file"})])
    full = book.yearly("medicare_amount", FULL_RATE, max(line.service_on for line in request.lines))
    if full is None:
        raise InvalidRequest([Problem("/payer", "payer_rules_not_on_file")])
    facts.append(full.fact.id)
    if hospital:
        assumptions.append(Assumption("hospital_day_ceiling"))
    return medicare_terms(
        deductible_of=lambda year: given if given is not None else amounts.get(("part_b_deductible", year), Cents(0)),
        default_coinsurance=milli_percent(full.expected),
        balances=balances,
        opening_on=as_of or _undated(request, assumptions),
        history_until=as_of,
        day_ceiling_of=lambda year: amounts.get(("part_a_deductible", year)) if hospital else None,
    )


def _undated(request: AdjudicationRequest, assumptions: list[Assumption]) -> date | None:
    """Date balances that came without a day: they belong to the plan year of the first line, and no line is history."""
    if request.balances is None:
        return None
    first_on = min(line.service_on for line in request.lines)
    assumptions.append(Assumption("balances_as_of_assumed", (("as_of", first_on.isoformat()),), "balances.as_of"))
    return first_on


def _claim_line(
    line: AdjudicationLine, request: AdjudicationRequest, book: ReferenceBook, facts: list[str]
) -> ClaimLine:
    """Make a claim line; Medicare's drug lines take the percentage of their code and quarter where it is on file."""
    percent = line.coinsurance
    benefit = given_lines.benefit_of(line, request)
    if percent is None and benefit in (Benefit.PART_B, Benefit.DME) and line.category is Category.DRUG and line.code:
        reading = book.coinsurance(line.code, line.service_on)
        if reading is not None:
            percent = milli_percent(reading.expected)
            facts.append(reading.fact.id)
    return ClaimLine(
        code=line.code,
        modifiers=(),
        units=line.units or 0,
        category=line.category,
        benefit=benefit,
        price_basis=PriceBasis.CALLER,
        unit_price=None,
        allowed=given_lines.claimed(line),
        billed=line.billed,
        coinsurance=percent,
        is_under_day_ceiling=line.site_of_care is Site.HOSPITAL_OUTPATIENT,
        is_out_of_network=given_lines.is_outside(line, request),
        is_assigned=given_lines.is_assigned(line),
        paid_first=given_lines.paid_first(line),
        medicare_fee=line.medicare_fee,
    )
