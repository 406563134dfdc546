"""What is known of given claim lines before any is shared: Medicare's fees and earlier payments, networks, balances."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from estimator import (
    doubts,
    medicare_advantage,
    open_balances,
    part_d_rules,
    plan_rules,
    public_programs,
    secondary_rules,
)
from estimator.benefits import PlanTerms
from estimator.benefits.assistance import PATIENT
from estimator.benefits.later import LaterPayer
from estimator.benefits.medicare_secondary import PaidBefore
from estimator.benefits.terms import CALENDAR_YEAR, DRUGS
from estimator.coverage import owes_if_denied
from estimator.errors import InvalidRequest, Problem
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.claims import PaidFirst, Share
from estimator.model.codes import Benefit, Category, DenialNotice, Payer, Site
from estimator.model.levels import Assumption
from estimator.model.money import Cents, percent_of
from estimator.model.periods import plan_year_of
from estimator.model.plan import Balances, PlanDesign
from estimator.model.secondary import SecondaryKind
from estimator.part_d_rules import StandardBenefit
from estimator.reference.book import ReferenceBook
from estimator.settled import Question, Settled, no_amount

OUTSIDE_UNKNOWN = "out_of_network_terms_unknown"
HOME_RULE = "ig_benefit:iv_home_primary_immunodeficiency"


class Prepared(NamedTuple):
    """A request as its payer takes it, the allowed amounts that changed by line, and who pays after the first payer.

    ``hardest`` are those payers by the methods that leave the patient most, where a method was not said.
    """

    request: AdjudicationRequest
    lowered: Mapping[str, Cents]
    payers: tuple[LaterPayer, ...]
    hardest: tuple[LaterPayer, ...]
    settled: Settled
    drug_benefit: StandardBenefit | None = None


def prepare(request: AdjudicationRequest, book: ReferenceBook) -> Prepared:
    """Lower amounts to the charge, and fees of physicians who do not take part; settle who pays after the payer."""
    drug_benefit = _drug_benefit(request, book)
    settled = secondary_rules.settle(_question(request, drug_benefit), book)
    for item in _doubts(request, book):
        settled.say(item)
    request, capped = _at_charge(_within_income(request, settled, book), settled, book)
    request, lowered = _at_nonparticipating_fee(request, settled, book)
    before = _before_later_payers(request, settled, book)
    payers, hardest = (*before, *settled.payers), (*before, *settled.hardest)
    return Prepared(request, {**capped, **lowered}, payers, hardest, settled, drug_benefit)


def drug_terms(request: AdjudicationRequest, benefit: StandardBenefit, *, opening_on: date | None) -> PlanTerms:
    """Give a drug plan's terms: the year's standard benefit within what was said of the plan."""
    balances = request.balances
    return benefit.terms(balances, opening_on=opening_on, history_until=None if balances is None else balances.as_of)


def benefit_of(line: AdjudicationLine, request: AdjudicationRequest) -> Benefit:
    """Say which benefit pays a line: a drug plan pays drugs alone."""
    if request.benefit is Benefit.PART_D and line.category not in DRUGS:
        return Benefit.NONE
    if request.benefit is not None:
        return request.benefit
    return Benefit.PART_B if request.payer is Payer.MEDICARE else Benefit.MEDICAL


def _drug_benefit(request: AdjudicationRequest, book: ReferenceBook) -> StandardBenefit | None:
    """Give the standard Part D benefit where a drug plan pays. Raises ``InvalidRequest`` for a year not on file."""
    if request.benefit is not Benefit.PART_D:
        return None
    plan = part_d_rules.plan_of(request.plan, is_drug_plan=True)
    found = StandardBenefit(book, plan, [line.service_on for line in request.lines])
    if not found.is_on_file:
        raise InvalidRequest([Problem("/benefit", "payer_rules_not_on_file")])
    return found


def claimed(line: AdjudicationLine) -> Cents:
    """Give what the payer takes a line at: after another plan's payment, Medicare's own fee where it was given."""
    if line.primary_paid is None or line.medicare_fee is None:
        return line.allowed
    return line.medicare_fee


def paid_first(line: AdjudicationLine) -> PaidFirst | None:
    """Give what another plan has paid of a line before Medicare, if any has."""
    if line.primary_paid is None:
        return None
    return PaidFirst(line.allowed, line.primary_paid, line.allowed if line.billed is None else line.billed)


def is_assigned(line: AdjudicationLine) -> bool:
    """Say whether nothing may be charged above Medicare's amount: hospitals always take it as payment in full."""
    is_hospitals = line.site_of_care is not None and line.site_of_care.is_hospital
    return line.is_assigned or is_hospitals or line.primary_paid is not None


def _within_income(request: AdjudicationRequest, settled: Settled, book: ReferenceBook) -> AdjudicationRequest:
    """Hold a Medicaid plan to the part of a family's income that its cost sharing may take, and say so."""
    if request.payer is not Payer.MEDICAID or request.plan is None:
        return request
    on = max(line.service_on for line in request.lines)
    said = public_programs.limit_assumption(request.household, on, book, pointer="household")
    doubt = public_programs.percent_doubt(request.plan, request.household, None, on, book)
    for item in (said, doubt):
        if item is not None:
            settled.say(item)
    limit = public_programs.income_limit(request.household, on, book)
    if limit is None:
        return request
    is_family = len({line.member for line in request.lines}) > 1
    return replace(request, plan=public_programs.within_income(request.plan, limit, is_family=is_family))


def _doubts(request: AdjudicationRequest, book: ReferenceBook) -> tuple[Assumption, ...]:
    """Name what was said of Medicare's plans that counts nowhere, or lies above what the law allows them."""
    if request.benefit is Benefit.PART_D:
        return ()
    if request.payer is Payer.MEDICARE:
        out = "lines.network" if any(line.is_out_of_network for line in request.lines) else None
        return doubts.of_original_medicare(request.balances, out=out)
    if request.payer is not Payer.MEDICARE_ADVANTAGE or request.plan is None:
        return ()
    drugs = [
        medicare_advantage.Drug(line.code, line.service_on, line.allowed)
        for line in request.lines
        if line.covered and line.category is Category.DRUG and not line.is_out_of_network
    ]
    return medicare_advantage.doubts(request.plan, drugs, book)


def _at_charge(
    request: AdjudicationRequest, settled: Settled, book: ReferenceBook
) -> tuple[AdjudicationRequest, Mapping[str, Cents]]:
    """Allow no more than was charged, and say so: what is allowed is the lower of rate and charge.

    Medicare's prospective rate of a hospital outpatient department is no such amount: it is paid whatever was charged.
    """
    below = {line.id: line for line in request.lines if line.billed is not None and line.billed < line.allowed}
    if not below:
        return request, {}
    sites, fact_id = _prospective_sites(request, book)
    kept = [line.id for line in below.values() if line.site_of_care is not None and line.site_of_care.value in sites]
    if kept:
        params = (("lines", ", ".join(kept)),)
        settled.say(Assumption("prospective_rate_above_charge", params, "lines.billed_amount", (fact_id,)))
    capped = {each: line.billed for each, line in below.items() if each not in kept and line.billed is not None}
    if not capped:
        return request, capped
    settled.say(Assumption("allowed_lowered_to_charge", (("lines", ", ".join(capped)),), "lines.billed_amount"))
    lines = tuple(replace(line, allowed=capped.get(line.id, line.allowed)) for line in request.lines)
    return replace(request, lines=lines), capped


def _prospective_sites(request: AdjudicationRequest, book: ReferenceBook) -> tuple[tuple[str, ...], str]:
    """Name the places where Medicare pays a rate set beforehand, whatever was charged, and the fact that says so."""
    if request.payer is not Payer.MEDICARE:
        return (), ""
    fact, value = secondary_rules.rule("part_b:lesser_of_charge", min(line.service_on for line in request.lines), book)
    sites = value.get("paid_prospectively_at")
    return tuple(str(site) for site in sites) if isinstance(sites, list | tuple) else (), fact.id


def _at_nonparticipating_fee(
    request: AdjudicationRequest, settled: Settled, book: ReferenceBook
) -> tuple[AdjudicationRequest, Mapping[str, Cents]]:
    """Lower what is allowed to a physician who does not take part, where Medicare's full fee was given."""
    lowered: dict[str, Cents] = {}
    for line in request.lines:
        if is_assigned(line) or line.medicare_fee is None or line.category in DRUGS:
            continue
        percent, fact_id = secondary_rules.nonparticipating_percent(line.service_on, book)
        settled.use(fact_id)
        lowered[line.id] = min(line.allowed, percent_of(line.medicare_fee, percent))
    if not lowered:
        return request, lowered
    lines = tuple(replace(line, allowed=lowered.get(line.id, line.allowed)) for line in request.lines)
    return replace(request, lines=lines), lowered


def _question(request: AdjudicationRequest, drug_benefit: StandardBenefit | None) -> Question:
    return Question(
        request.payer,
        request.secondaries,
        tuple(sorted({line.service_on for line in request.lines})),
        lambda line: Site.HOSPITAL_OUTPATIENT if line.is_under_day_ceiling else Site.PHYSICIAN_OFFICE,
        is_hospital=any(line.site_of_care is Site.HOSPITAL_OUTPATIENT for line in request.lines),
        is_part_d=drug_benefit is not None,
        extra_help=drug_benefit is not None and drug_benefit.has_extra_help,
        extra_help_copay=None
        if drug_benefit is None
        else drug_benefit.extra_help_copay_of(
            request.household, None, has_medicaid=secondary_rules.has_full_medicaid(request.secondaries)
        ),
        extra_help_highest=no_amount if drug_benefit is None else drug_benefit.extra_help_copay,
        fee_pointer="lines.medicare_fee",
    )


def _before_later_payers(request: AdjudicationRequest, settled: Settled, book: ReferenceBook) -> tuple[LaterPayer, ...]:
    """Give what bears on the lines after the payer's own terms and before later payers: a plan before it, an excess."""
    on = min(line.service_on for line in request.lines)
    payers: list[LaterPayer] = []
    if any(line.primary_paid is not None for line in request.lines):
        payers.append(PaidBefore())
        settled.use(secondary_rules.rule_fact("medicare_secondary:payment", on, book))
        if any(line.primary_paid is not None and line.medicare_fee is None for line in request.lines):
            settled.say(Assumption("medicare_fee_taken_as_allowed", pointer="lines.medicare_fee"))
    excess = [line for line in request.lines if not is_assigned(line)]
    if excess:
        payers.append(secondary_rules.excess_charge(on, book, settled))
        if any(line.billed is None and line.category not in DRUGS for line in excess):
            settled.say(Assumption("excess_charge_at_limit", pointer="lines.billed_amount"))
    return tuple(payers)


def days(
    lines: tuple[AdjudicationLine, ...],
) -> list[tuple[tuple[date, str], list[AdjudicationLine]]]:
    """Put the lines of one member and one day together, drug first, else in the order given."""
    found: dict[tuple[date, str], list[AdjudicationLine]] = {}
    for line in sorted(lines, key=lambda line: (line.service_on, line.category is not Category.DRUG)):
        found.setdefault((line.service_on, line.member), []).append(line)
    return list(found.items())


def denied(line: AdjudicationLine, payer: Payer, book: ReferenceBook, facts: list[str]) -> Share | None:
    """Say who bears a line that is not covered; ``None`` where reason, notice or charge leave it open."""
    if line.denial_reason is None:
        return None
    notices = tuple(DenialNotice) if line.denial_notice is None else (line.denial_notice,)
    answers = [owes_if_denied(payer, line.denial_reason, notice, line.service_on, book) for notice in notices]
    if len({owes for owes, _ in answers}) > 1:
        return None  # whether a notice was signed was not said, and it decides
    owes = answers[0][0]
    facts.extend(fact_id for _, fact_ids in answers for fact_id in fact_ids)
    if owes == "nothing":
        return Share(provider_liability=line.allowed, why=("denied_provider_liable",))
    if owes == "allowed_amount":
        return Share(non_covered=line.allowed, patient_share=line.allowed, why=("denied_patient_liable",))
    if owes == "billed_charge" and line.billed is not None:
        above = Cents(max(line.billed - line.allowed, 0))
        return Share(
            non_covered=min(line.allowed, line.billed),
            balance_bill=above,
            patient_share=line.billed,
            write_off=Cents(0),
            why=("denied_patient_liable", "denied_charge") if above else ("denied_patient_liable",),
        )
    return None


def is_outside(line: AdjudicationLine, request: AdjudicationRequest) -> bool:
    """Say whether terms out of network hold for a line; who pays all by themselves has no network."""
    has_network = request.payer not in (Payer.SELF_PAY, Payer.MEDICARE)
    return has_network and line.is_out_of_network and not line.is_protected


def is_outside_known(plan: PlanDesign | None) -> bool:
    """Say whether it is known what a plan pays out of network; that it pays nothing there is known too."""
    return plan is not None and plan.out_of_network is not None and plan.out_of_network.is_complete


def of_networks(request: AdjudicationRequest, book: ReferenceBook, facts: list[str]) -> list[Assumption]:
    """Name what the network of the lines leaves open: the terms there, and what a provider may charge on top."""
    outside = [line for line in request.lines if line.covered and is_outside(line, request)]
    if not outside:
        return []
    plan = request.plan
    found = []
    if plan is not None and (plan.out_of_network is None or not plan.out_of_network.is_complete):
        found.append(Assumption(OUTSIDE_UNKNOWN, pointer="plan.out_of_network"))
    second = [each for each in request.secondaries if each.kind is SecondaryKind.COMMERCIAL]
    if second:
        found.append(Assumption("later_plan_taken_in_network", pointer="secondaries"))
    may_bill, fact_ids = plan_rules.balance_bill(request.payer, book)
    facts.extend(fact_ids)
    if may_bill and any(line.billed is None for line in outside):
        found.append(Assumption("balance_bill_unknown", pointer="lines.billed_amount", fact_ids=fact_ids))
    return found


def of_earlier_year(request: AdjudicationRequest, given: Balances) -> list[Assumption]:
    """Say that balances count nowhere whose plan year ended before the first line."""
    plan = request.plan
    has_year = request.payer is not Payer.MEDICARE and request.benefit is not Benefit.PART_D and plan is not None
    starts_on = plan.year_starts_on if has_year and plan is not None else None
    if given.as_of is None or (plan is not None and plan.carryover is not None):
        return []
    year = plan_year_of(given.as_of, starts_on or CALENDAR_YEAR)
    if year.last_day is None or year.last_day >= min(line.service_on for line in request.lines):
        return []
    days = (("first_day", year.first_day.isoformat()), ("last_day", year.last_day.isoformat()))
    return [Assumption("balances_of_earlier_year", days, "balances.as_of")]


def at_home(request: AdjudicationRequest, book: ReferenceBook) -> list[Assumption]:
    """Say that Original Medicare's lines at home were shared as Part B's, which pays there for few diagnoses."""
    home = [line for line in request.lines if line.covered and line.site_of_care is Site.HOME]
    if request.payer is not Payer.MEDICARE or request.benefit is Benefit.PART_D or not home:
        return []
    fact = book.word("benefit_rule", HOME_RULE, home[0].service_on)
    params = (("lines", ", ".join(line.id for line in home)),)
    return [Assumption("medicare_at_home_supposed", params, "lines.covered", () if fact is None else (fact.id,))]


def partly_unknown(request: AdjudicationRequest, given: Balances) -> list[Assumption]:
    """Name the balances that matter, were not said, and are taken as the least they can be."""
    is_drug_plan = request.benefit is Benefit.PART_D  # it has a yearly limit, as a Medicare Advantage plan has
    missing = open_balances.unknown(
        Payer.MEDICARE_ADVANTAGE if is_drug_plan else request.payer,
        None if is_drug_plan else request.plan,
        given,
        prefix="",
        is_outside=any(line.covered and is_outside(line, request) for line in request.lines),
        others=(line.member for line in request.lines if line.member != PATIENT),
    )
    params = (("missing", ", ".join(missing)),)
    return [Assumption("balances_partly_taken_as_zero", params, missing[0])] if missing else []
