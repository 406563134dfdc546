"""A plan's design and what has been met of it so far."""

from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.codes import Category
from estimator.model.money import ZERO, MilliPercent
from estimator.model.plan import (
    NO_LIMIT,
    CopayOrder,
    CostShareRule,
    FamilyRule,
    Limit,
    Per,
    PlanDesign,
    Tier,
)
from schemas.amounts import MoneyField, PercentField, exact
from schemas.codes import StateField
from schemas.fields import Choice, EnumField, PlanYearDate, Refused, StrictBoolean, StrictField
from schemas.not_supported import ONLY, NotYetSupported
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


class CostShareRuleSchema(RequestSchema[CostShareRule]):
    """What the member pays after the deductible: a copay, a percentage, or both; the one left out is no part of it."""

    coinsurance_percent = PercentField("The member's percentage.", attribute="coinsurance", examples=["20"])
    copay = MoneyField('The member\'s fixed amount, or "none".', none=ZERO, examples=["30.00"])
    per = EnumField(Per, "What the copay, the minimum and the maximum are counted by; default visit.")
    minimum = MoneyField('Least the member pays, or "none".', none=ZERO, examples=["none"])
    maximum = MoneyField('Most the member pays, or "none".', none=NO_LIMIT, examples=["250.00"])

    example = '{"coinsurance_percent": "20", "copay": "none", "per": "visit"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find an empty rule, and a minimum above the maximum."""
        problems: list[Problem] = []
        if given.get("coinsurance_percent") is None and given.get("copay") is None:
            problems.append(Problem("/coinsurance_percent", "required"))
        if values.get("minimum", ZERO) > values.get("maximum", NO_LIMIT):
            problems.append(Problem("/minimum", "minimum_above_maximum"))
        return problems

    def make(self, values: Values) -> CostShareRule:
        """Make a rule."""
        values.setdefault("coinsurance", MilliPercent(0))
        if values.get("minimum") == ZERO:
            del values["minimum"]
        if values.get("maximum") == NO_LIMIT:
            del values["maximum"]
        return CostShareRule(**values)


class CostShare(NamedTuple):
    """The rule for everything, and the rules that replace it for some categories."""

    default: CostShareRule | None
    by_category: tuple[tuple[Category, CostShareRule], ...]


class CostShareSchema(RequestSchema[CostShare]):
    """Cost sharing by category; a category's rule replaces the default whole."""

    default = Part(CostShareRuleSchema(), "For every category without a rule of its own.")
    drug = Part(CostShareRuleSchema())
    administration = Part(CostShareRuleSchema())
    premedication = Part(CostShareRuleSchema())
    visit = Part(CostShareRuleSchema())
    facility = Part(CostShareRuleSchema())
    nursing = Part(CostShareRuleSchema())
    supplies = Part(CostShareRuleSchema())
    pharmacy = Part(CostShareRuleSchema())

    example = '{"default": {"coinsurance_percent": "20", "copay": "none"}}'

    def make(self, values: Values) -> CostShare:
        """Make the rules."""
        default = values.pop("default", None)
        return CostShare(default, tuple((Category(name), rule) for name, rule in values.items()))


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


class PharmacyDeductibleField(StrictField[bool]):
    """Whether the deductible applies to drugs: "combined" (it does) or "none" (drugs are exempt)."""

    words = ONLY["coverage.plan.pharmacy_deductible"]

    def openapi(self) -> dict[str, object]:
        """Describe the two words."""
        return {"type": "string", "enum": list(self.words)}

    def read(self, value: object) -> bool:
        """Read one of the words; a separate amount belongs to the contract but is not computed yet."""
        if value in self.words:
            return value == "combined"
        choices = ", ".join(self.words)
        try:
            exact(value, oversized="not_supported")
        except Refused:
            raise Refused("not_allowed", {"choices": choices}) from None
        raise Refused("not_supported", {"supported": choices})


class PlanSchema(RequestSchema[PlanDesign]):
    """One insurance plan. For Medicare: only what differs from the year's published amounts."""

    year_starts_on = PlanYearDate("First day of the plan year; recurs.", examples=["2027-01-01"])
    issue_state = StateField("Where the plan was issued. Changes no figure of this release.")
    funding = Choice(FUNDING, "Whose money pays claims. Changes no figure of this release.")
    deductible = Part(DeductibleSchema(), 'The deductible, or "none".', words={"none": Limit(ZERO)})
    out_of_pocket_max = Part(OutOfPocketMaxSchema(), 'The maximum, or "none".', words={"none": Limit(NO_LIMIT)})
    pharmacy_deductible = PharmacyDeductibleField(attribute="drug_deductible_applies")
    hdhp = StrictBoolean("A high-deductible health plan. Changes no figure of this release.")
    cost_share = Part(CostShareSchema())
    out_of_network = NotYetSupported("coverage.plan.out_of_network")
    copay = Part(CopayOrderSchema())
    deductible_counts_to_out_of_pocket = StrictBoolean("Default true.")
    coinsurance_counts_to_out_of_pocket = StrictBoolean("Default true.")
    fourth_quarter_carryover = NotYetSupported("coverage.plan.fourth_quarter_carryover")
    part_d = NotYetSupported("coverage.plan.part_d")
    csr = NotYetSupported("coverage.plan.csr")
    tier = EnumField(Tier, "Default: family when a family amount is given.")

    example = '{"deductible": {"individual": "1500.00"}}'

    def make(self, values: Values) -> PlanDesign:
        """Make a plan."""
        for name in ("issue_state", "funding"):
            values.pop(name, None)
        cost_share = values.pop("cost_share", None)
        deductible = values.setdefault("deductible", Limit(None))
        maximum = values.setdefault("out_of_pocket_max", Limit(None))
        has_family = deductible.family is not None or maximum.family is not None
        values.setdefault("tier", Tier.FAMILY if has_family else Tier.SELF)
        values.setdefault("year_starts_on", None)
        return PlanDesign(
            default_share=cost_share.default if cost_share else None,
            cost_share=cost_share.by_category if cost_share else (),
            **values,
        )
