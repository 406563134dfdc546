"""What the law lets a Medicare Advantage plan ask (42 CFR 422.100): a plan above it is used, and doubted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from estimator.model.codes import Category
from estimator.model.levels import Assumption
from estimator.model.money import Cents, MilliPercent, from_exact, milli_percent, percent_of, percent_text, text
from estimator.model.plan import NO_LIMIT, CostShareRule, PlanDesign
from estimator.reference.book import ReferenceBook
from estimator.reference.record_reading import exact

CEILING = "medicare_advantage:part_b_drug_coinsurance_ceiling"
COMBINED = "medicare_advantage_out_of_pocket_max_combined"


class Drug(NamedTuple):
    """A drug line in network: its code, its day and what is allowed for it."""

    code: str | None
    on: date
    allowed: Cents


def doubts(plan: PlanDesign, drugs: Iterable[Drug], book: ReferenceBook, *, prefix: str = "") -> tuple[Assumption, ...]:
    """Name each term of a plan that asks more than the law allows; ``drugs`` are lines in network under it."""
    lines = _by_day(drugs)
    found = _of_maxima(plan, min((line.on for line in lines), default=None), book, prefix)
    rule = next((known for name, known in plan.cost_share if name is Category.DRUG), plan.default_share)
    if rule is None:
        return tuple(found)
    for line in lines:
        said = _of_drug(rule, line, book, prefix, copay_reduces_base=plan.copay.reduces_base)
        if said is not None:
            return (*found, said)
    return tuple(found)


def _by_day(drugs: Iterable[Drug]) -> tuple[Drug, ...]:
    """Take the lines of one code on one day together: what was given, and what was discarded."""
    found: dict[tuple[str | None, date], int] = {}
    for code, on, allowed in drugs:
        found[code, on] = found.get((code, on), 0) + allowed
    return tuple(Drug(code, on, Cents(allowed)) for (code, on), allowed in found.items())


def _of_drug(
    rule: CostShareRule, line: Drug, book: ReferenceBook, prefix: str, *, copay_reduces_base: bool
) -> Assumption | None:
    """Name a share of a Part B drug above Original Medicare's, by what the plan's rule comes to for it."""
    fact = book.word("benefit_rule", CEILING, line.on)
    if fact is None or not isinstance(fact.value, Mapping):
        return None
    ceiling = milli_percent(exact(fact.value.get("ceiling_percent"), fact=fact))
    facts: tuple[str, ...] = (fact.id,)
    reading = None if line.code is None else book.coinsurance(line.code, line.on)
    if reading is not None and not reading.is_carried_forward and milli_percent(reading.expected) < ceiling:
        ceiling, facts = milli_percent(reading.expected), (fact.id, reading.fact.id)
    pointer = f"{prefix}plan.cost_share"
    limit = ("limit", _plain(ceiling))
    if rule.is_plain:
        if rule.coinsurance <= ceiling:
            return None
        percents = (("given", _plain(rule.coinsurance)), limit)
        return Assumption("advantage_drug_percent_above_limit", percents, pointer, facts)
    asked, most = _asked(rule, line.allowed, copay_reduces_base=copay_reduces_base), percent_of(line.allowed, ceiling)
    if asked <= most:
        return None
    is_copay = rule == CostShareRule(rule.coinsurance, rule.copay, rule.per) and not rule.coinsurance
    code = "advantage_drug_copay_above_limit" if is_copay else "advantage_drug_share_above_limit"
    params = (("given", text(rule.copay if is_copay else asked)), limit, ("most", text(most)))
    return Assumption(code, params, pointer, facts)


def _asked(rule: CostShareRule, allowed: Cents, *, copay_reduces_base: bool) -> Cents:
    """Give what a rule asks of a drug by itself, with nothing left of a deductible."""
    copay = min(rule.copay, allowed)
    base = allowed - copay if copay_reduces_base else allowed
    asked = copay + percent_of(Cents(base), rule.coinsurance)
    if rule.minimum is not None:
        asked = max(asked, rule.minimum)
    if rule.maximum is not None:
        asked = min(asked, rule.maximum)
    return Cents(min(asked, allowed))


def _of_maxima(plan: PlanDesign, on: date | None, book: ReferenceBook, prefix: str) -> list[Assumption]:
    """Name a maximum that is missing, and one out of network above the combined limit of the year."""
    found = []
    if plan.out_of_pocket_max.individual == NO_LIMIT:
        found.append(Assumption("advantage_without_maximum", pointer=f"{prefix}plan.out_of_pocket_max"))
    outside = None if plan.out_of_network is None else plan.out_of_network.out_of_pocket_max.individual
    reading = None if on is None else book.yearly("federal_limit", COMBINED, on)
    if outside is not None and reading is not None and NO_LIMIT > outside > from_exact(reading.high):
        params = (("given", text(outside)), ("limit", str(reading.high)), ("year", str(on.year if on else "")))
        pointer = f"{prefix}plan.out_of_network.out_of_pocket_max"
        found.append(Assumption("advantage_combined_above_limit", params, pointer, reading.fact_ids))
    return found


def _plain(percent: MilliPercent) -> str:
    return percent_text(percent).rstrip("0").rstrip(".")
