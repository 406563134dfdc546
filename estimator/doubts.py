"""What the caller said that can hardly be meant. It is used as given, and said, so that a slip of the pen is seen."""

from datetime import date

from estimator.model.levels import Assumption
from estimator.model.money import Cents, text
from estimator.model.plan import NO_LIMIT, Balances, PlanDesign

NOT_MEDICARES = (
    "out_of_pocket_met",
    "out_of_pocket_remaining",
    "family_deductible_met",
    "family_out_of_pocket_met",
    "pharmacy_deductible_met",
    "fourth_quarter_deductible",
    "members",
    "out_of_network",
)
"""Balances of amounts that Original Medicare does not have."""


def of_balances(
    plan: PlanDesign | None, balances: Balances | None, *, today: date | None = None, prefix: str = ""
) -> tuple[Assumption, ...]:
    """Name balances above what the plan can ever ask, balances of a day to come, a deductible above the maximum.

    ``today`` is the day of asking, ``None`` where lines bring their own days; ``prefix`` leads to the plan and its
    balances in the request.
    """
    found = []
    if balances is not None and balances.as_of is not None and today is not None and balances.as_of > today:
        params = (("as_of", balances.as_of.isoformat()),)
        found.append(Assumption("balances_of_a_day_to_come", params, f"{prefix}balances.as_of"))
    if plan is None:
        return tuple(found)
    maximum, deductible = plan.out_of_pocket_max.individual, plan.deductible.individual
    if balances is not None:
        for name, met, most in (
            ("deductible_met", balances.deductible_met, deductible),
            ("out_of_pocket_met", balances.out_of_pocket_met, maximum),
        ):
            if _is_above(met, most):
                found.append(_above("balances_above_plan", met, most, f"{prefix}balances.{name}"))
    if plan.deductible_counts_to_out_of_pocket and _is_above(deductible, maximum):
        found.append(_above("deductible_above_maximum", deductible, maximum, f"{prefix}plan.deductible"))
    return tuple(found)


def of_original_medicare(balances: Balances | None, *, out: str | None, prefix: str = "") -> tuple[Assumption, ...]:
    """Name what was said of Original Medicare and counts nowhere: a network, and balances of limits it does not have.

    ``out`` names where a provider was said to be out of network; ``None`` where none was.
    """
    found = []
    if out is not None:
        found.append(Assumption("medicare_has_no_network", pointer=out))
    said = () if balances is None else tuple(name for name in NOT_MEDICARES if getattr(balances, name))
    if said:
        params = (("about", ", ".join(f"{prefix}balances.{name}" for name in said)),)
        found.append(Assumption("medicare_has_no_such_balances", params, f"{prefix}balances.{said[0]}"))
    return tuple(found)


def _is_above(amount: Cents | None, most: Cents | None) -> bool:
    return amount is not None and most is not None and amount < NO_LIMIT and amount > most


def _above(code: str, amount: Cents | None, most: Cents | None, pointer: str) -> Assumption:
    assert amount is not None
    assert most is not None
    return Assumption(code, (("given", text(amount)), ("limit", text(most))), pointer)
