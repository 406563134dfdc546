"""The patient, as far as the arithmetic needs one: no name, no birth date, no member number."""

from decimal import Decimal
from typing import NoReturn

from estimator.errors import Problem
from estimator.model.codes import InfusionRisk, Sex
from estimator.model.order import Household, Patient
from estimator.model.quantities import Height, HeightUnit, Weight, WeightUnit
from schemas.amounts import MoneyField, PositiveDecimal, StrictInteger, exact
from schemas.codes import StateField
from schemas.fields import EnumField, Refused, UnitField
from schemas.reading import Given, Part, PartList, RequestSchema, Values

LIGHTEST_KG = Decimal("0.3")
HEAVIEST_KG = Decimal(650)
SHORTEST_CM = Decimal(30)
TALLEST_CM = Decimal(260)


def read_bare(given: object, example: str, *, oversized: str) -> NoReturn:
    """Refuse a quantity sent without an object: a bare number lacks its unit, any other value is no number."""
    try:
        exact(given, oversized=oversized, params={"why": "bounds"})
    except Refused as refused:
        code = refused.problems[0].code
        if code != "not_a_number":
            raise
        raise Refused(code, {"why": "with_unit", "example": example}) from None
    raise Refused("required", {"why": "unit_beside_value", "example": example}, at="/unit")


class WeightSchema(RequestSchema[Weight]):
    """A body weight with its unit."""

    value = PositiveDecimal(
        "From 0.3 to 650 kg, whatever the unit.", code="weight_out_of_range", required=True, examples=["70"]
    )
    unit = UnitField(WeightUnit, "Never guessed.", required=True, examples=["kg"])

    example = '{"value": 70, "unit": "kg"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Keep a weight within what a body can weigh."""
        if len(values) == 2 and not LIGHTEST_KG <= self.make(values).kg <= HEAVIEST_KG:
            return [Problem("/value", "weight_out_of_range", {"low": str(LIGHTEST_KG), "high": str(HEAVIEST_KG)})]
        return []

    def make(self, values: Values) -> Weight:
        """Make a weight."""
        return Weight(values["value"], values["unit"])

    def read(self, given: object) -> Weight:
        """Read a weight; a bare number lacks its unit, and any other bare value is no number."""
        if not isinstance(given, dict):
            return read_bare(given, self.example, oversized="weight_out_of_range")
        return super().read(given)


class HeightSchema(RequestSchema[Height]):
    """A body height with its unit."""

    value = PositiveDecimal(
        "From 30 to 260 cm, whatever the unit.", code="height_out_of_range", required=True, examples=["170"]
    )
    unit = UnitField(HeightUnit, "Never guessed.", required=True, examples=["cm"])

    example = '{"value": 170, "unit": "cm"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Keep a height within what a body can measure."""
        if len(values) == 2 and not SHORTEST_CM <= self.make(values).cm <= TALLEST_CM:
            return [Problem("/value", "height_out_of_range", {"low": str(SHORTEST_CM), "high": str(TALLEST_CM)})]
        return []

    def make(self, values: Values) -> Height:
        """Make a height."""
        return Height(values["value"], values["unit"])

    def read(self, given: object) -> Height:
        """Read a height; a bare number lacks its unit, and any other bare value is no number."""
        if not isinstance(given, dict):
            return read_bare(given, self.example, oversized="height_out_of_range")
        return super().read(given)


class HouseholdSchema(RequestSchema[Household]):
    """Who lives of which income."""

    size = StrictInteger("People in the household.", low=1, high=30, required=True, examples=[2])
    income_per_year = MoneyField("Before taxes.", required=True, attribute="income", examples=["48000.00"])

    example = '{"size": 2, "income_per_year": "48000.00"}'

    def make(self, values: Values) -> Household:
        """Make a household."""
        return Household(**values)


class PatientSchema(RequestSchema[Patient]):
    """The patient."""

    weight = Part(WeightSchema(), "Needed for a dose by weight.")
    height = Part(HeightSchema(), "Needed for ideal and adjusted dosing weight, and for a body mass index.")
    sex = EnumField(Sex, "Needed for ideal and adjusted dosing weight alone.", examples=["female"])
    age_years = StrictInteger("Age in whole years.", low=0, high=125, examples=[54])
    infusion_risks = PartList(
        EnumField(InfusionRisk),
        "Risks for which labels ask for a slower infusion by vein.",
        longest=2,
        may_be_empty=True,
        examples=[["renal"]],
    )
    residence_state = StateField("Where the patient lives.", examples=["TX"])
    household = Part(HouseholdSchema(), "For programmes that go by income.")

    example = '{"weight": {"value": 70, "unit": "kg"}}'

    def make(self, values: Values) -> Patient:
        """Make a patient."""
        return Patient(**values)
