"""A drug plan at each level: what the caller left open lies between the kindest and the hardest the law allows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from estimator import open_balances, part_d_rules
from estimator.benefits import PlanTerms
from estimator.benefits.terms import CALENDAR_YEAR
from estimator.model.codes import Benefit, Payer
from estimator.model.levels import Assumption, Level
from estimator.model.money import percent_text
from estimator.model.order import EstimateRequest
from estimator.model.part_d import PartDPlan
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from estimator.suppositions import SupposedTerms, balances_of

POINTER = "coverage.plan.part_d"


def supposed_terms(request: EstimateRequest, *, days: Sequence[date], book: ReferenceBook) -> SupposedTerms | None:
    """Give the terms of the request's drug plan; ``None`` where the benefit of a year is not on file.

    The plan and the balances of the request are the drug plan's where its benefit says so; else they are Part B's, and
    the drug plan is ``plan.part_d``.
    """
    coverage = request.coverage
    is_named = coverage.drug_benefit is Benefit.PART_D
    plan = part_d_rules.plan_of(coverage.plan, is_drug_plan=is_named)
    benefit = part_d_rules.StandardBenefit(book, plan, days, prefix="coverage.")
    if not benefit.is_on_file:
        return None
    said: list[Assumption] = []
    asked = replace(
        request,
        coverage=replace(
            coverage,
            payer=Payer.MEDICARE_ADVANTAGE,
            plan=None,
            balances=coverage.balances if is_named else None,
        ),
    )
    balances, opening_on, as_of, are_open = balances_of(asked, CALENDAR_YEAR, min(days), said)
    if are_open and not is_named:
        said = [item for item in said if item.code != "balances_assumed_zero"]
        said.append(Assumption("drug_plan_balances_assumed_zero", pointer="coverage.benefit"))
    if coverage.balances is not None and not is_named:
        said.append(Assumption("balances_are_part_b", pointer="coverage.benefit"))
    is_open = plan.deductible is None or not plan.has_share
    if is_open:
        said.append(_plan_open(plan, benefit, min(days).year))

    def of(plan_level: Level, balance_level: Level) -> PlanTerms | None:
        terms = benefit.terms(balances, plan_level, opening_on=opening_on, history_until=as_of)
        if are_open and balance_level is Level.LOW:
            return open_balances.wholly_met(terms, terms.for_year(opening_on), balances)
        return terms

    for year in benefit.years:  # what a year's figures suppose is said before any claim is shared out
        benefit.terms_of(year, Level.HIGH)
    return SupposedTerms(
        of,
        plan_is_open=is_open or bool(benefit.assumptions),
        balances_are_open=are_open,
        plan_pointers=(POINTER,) if is_open else (),
        assumptions=(*said, *benefit.assumptions),
        fact_ids=tuple(benefit.fact_ids),
        drug_benefit=benefit,
        balances_field="coverage.balances" if is_named else "coverage.benefit",
    )


def _plan_open(plan: PartDPlan, benefit: part_d_rules.StandardBenefit, year: int) -> Assumption:
    low, high = benefit.percents(year)
    deductible = benefit.deductible_max(year)
    params = (
        ("deductible", "" if deductible is None else plain(deductible)),
        ("low", percent_text(low).rstrip("0").rstrip(".")),
        ("high", percent_text(high).rstrip("0").rstrip(".")),
        ("year", str(year)),
    )
    code = "part_d_plan_unknown" if plan == PartDPlan(extra_help=plan.extra_help) else "part_d_plan_incomplete"
    return Assumption(code, params, POINTER, tuple(benefit.fact_ids))
