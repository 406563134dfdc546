"""What has been met so far, and how it must agree with the payer and the plan."""

from estimator.errors import Problem
from estimator.model.codes import Payer
from estimator.model.plan import Balances, FamilyRule, PlanDesign
from schemas.amounts import MoneyField
from schemas.fields import IsoDate
from schemas.not_supported import NotYetSupported
from schemas.reading import Given, RequestSchema, Values


class BalancesSchema(RequestSchema[Balances]):
    """What has been met so far in the plan year that contains ``as_of``. Say what is met or what remains, not both."""

    as_of = IsoDate("The day the balances are from.", examples=["2027-01-01"])
    deductible_met = MoneyField(examples=["300.00"])
    deductible_remaining = MoneyField()
    family_deductible_met = MoneyField()
    out_of_pocket_met = MoneyField(examples=["900.00"])
    out_of_pocket_remaining = MoneyField()
    family_out_of_pocket_met = MoneyField()
    fourth_quarter_deductible = NotYetSupported("coverage.balances.fourth_quarter_deductible")
    pharmacy_deductible_met = NotYetSupported("coverage.balances.pharmacy_deductible_met")
    assistance_used = NotYetSupported("coverage.balances.assistance_used")
    members = NotYetSupported("coverage.balances.members")
    out_of_network = NotYetSupported("coverage.balances.out_of_network")

    example = '{"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was sent is enough
        """Find amounts stated twice."""
        return [
            Problem(f"/{name}_remaining", "conflict", {"one": f"{name}_met", "other": f"{name}_remaining"})
            for name in ("deductible", "out_of_pocket")
            if given.get(f"{name}_met") is not None and given.get(f"{name}_remaining") is not None
        ]

    def make(self, values: Values) -> Balances:
        """Make balances."""
        return Balances(**values)


def check_terms(values: Values, given: Given) -> list[Problem]:
    """Find what contradicts between a payer, its plan and the balances, which stand side by side."""
    problems: list[Problem] = []
    payer = values.get("payer")
    given_plan = given.get("plan")
    plan = given_plan if isinstance(given_plan, dict) else {}
    if payer is Payer.SELF_PAY:
        return [
            Problem(f"/{name}", "not_applicable_self_pay")
            for name in ("plan", "balances")
            if given.get(name) is not None
        ]
    if payer is Payer.MEDICARE:
        if plan.get("out_of_pocket_max") not in (None, "none", {}, {"individual": "none"}):
            problems.append(Problem("/plan/out_of_pocket_max", "not_applicable", {"payer": payer.value}))
        if plan.get("cost_share") not in (None, {}):
            problems.append(Problem("/plan/cost_share", "not_applicable_medicare"))
        return problems
    balances = values.get("balances")
    problems += _above_limits(values.get("plan"), balances)
    if balances is None or plan.get("deductible_counts_to_out_of_pocket") is False:
        return problems
    pairs = (
        ("out_of_pocket_met", balances.deductible_met, balances.out_of_pocket_met),
        ("family_out_of_pocket_met", balances.family_deductible_met, balances.family_out_of_pocket_met),
    )
    problems += [
        Problem(f"/balances/{name}", "accumulators_inconsistent")
        for name, deductible, out_of_pocket in pairs
        if deductible is not None and out_of_pocket is not None and deductible > out_of_pocket
    ]
    return problems


def _above_limits(plan: PlanDesign | None, balances: Balances | None) -> list[Problem]:
    """Find what is said to remain of a limit although the limit itself is less."""
    if plan is None or balances is None:
        return []
    pairs = (
        ("deductible_remaining", balances.deductible_remaining, plan.deductible),
        ("out_of_pocket_remaining", balances.out_of_pocket_remaining, plan.out_of_pocket_max),
    )
    found = []
    for name, remaining, limit in pairs:
        amount = limit.family if limit.rule is FamilyRule.AGGREGATE else limit.individual
        if remaining is not None and amount is not None and remaining > amount:
            found.append(Problem(f"/balances/{name}", "remaining_above_limit"))
    return found
