"""What has been met so far, and how it must agree with the payer and the plan."""

from estimator.errors import Problem
from estimator.model.codes import Payer
from estimator.model.plan import NO_LIMIT, Balances, FamilyRule, MemberBalances, OutOfNetworkBalances, PlanDesign
from schemas import medicare_terms, pointers
from schemas.amounts import MoneyField
from schemas.fields import CenturyDate, NameField, Refused, StrictField
from schemas.reading import Given, Part, RequestSchema, Values, below


class MemberBalancesSchema(RequestSchema[MemberBalances]):
    """What another member of the family has met."""

    deductible_met = MoneyField()
    out_of_pocket_met = MoneyField()
    pharmacy_deductible_met = MoneyField()

    example = '{"deductible_met": "300.00"}'

    def make(self, values: Values) -> MemberBalances:
        """Make balances."""
        return MemberBalances(**values)


class MembersField(StrictField[tuple[tuple[str, MemberBalances], ...]]):
    """Balances by member."""

    longest = 20
    _name = NameField()
    _balances = MemberBalancesSchema()

    def openapi(self) -> dict[str, object]:
        """Describe a map of members."""
        amounts = {name: field.metadata for name, field in self._balances.fields.items()}
        return {
            "type": "object",
            "maxProperties": self.longest,
            "additionalProperties": {"type": "object", "properties": amounts, "additionalProperties": False},
        }

    def read(self, value: object) -> tuple[tuple[str, MemberBalances], ...]:
        """Read each member's balances."""
        if not isinstance(value, dict):
            raise Refused("not_an_object", {"example": '{"spouse": {"deductible_met": "300.00"}}'})
        if len(value) > self.longest:
            raise Refused("too_many", {"limit": self.longest})
        found = []
        problems: list[Problem] = []
        for name, given in value.items():
            try:
                if name == "self":
                    raise Refused("member_is_self")  # noqa: TRY301 - to be collected like any other refusal
                found.append((self._name.read(name), self._balances.read(given)))
            except Refused as refused:
                problems += below(pointers.token(name), refused.problems)
        if problems:
            raise Refused.because(problems)
        return tuple(found)


class OutOfNetworkBalancesSchema(RequestSchema[OutOfNetworkBalances]):
    """What has been met so far out of network."""

    deductible_met = MoneyField()
    out_of_pocket_met = MoneyField()
    family_deductible_met = MoneyField()
    family_out_of_pocket_met = MoneyField()

    example = '{"deductible_met": "300.00"}'

    def make(self, values: Values) -> OutOfNetworkBalances:
        """Make balances."""
        return OutOfNetworkBalances(**values)


class BalancesSchema(RequestSchema[Balances]):
    """What has been met so far in the plan year that contains ``as_of``. Say what is met or what remains, not both."""

    as_of = CenturyDate("The day the balances are from.", examples=["2027-01-01"])
    deductible_met = MoneyField(examples=["300.00"])
    deductible_remaining = MoneyField()
    family_deductible_met = MoneyField()
    out_of_pocket_met = MoneyField(examples=["900.00"])
    out_of_pocket_remaining = MoneyField()
    family_out_of_pocket_met = MoneyField()
    fourth_quarter_deductible = MoneyField("What of the deductible the plan year's last three months have met.")
    pharmacy_deductible_met = MoneyField("Of a deductible that drugs have alone.", examples=["75.00"])
    drug_cost_met = MoneyField("The whole cost of a drug plan's drugs so far; 2023 and 2024 only.")
    assistance_used = MoneyField("What a copay programme has paid in this calendar year.")
    members = MembersField("Other members of the family, by the names used in the lines.")
    out_of_network = Part(OutOfNetworkBalancesSchema())

    example = '{"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find amounts stated twice, and more of the deductible met in three months than in the year."""
        problems = [
            Problem(f"/{name}_remaining", "conflict", {"one": f"{name}_met", "other": f"{name}_remaining"})
            for name in ("deductible", "out_of_pocket")
            if given.get(f"{name}_met") is not None and given.get(f"{name}_remaining") is not None
        ]
        met, in_last_months = values.get("deductible_met"), values.get("fourth_quarter_deductible")
        if met is not None and in_last_months is not None and in_last_months > met:
            problems.append(Problem("/fourth_quarter_deductible", "fourth_quarter_above_deductible"))
        return problems

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
    benefit = values.get("benefit")
    if payer is Payer.MEDICARE and (benefit is None or benefit.drug != "part_d"):
        if plan.get("out_of_pocket_max") not in (None, "none", {}, {"individual": "none"}):
            problems.append(Problem("/plan/out_of_pocket_max", "not_applicable", {"payer": payer.value}))
        if plan.get("cost_share") not in (None, {}):
            problems.append(Problem("/plan/cost_share", "not_applicable_medicare"))
        return problems + medicare_terms.problems(plan)
    balances = values.get("balances")
    problems += _above_limits(values.get("plan"), balances)
    if balances is None or plan.get("deductible_counts_to_out_of_pocket") is False:
        return problems
    trios = [
        ("out_of_pocket_met", balances.deductible_met, balances.out_of_pocket_met),
        ("family_out_of_pocket_met", balances.family_deductible_met, balances.family_out_of_pocket_met),
        *(
            (f"members{pointers.token(name)}/out_of_pocket_met", member.deductible_met, member.out_of_pocket_met)
            for name, member in balances.members
        ),
    ]
    problems += [
        Problem(f"/balances/{name}", "accumulators_inconsistent")
        for name, deductible, out_of_pocket in trios
        if deductible is not None and out_of_pocket is not None and deductible > out_of_pocket
    ]
    return problems


def _above_limits(plan: PlanDesign | None, balances: Balances | None) -> list[Problem]:
    """Find what is said to remain of a limit that is less or does not exist, and met of a deductible there is not."""
    if plan is None or balances is None:
        return []
    pairs = (
        ("deductible_remaining", balances.deductible_remaining, plan.deductible),
        ("out_of_pocket_remaining", balances.out_of_pocket_remaining, plan.out_of_pocket_max),
    )
    found = []
    for name, remaining, limit in pairs:
        amount = limit.family if limit.rule is FamilyRule.AGGREGATE else limit.individual
        if remaining is None or amount is None:
            continue
        if amount >= NO_LIMIT:
            found.append(Problem(f"/balances/{name}", "remaining_without_limit"))
        elif remaining > amount:
            found.append(Problem(f"/balances/{name}", "remaining_above_limit"))
    if plan.pharmacy_deductible is None:
        named = [
            ("", balances.pharmacy_deductible_met),
            *((f"/members{pointers.token(who)}", member.pharmacy_deductible_met) for who, member in balances.members),
        ]
        found += [
            Problem(f"/balances{where}/pharmacy_deductible_met", "no_pharmacy_deductible")
            for where, met in named
            if met
        ]
    return found
