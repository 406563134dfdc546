"""A plan's design and what has been met of it so far."""

from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.money import ZERO, Cents
from estimator.model.part_d import PartDPlan
from estimator.model.plan import (
    NO_BENEFIT_OUT_OF_NETWORK,
    NO_LIMIT,
    Carryover,
    CopayOrder,
    Csr,
    FamilyRule,
    Limit,
    OutOfNetwork,
    PlanDesign,
    Tier,
)
from schemas.amounts import MoneyField, PercentField
from schemas.codes import StateField
from schemas.cost_shares import CostShareSchema
from schemas.fields import Choice, EnumField, PlanYearDate, Refused, StrictBoolean, StrictField
from schemas.reading import Given, Part, RequestSchema, Values

FUNDING = ("self_funded", "fully_insured")


class DeductibleSchema(RequestSchema[Limit]):
    """A deductible. "none" is a deductible of nothing."""

    individual = MoneyField('One member\'s amount, or "none". Left out: unknown.', none=ZERO)
    family = MoneyField('The family\'s amount, or "none".', none=NO_LIMIT, examples=["3000.00"])
    rule = EnumField(FamilyRule, "Whether one member has an own amount inside the family's (the default).")

    example = '{"individual": "1500.00", "family": "3000.00", "rule": "embedded"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Find a family amount below one member's."""
        individual, family = values.get("individual"), values.get("family")
        if individual is None or family is None or individual == NO_LIMIT or family >= individual:
            return []
        return [Problem("/family", "family_below_individual")]

    def make(self, values: Values) -> Limit:
        """Make a limit. Under the aggregate rule one member alone may use up the family's amount."""
        individual, family = values.get("individual"), values.get("family")
        rule = values.get("rule", FamilyRule.EMBEDDED)
        if individual is None and rule is FamilyRule.AGGREGATE:
            individual = family
        return Limit(individual, None if family == NO_LIMIT else family, rule)


class OutOfPocketMaxSchema(DeductibleSchema):
    """An out-of-pocket maximum. "none" says that the plan has no such limit."""

    individual = MoneyField('One member\'s amount, or "none". Left out: unknown.', none=NO_LIMIT, examples=["6000.00"])
    family = MoneyField('The family\'s amount, or "none".', none=NO_LIMIT, examples=["12000.00"])

    example = '{"individual": "6000.00", "family": "12000.00", "rule": "embedded"}'


class CopayOrderSchema(RequestSchema[CopayOrder]):
    """How a copay stands to the deductible and the maximum."""

    before_deductible = StrictBoolean("Taken before the deductible; default false.")
    reduces_base = StrictBoolean("Lowers what the deductible and the percentage are taken of; default false.")
    counts_to_deductible = StrictBoolean("Default false.")
    counts_to_out_of_pocket = StrictBoolean("Default true.")
    continues_after_deductible = StrictBoolean("Default true.")
    continues_after_out_of_pocket_max = StrictBoolean("Default false.")

    example = '{"before_deductible": false}'

    def make(self, values: Values) -> CopayOrder:
        """Make the order."""
        return CopayOrder(**values)


class PharmacyDeductible(NamedTuple):
    """How the deductible stands to drugs: it applies to them or not, or they have an amount of their own."""

    applies: bool
    amount: Cents | None = None


class PharmacyDeductibleField(StrictField[PharmacyDeductible]):
    """Whether the deductible applies to drugs ("combined") or not ("none"), or an amount that drugs have alone."""

    words = ("combined", "none")

    def openapi(self) -> dict[str, object]:
        """Describe the two words and an amount."""
        return {"type": ["string", "number"], "pattern": r"^(combined|none|[0-9]{1,10}(\.[0-9]{1,2})?)$"}

    def read(self, value: object) -> PharmacyDeductible:
        """Read one of the words, or an amount."""
        if value in self.words:
            return PharmacyDeductible(applies=value == "combined")
        try:
            return PharmacyDeductible(applies=True, amount=_AMOUNT.read(value))
        except Refused as refused:
            if isinstance(value, str) and refused.problems[0].code == "not_a_number":
                raise Refused("not_allowed", {"choices": f"{', '.join(self.words)}, 250.00"}) from None
            raise


_AMOUNT = MoneyField()


class OutOfNetworkSchema(RequestSchema[OutOfNetwork]):
    """What the plan pays out of network. What is left out is not known; "none" says that there is no such limit."""

    deductible = Part(DeductibleSchema(), 'The deductible, or "none".', words={"none": Limit(ZERO)})
    out_of_pocket_max = Part(OutOfPocketMaxSchema(), 'The maximum, or "none".', words={"none": Limit(NO_LIMIT)})
    cost_share = Part(CostShareSchema())
    cross_accumulates = StrictBoolean("Whether what counts in one network counts in the other; default false.")

    example = '{"deductible": {"individual": "3000.00"}, "cost_share": {"default": {"coinsurance_percent": "40"}}}'

    def make(self, values: Values) -> OutOfNetwork:
        """Make the terms out of network."""
        cost_share = values.pop("cost_share", None)
        return OutOfNetwork(
            default_share=cost_share.default if cost_share else None,
            cost_share=cost_share.by_category if cost_share else (),
            **values,
        )


class CarryoverSchema(RequestSchema[Carryover]):
    """The last three months' deductible counts in the next plan year too."""

    only_if_deductible_unmet = StrictBoolean("Only where this year's deductible was not met; default false.")

    example = '{"only_if_deductible_unmet": true}'

    def make(self, values: Values) -> Carryover:
        """Make the carry-over."""
        return Carryover(**values)


class PartDSchema(RequestSchema[PartDPlan]):
    """A Medicare drug plan; what is left out is the year's standard benefit."""

    deductible = MoneyField('The plan\'s deductible, or "none".', none=ZERO, examples=["615.00"])
    coinsurance_percent = PercentField("The member's percentage of the drug.", attribute="coinsurance", examples=["25"])
    copay = MoneyField("The member's fixed amount for a fill.", examples=["100.00"])
    out_of_pocket_max = MoneyField("A yearly limit of the plan's own below the year's cap.", attribute="cap")
    extra_help = StrictBoolean("Whether the member has the low-income subsidy in full; default false.")

    example = '{"deductible": "615.00", "coinsurance_percent": "25"}'

    def make(self, values: Values) -> PartDPlan:
        """Make a drug plan."""
        return PartDPlan(**values)


class PlanSchema(RequestSchema[PlanDesign]):
    """One insurance plan. For Medicare: only what differs from the year's published amounts."""

    year_starts_on = PlanYearDate("First day of the plan year; recurs.", examples=["2027-01-01"])
    issue_state = StateField("Where the plan was issued: its law binds insured plans.")
    funding = Choice(FUNDING, "Whose money pays claims.")
    deductible = Part(DeductibleSchema(), 'The deductible, or "none".', words={"none": Limit(ZERO)})
    out_of_pocket_max = Part(OutOfPocketMaxSchema(), 'The maximum, or "none".', words={"none": Limit(NO_LIMIT)})
    pharmacy_deductible = PharmacyDeductibleField('"combined", "none" (drugs are exempt), or an amount.')
    hdhp = StrictBoolean("A high-deductible health plan with an HSA: nothing is carried over.")
    grandfathered = StrictBoolean("A plan of before 2010-03-23: no federal limit for each member; default false.")
    cost_share = Part(CostShareSchema())
    out_of_network = Part(
        OutOfNetworkSchema(),
        'Terms out of network; "none" where the plan pays nothing there. Left out: not known.',
        words={"none": NO_BENEFIT_OUT_OF_NETWORK},
    )
    copay = Part(CopayOrderSchema())
    deductible_counts_to_out_of_pocket = StrictBoolean("Default true.")
    coinsurance_counts_to_out_of_pocket = StrictBoolean("Default true.")
    fourth_quarter_carryover = Part(CarryoverSchema(), attribute="carryover")
    part_d = Part(PartDSchema(), "The Medicare drug plan, where this plan is not itself one.")
    csr = EnumField(Csr, "The silver variant with cost-sharing reductions: bounds a maximum that is not said.")
    tier = EnumField(Tier, "Default: family when a family amount is given.")

    example = '{"deductible": {"individual": "1500.00"}}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Note the limits of a family whose rule was not said."""
        values["unsaid_rules"] = tuple(
            name
            for name in ("deductible", "out_of_pocket_max")
            if isinstance(limit := given.get(name), dict)
            and limit.get("rule") is None
            and limit.get("family") not in (None, "none")
        )
        return []

    def make(self, values: Values) -> PlanDesign:
        """Make a plan."""
        drugs = values.pop("pharmacy_deductible", PharmacyDeductible(applies=True))
        cost_share = values.pop("cost_share", None)
        deductible = values.setdefault("deductible", Limit(None))
        maximum = values.setdefault("out_of_pocket_max", Limit(None))
        has_family = deductible.family is not None or maximum.family is not None
        values.setdefault("tier", Tier.FAMILY if has_family else Tier.SELF)
        values.setdefault("year_starts_on", None)
        return PlanDesign(
            default_share=cost_share.default if cost_share else None,
            cost_share=cost_share.by_category if cost_share else (),
            drug_deductible_applies=drugs.applies,
            pharmacy_deductible=drugs.amount,
            **values,
        )
