"""What the member pays of a line: a copay, a percentage or both, by category."""

from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.codes import Category
from estimator.model.money import ZERO, MilliPercent
from estimator.model.plan import NO_LIMIT, CostShareRule, Per
from schemas.amounts import MoneyField, PercentField
from schemas.fields import EnumField
from schemas.reading import Given, Part, RequestSchema, Values


class CostShareRuleSchema(RequestSchema[CostShareRule]):
    """What the member pays after the deductible: a copay, a percentage, or both; the one left out is no part of it."""

    coinsurance_percent = PercentField("The member's percentage.", attribute="coinsurance", examples=["20"])
    copay = MoneyField('The member\'s fixed amount, or "none".', none=ZERO, examples=["30.00"])
    per = EnumField(Per, "What the copay, the minimum and the maximum are counted by; default visit.")
    minimum = MoneyField('Least that copay and coinsurance come to, or "none".', none=ZERO, examples=["none"])
    maximum = MoneyField('Most that copay and coinsurance come to, or "none".', none=NO_LIMIT, examples=["250.00"])

    example = '{"coinsurance_percent": "20", "copay": "none", "per": "visit"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find an empty rule, and a minimum above the maximum."""
        problems: list[Problem] = []
        if given.get("coinsurance_percent") is None and given.get("copay") in (None, "none"):
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
