"""Which payers come after the first one, on what terms: from what the caller says and what is on file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from estimator import part_d_rules, plan_rules
from estimator.benefits import PlanTerms, medicare_terms, plan_terms
from estimator.benefits.later import LaterPayer
from estimator.benefits.later_payers import (
    ExcessCharge,
    ExtraHelp,
    GroupPlan,
    HardestMethod,
    Medicaid,
    PaysNothing,
    TakesTheRest,
)
from estimator.benefits.medicare_secondary import MedicareAfterPlan
from estimator.benefits.medigap import Coverage, Medigap
from estimator.benefits.terms import CALENDAR_YEAR
from estimator.errors import InvalidRequest, Problem
from estimator.model.claims import ClaimLine
from estimator.model.codes import Benefit, Category, Payer, Route
from estimator.model.levels import Assumption
from estimator.model.money import HUNDRED_PERCENT, ZERO, Cents, MilliPercent, from_exact, milli_percent
from estimator.model.order import PriceOverrides
from estimator.model.plan import Balances
from estimator.model.secondary import Method, Secondary, SecondaryKind
from estimator.pricing.coinsurance import FULL_RATE
from estimator.pricing.quotes import PricingTerms, drug_quote, service_quote
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact
from estimator.settled import Question, Settled, no_amount

MEDICARE_PAYERS = (Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE)


BOUNDING = (SecondaryKind.MEDIGAP, SecondaryKind.MEDICAID, SecondaryKind.TRICARE_FOR_LIFE)
"""Later payers that leave the patient a deductible, copays or a limit at most."""


def settle(question: Question, book: ReferenceBook) -> Settled:
    """Settle the payers after the first one. Raises ``InvalidRequest`` where a rule of theirs is not on file."""
    settled = Settled()
    deemed = part_d_rules.extra_help_of_medicaid(question.secondaries, question.days[0], book)
    if question.extra_help_copay is not None and (question.extra_help or deemed is not None):
        settled.add(ExtraHelp(question.extra_help_copay))
        if not question.extra_help and deemed is not None:
            _say_extra_help(question, deemed, settled)
    settled.bounds_the_rest = any(each.kind in BOUNDING and not each.is_premium_only for each in question.secondaries)
    for number, secondary in enumerate(question.secondaries):
        pointer = f"{question.prefix}secondaries[{number}]"
        payer = _MAKERS[secondary.kind](secondary, pointer, question, settled, book)
        if isinstance(payer, GroupPlan) and secondary.method is None and not secondary.benefit_reserve:
            settled.open_methods.append(f"{pointer}.method")
            settled.say(Assumption("secondary_method_standard", pointer=f"{pointer}.method"))
            settled.add(payer, hardest=HardestMethod(tuple(replace(payer, method=method) for method in Method)))
        else:
            settled.add(payer)
    return settled


def has_full_medicaid(secondaries: Iterable[Secondary]) -> bool:
    """Say whether Medicaid pays with its full benefits. Of a QMB nobody knows: there are some with them and without."""
    return any(
        each.kind is SecondaryKind.MEDICAID and each.savings_program is None and not each.qmb for each in secondaries
    )


def _say_extra_help(question: Question, fact_id: str, settled: Settled) -> None:
    """Say that Medicaid brings Extra Help, and which copayment was taken in which years."""
    lower: list[str] = []
    highest: list[str] = []
    for year in sorted({on.year for on in question.days}):
        copay = None if question.extra_help_copay is None else question.extra_help_copay(year)
        is_lower = copay is not None and copay != question.extra_help_highest(year)
        (lower if is_lower else highest).append(str(year))
    pointer = f"{question.prefix}plan.part_d"
    for code, years in (("extra_help_of_dual_eligible", highest), ("extra_help_of_low_income", lower)):
        if years:
            settled.say(Assumption(code, (("years", ", ".join(years)),), pointer, (fact_id,)))


def excess_charge(on: date, book: ReferenceBook, settled: Settled) -> ExcessCharge:
    """Give the limit of what a physician who does not accept assignment may charge."""
    fact, value = rule("part_b:limiting_charge", on, book)
    settled.use(fact.id)
    return ExcessCharge(milli_percent(exact(value.get("limiting_charge_percent"), fact=fact)))


def rule_fact(key: str, on: date, book: ReferenceBook) -> str:
    """Give the id of a rule's record on a day."""
    return rule(key, on, book)[0].id


def nonparticipating_percent(on: date, book: ReferenceBook) -> tuple[MilliPercent, str]:
    """Give Medicare's fee for a physician who does not take part, in percent of the fee schedule."""
    fact, value = rule("part_b:nonparticipating_fee", on, book)
    return milli_percent(exact(value.get("nonparticipating_percent"), fact=fact)), fact.id


def _group_plan(
    secondary: Secondary, pointer: str, question: Question, settled: Settled, book: ReferenceBook
) -> LaterPayer:
    plan = secondary.plan
    assert plan is not None  # the schema asks for it
    if secondary.balances is None:
        settled.say(Assumption("secondary_balances_taken_as_zero", pointer=f"{pointer}.balances"))
    if plan.year_starts_on is None:
        settled.say(Assumption("plan_year_calendar", pointer=f"{pointer}.plan.year_starts_on"))
    method = secondary.method or Method.STANDARD
    fact, _ = rule(f"cob:method_{_METHOD_FACTS[method.value]}", question.days[0], book)
    settled.use(fact.id)
    terms = plan_terms(
        plan,
        secondary.balances,
        opening_on=_opening_on(secondary.balances, question.days),
        history_until=None,
        year_of=plan_rules.years_of(plan, Payer.COMMERCIAL, book),
    )
    return GroupPlan(terms, method, secondary.benefit_reserve)


def _medigap(
    secondary: Secondary, pointer: str, question: Question, settled: Settled, book: ReferenceBook
) -> LaterPayer:
    if question.is_part_d:
        return PaysNothing("medigap_not_on_part_d")
    letter = secondary.medigap_plan
    assert letter is not None  # the schema asks for it
    fact, value = _plan_fact(letter, question.days[0], book)
    settled.use(fact.id)
    high_key = value.get("after_deductible")
    if value.get("pays_as") is not None:
        fact, value = _plan_fact(str(value["pays_as"]), question.days[0], book)
        settled.use(fact.id)
    limit_key = value.get("out_of_pocket_limit")
    visit_copay = value.get("office_visit_copay_max")
    if visit_copay is not None:
        settled.say(Assumption("medigap_visit_copay_on_visit_lines", pointer=pointer))
    balances = secondary.balances or Balances()
    met = balances.deductible_met if high_key is not None else balances.out_of_pocket_met
    if met is None and (high_key or limit_key):
        settled.say(Assumption("secondary_balances_taken_as_zero", pointer=f"{pointer}.balances"))
    return Medigap(
        letter,
        Coverage(
            coinsurance=_percent(value, "part_b_coinsurance_percent", fact),
            deductible=_percent(value, "part_b_deductible_percent", fact),
            excess=_percent(value, "part_b_excess_percent", fact),
            visit_copay=None if visit_copay is None else from_exact(exact(visit_copay, fact=fact)),
        ),
        limit_of=_amounts(limit_key, question.days, settled, book, pointer),
        high_deductible_of=_amounts(high_key, question.days, settled, book, pointer),
        met=met or ZERO,
        met_year=None if met is None else (_opening_on(balances, question.days) or question.days[0]).year,
    )


def _medicaid(
    secondary: Secondary, pointer: str, question: Question, settled: Settled, book: ReferenceBook
) -> LaterPayer:
    if secondary.is_premium_only:
        settled.use(rule("medicaid:premium_only", question.days[0], book)[0].id)
        return PaysNothing("savings_program_pays_premium_only")
    if question.is_part_d:
        return PaysNothing("medicaid_not_on_part_d")
    if not secondary.qmb and question.payer in MEDICARE_PAYERS:
        settled.say(Assumption("medicaid_full_benefits", pointer=f"{pointer}.savings_program"))
    names = ["crossover", *(["qmb_no_billing"] if secondary.qmb else [])]
    settled.use(*(rule(f"medicaid:{name}", question.days[0], book)[0].id for name in names))
    if secondary.rate is None:
        settled.say(Assumption("medicaid_rate_unknown", pointer=f"{pointer}.rate"))
    rate = secondary.rate
    return Medicaid(lambda _line: rate, qmb=secondary.qmb)


def _medicare(
    secondary: Secondary, pointer: str, question: Question, settled: Settled, book: ReferenceBook
) -> LaterPayer:
    settled.use(rule("medicare_secondary:payment", question.days[0], book)[0].id)
    if secondary.balances is None:
        settled.say(Assumption("secondary_balances_taken_as_zero", pointer=f"{pointer}.balances"))
    if secondary.reason is None:
        settled.say(Assumption("medicare_secondary_reason_not_given", pointer=f"{pointer}.reason"))
    fees = _Fees(question, settled, book)
    return MedicareAfterPlan(
        _medicare_terms(secondary, pointer, question, settled, book), fee_of=fees.of, percent_of_line=fees.percent
    )


def _tricare_for_life(
    secondary: Secondary,  # noqa: ARG001 - every kind is settled by the same call
    pointer: str,
    question: Question,
    settled: Settled,
    book: ReferenceBook,
) -> LaterPayer:
    if question.is_part_d:
        fact = book.word("benefit_rule", "tricare:pharmacy_after_part_d", question.days[0])
        facts = () if fact is None else (fact.id,)
        settled.say(Assumption("tricare_pharmacy_not_counted", (), pointer, facts))
    if question.is_part_d or question.payer not in MEDICARE_PAYERS:
        return PaysNothing("tricare_for_life_after_medicare_only")
    settled.use(rule("tricare:for_life", question.days[0], book)[0].id)
    return TakesTheRest("tricare_for_life")


def _va(
    secondary: Secondary,  # noqa: ARG001 - every kind is settled by the same call
    pointer: str,
    question: Question,
    settled: Settled,
    book: ReferenceBook,
) -> LaterPayer:
    fact, _ = rule("va:medicare_never_secondary", question.days[0], book)
    settled.say(Assumption("va_never_second", pointer=pointer, fact_ids=(fact.id,)))
    return PaysNothing("va_never_second")


_MAKERS: Mapping[SecondaryKind, Callable[[Secondary, str, Question, Settled, ReferenceBook], LaterPayer]] = {
    SecondaryKind.COMMERCIAL: _group_plan,
    SecondaryKind.MEDIGAP: _medigap,
    SecondaryKind.MEDICAID: _medicaid,
    SecondaryKind.MEDICARE: _medicare,
    SecondaryKind.TRICARE_FOR_LIFE: _tricare_for_life,
    SecondaryKind.VA: _va,
}
_METHOD_FACTS = {
    "standard": "standard",
    "non_duplication": "non_duplication",
    "maintenance_of_benefits": "maintenance",
}


class _Fees:
    """Medicare's fees of lines: as the caller says, else from the schedules on file."""

    def __init__(self, question: Question, settled: Settled, book: ReferenceBook) -> None:
        self._site_of = question.site_of
        self._pointer = question.fee_pointer
        self._settled = settled
        self._book = book

    def of(self, on: date, line: ClaimLine) -> Cents | None:
        """Give Medicare's fee of a line; ``None`` where none is on file."""
        if line.medicare_fee is not None:
            return line.medicare_fee
        if line.allowed == 0:
            return ZERO
        unit = self._unit(on, line)
        if unit is None:
            self._settled.say(
                Assumption("medicare_fee_unknown", (("about", line.code or line.category.value),), self._pointer)
            )
            return None
        if line.category is Category.DRUG:
            return from_exact(unit * line.units)
        return Cents(from_exact(unit) * line.units)

    def percent(self, on: date, line: ClaimLine) -> MilliPercent | None:
        """Give the Part B percentage of a drug on a day; ``None`` leaves it to the full rate."""
        reading = (
            None if line.code is None or line.category is not Category.DRUG else self._book.coinsurance(line.code, on)
        )
        if reading is None:
            return None
        self._settled.use(reading.fact.id)
        return milli_percent(reading.expected)

    def _unit(self, on: date, line: ClaimLine) -> Decimal | None:
        if line.code is None or not line.units:
            return None
        site = self._site_of(line)
        terms = PricingTerms(Payer.MEDICARE, site, Route.IV, Benefit.PART_B, Benefit.PART_B, PriceOverrides())
        quote_of = drug_quote if line.category is Category.DRUG else service_quote
        quote = quote_of(line.code, on, terms=terms, book=self._book)
        for item in quote.assumptions:
            self._settled.say(item)
        self._settled.use(*quote.fact_ids)
        return None if quote.unit is None else quote.unit.expected


def _medicare_terms(
    secondary: Secondary, pointer: str, question: Question, settled: Settled, book: ReferenceBook
) -> PlanTerms:
    full = book.yearly("medicare_amount", FULL_RATE, question.days[0])
    if full is None:
        raise InvalidRequest([Problem(f"/{pointer}".replace(".", "/"), "payer_rules_not_on_file")])
    settled.use(full.fact.id)
    deductible_of = _yearly("medicare_amount", "part_b_deductible", question.days, settled, book, pointer)
    ceiling_of: Callable[[int], Cents | None] = no_amount
    if question.is_hospital:
        ceiling_of = _yearly("medicare_amount", "part_a_deductible", question.days, settled, book, None)
        settled.say(Assumption("hospital_day_ceiling"))
    opening_on = _opening_on(secondary.balances, question.days)
    return medicare_terms(
        deductible_of=lambda year: deductible_of(year) or ZERO,
        default_coinsurance=milli_percent(full.expected),
        balances=secondary.balances,
        opening_on=opening_on,
        history_until=None,
        day_ceiling_of=ceiling_of,
    )


def _amounts(
    key: object, days: Sequence[date], settled: Settled, book: ReferenceBook, pointer: str
) -> Callable[[int], Cents | None]:
    """Give a programme's amount by calendar year; none where the plan has no such amount."""
    if not isinstance(key, str):
        return no_amount
    return _yearly("program_amount", key, days, settled, book, pointer)


def _yearly(
    kind: str, key: str, days: Iterable[date], settled: Settled, book: ReferenceBook, pointer: str | None
) -> Callable[[int], Cents | None]:
    """Give an amount by calendar year. Past the last year on file it is carried forward, by name."""
    amounts: dict[int, Cents] = {}
    for year in sorted({day.year for day in days}):
        reading = book.yearly(kind, key, date(year, 12, 31))
        if reading is None:
            continue
        amounts[year] = from_exact(reading.expected)
        settled.use(reading.fact.id)
        last_day = reading.fact.period.last_day
        if reading.is_carried_forward and last_day is not None:
            params = (("about", key), ("last_day", last_day.isoformat()))
            settled.say(Assumption("program_amount_carried_forward", params, pointer, (reading.fact.id,)))
    return amounts.get


def _opening_on(balances: Balances | None, days: Sequence[date]) -> date | None:
    """Give the day whose plan year balances belong to; balances without a day are of the first day of service."""
    if balances is None:
        return None
    return balances.as_of or min(days)


def _plan_fact(letter: str, on: date, book: ReferenceBook) -> tuple[Fact, Mapping[str, object]]:
    found = book.latest_word("medigap_plan", letter, max(on, CALENDAR_YEAR))
    if found is None or not isinstance(found[0].value, Mapping):
        raise InvalidRequest([Problem("/secondaries", "payer_rules_not_on_file")])
    return found[0], found[0].value


def rule(key: str, on: date, book: ReferenceBook) -> tuple[Fact, Mapping[str, object]]:
    """Give a rule of benefits as it stands on a day; for earlier days the oldest on file."""
    records = book.words.get(("benefit_rule", key), ())
    fact = book.word("benefit_rule", key, on) or (records[0] if records else None)
    if fact is None or not isinstance(fact.value, Mapping):
        raise InvalidRequest([Problem("/payer", "payer_rules_not_on_file")])
    return fact, fact.value


def _percent(value: Mapping[str, object], name: str, fact: Fact) -> MilliPercent:
    found = milli_percent(exact(value.get(name), fact=fact, name=name))
    return min(found, HUNDRED_PERCENT)
