"""What the law adds to a plan's own terms: limits of the year, high-deductible plans, bills out of network."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from estimator.benefits import YearTerms
from estimator.benefits.carryover import LastMonths
from estimator.benefits.terms import CALENDAR_YEAR, is_under_self_only_limit, year_terms
from estimator.model.codes import Benefit, Payer
from estimator.model.levels import Assumption
from estimator.model.money import ZERO, Cents, from_exact
from estimator.model.periods import plan_year_of
from estimator.model.plan import NO_LIMIT, Balances, Csr, FamilyRule, PlanDesign, Tier
from estimator.reference.book import ReferenceBook
from estimator.reference.timelines import Reading

FEDERAL_LIMITS = {
    Payer.COMMERCIAL: "aca_out_of_pocket_max_individual",
    Payer.MEDICARE_ADVANTAGE: "medicare_advantage_out_of_pocket_max_in_network",
}
"""Which federal limit bounds a plan of this payer when its own is not known."""
FAMILY_LIMITS = {Payer.COMMERCIAL: "aca_out_of_pocket_max_family"}
REDUCED_LIMITS = {
    Csr.SILVER_94: "aca_reduced_out_of_pocket_max_to_200_percent_fpl_individual",
    Csr.SILVER_87: "aca_reduced_out_of_pocket_max_to_200_percent_fpl_individual",
    Csr.SILVER_73: "aca_reduced_out_of_pocket_max_to_250_percent_fpl_individual",
}
"""The lower limits of the silver variants, by what the plan pays of the cost."""
HDHP_MAXIMUM = {Tier.SELF: "hdhp_out_of_pocket_max_individual", Tier.FAMILY: "hdhp_out_of_pocket_max_family"}
HDHP_MINIMUM = {Tier.SELF: "hdhp_minimum_deductible_individual", Tier.FAMILY: "hdhp_minimum_deductible_family"}


def limit_name(payer: Payer, plan: PlanDesign | None) -> str | None:
    """Name the federal limit that bounds one person's yearly maximum; ``None`` where none on file does."""
    if payer is Payer.COMMERCIAL and plan is not None and plan.csr in REDUCED_LIMITS:
        return REDUCED_LIMITS[plan.csr]
    return FEDERAL_LIMITS.get(payer)


def limit_of(payer: Payer, plan: PlanDesign | None, start: date, book: ReferenceBook) -> Cents:
    """Give the most that one person can have to pay in network in the plan year that starts on a day."""
    if payer is Payer.COMMERCIAL and plan is not None and plan.csr is Csr.ZERO:
        return ZERO
    name = limit_name(payer, plan)
    reading = None if name is None else book.yearly("federal_limit", name, start)
    return NO_LIMIT if reading is None else from_exact(reading.high)


def years_of(plan: PlanDesign, payer: Payer, book: ReferenceBook) -> Callable[[date], YearTerms]:
    """Give a complete plan's numbers by plan year, with the federal limit of each member of a family."""
    may_bill = balance_bill(payer, book)[0]
    known: dict[Cents | None, YearTerms] = {}

    def year_of(start: date) -> YearTerms:
        reading = _self_only(payer, plan, start, book)
        limit = None if reading is None else from_exact(reading.high)
        if limit not in known:
            terms = year_terms(plan, self_only_limit=limit, balance_bill_allowed=may_bill)
            known[limit] = terms._replace(is_limited_by_income=payer is Payer.MEDICAID)
        return known[limit]

    return year_of


def balance_bill(payer: Payer, book: ReferenceBook) -> tuple[bool, tuple[str, ...]]:
    """Say whether a provider out of network may charge above what this payer allows, and by which fact."""
    records = book.words.get(("benefit_rule", f"balance_bill:out_of_network:{payer.value}"), ())
    if not records or not isinstance(records[-1].value, Mapping):
        return False, ()
    return records[-1].value.get("allowed") is True, (records[-1].id,)


def is_carryover_unknown(plan: PlanDesign, balances: Balances | None, *, latest_start: date) -> bool:
    """Say whether it matters, and was not said, what of the deductible was met in the last months before ``as_of``."""
    if plan.carryover is None or plan.hdhp or balances is None or balances.as_of is None:
        return False
    year = plan_year_of(balances.as_of, plan.year_starts_on or CALENDAR_YEAR)
    in_last_months = balances.as_of >= LastMonths(year).first_day
    is_open = balances.fourth_quarter_deductible is None and balances.deductible_met != ZERO
    return in_last_months and is_open and latest_start > year.first_day


def assumptions(
    plan: PlanDesign, payer: Payer, starts: Iterable[date], book: ReferenceBook, *, prefix: str = ""
) -> list[Assumption]:
    """Name where a plan's own terms meet a federal rule, once for each rule; ``starts`` are its plan years."""
    first = min(starts)
    return [
        *_of_limits(plan, payer, first, book, prefix),
        *_of_variant(plan, payer, prefix),
        *(Assumption("family_rule_embedded", pointer=f"{prefix}plan.{name}.rule") for name in plan.unsaid_rules),
        *(_of_hdhp(plan, first, book, prefix) if plan.hdhp else ()),
    ]


def own_drug_deductible(
    plan: PlanDesign | None, benefit: Benefit | None, *, prefix: str = ""
) -> tuple[Assumption, ...]:
    """Say that a drug deductible was taken for drugs given by a provider too, which in many plans it is not."""
    is_combined = plan is None or (plan.drug_deductible_applies and plan.pharmacy_deductible is None)
    if is_combined or benefit not in (None, Benefit.MEDICAL):
        return ()
    return (Assumption("drug_deductible_on_given_drugs", pointer=f"{prefix}plan.pharmacy_deductible"),)


def _self_only(payer: Payer, plan: PlanDesign, start: date, book: ReferenceBook) -> Reading | None:
    """Give the limit of one person where it lowers what a member of this plan's family may have to pay."""
    if payer is not Payer.COMMERCIAL or plan.tier is not Tier.FAMILY:
        return None
    reading = book.yearly("federal_limit", FEDERAL_LIMITS[payer], start)
    return reading if reading is not None and is_under_self_only_limit(plan, from_exact(reading.high)) else None


def _of_limits(plan: PlanDesign, payer: Payer, start: date, book: ReferenceBook, prefix: str) -> list[Assumption]:
    pointer = f"{prefix}plan.out_of_pocket_max"
    member = _self_only(payer, plan, start, book)
    found = []
    if member is not None:
        params = (("limit", str(member.high)), ("year", str(start.year)))
        found.append(Assumption("self_only_limit_applied", params, pointer, (member.fact.id,)))
    pairs = (
        (limit_name(payer, plan), plan.out_of_pocket_max.individual if member is None else None),
        (FAMILY_LIMITS.get(payer), plan.out_of_pocket_max.family),
    )
    for name, maximum in pairs:
        reading = None if name is None or plan.grandfathered else book.yearly("federal_limit", name, start)
        is_own = name == FAMILY_LIMITS.get(payer) or plan.out_of_pocket_max.rule is FamilyRule.EMBEDDED
        if maximum is None or maximum >= NO_LIMIT or reading is None or not is_own:
            continue
        if maximum > from_exact(reading.high):
            params = (("limit", str(reading.high)), ("year", str(start.year)))
            code = "maximum_above_variant_limit" if name in REDUCED_LIMITS.values() else "maximum_above_federal_limit"
            found.append(Assumption(code, params, pointer, (reading.fact.id,)))
    return found


def _of_variant(plan: PlanDesign, payer: Payer, prefix: str) -> list[Assumption]:
    """Name a variant that owes nothing beside terms that ask for something: the terms are used as given."""
    if payer is not Payer.COMMERCIAL or not plan.is_complete:
        return []
    if plan.csr is Csr.LIMITED:
        return [Assumption("csr_limited_by_place", pointer=f"{prefix}plan.csr")]
    if plan.csr is not Csr.ZERO or not _asks_something(plan):
        return []
    return [Assumption("csr_zero_beside_terms", pointer=f"{prefix}plan.csr")]


def _asks_something(plan: PlanDesign) -> bool:
    rules = [rule for _, rule in plan.cost_share] + ([plan.default_share] if plan.default_share is not None else [])
    return plan.deductible.individual != ZERO or any(rule.coinsurance or rule.copay or rule.minimum for rule in rules)


def _of_hdhp(plan: PlanDesign, start: date, book: ReferenceBook, prefix: str) -> list[Assumption]:
    """Name what does not fit a high-deductible plan; all but the carry-over is used as given."""
    found = []
    reading = book.yearly("federal_limit", HDHP_MINIMUM[plan.tier], start)
    amounts = [plan.deductible.individual, plan.deductible.family]
    if plan.deductible.rule is FamilyRule.AGGREGATE:
        amounts = amounts[1:]
    stated = [amount for amount in amounts if amount is not None]
    if reading is not None and stated and min(stated) < from_exact(reading.low):
        params = (("limit", str(reading.low)), ("year", str(start.year)))
        found.append(
            Assumption("hdhp_deductible_below_minimum", params, f"{prefix}plan.deductible", (reading.fact.id,))
        )
    most = book.yearly("federal_limit", HDHP_MAXIMUM[plan.tier], start)
    maximum = plan.out_of_pocket_max.family if plan.tier is Tier.FAMILY else plan.out_of_pocket_max.individual
    if most is not None and maximum is not None and maximum > from_exact(most.high):
        params = (("limit", str(most.high)), ("year", str(start.year)))
        pointer = f"{prefix}plan.out_of_pocket_max"
        found.append(Assumption("hdhp_maximum_above_limit", params, pointer, (most.fact.id,)))
    if not plan.drug_deductible_applies or plan.copay.before_deductible:
        found.append(Assumption("hdhp_pays_before_deductible", pointer=f"{prefix}plan.hdhp"))
    if plan.carryover is not None:
        rule = book.words.get(("benefit_rule", "hdhp:carry_over"), ())
        facts = tuple(fact.id for fact in rule[-1:])
        found.append(Assumption("hdhp_no_carryover", (), f"{prefix}plan.fourth_quarter_carryover", facts))
    return found
