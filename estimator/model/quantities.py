"""Doses in whole milligrams, billing units, minutes and body weight. Each kind of quantity has its own type."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple, NewType

Milligrams = NewType("Milligrams", int)
BillingUnits = NewType("BillingUnits", int)
Minutes = NewType("Minutes", int)

KG_PER_LB = Decimal("0.45359237")
"""Exact by the international definition of the pound."""

CM_PER_INCH = Decimal("2.54")
"""Exact by the international definition of the inch."""

CM_PER_METRE = 100
MG_PER_GRAM = 1000


class WeightUnit(StrEnum):
    """The units in which a body weight may be given."""

    KG = "kg"
    LB = "lb"


class HeightUnit(StrEnum):
    """The units in which a body height may be given."""

    CM = "cm"
    IN = "in"


class DoseUnit(StrEnum):
    """The units in which a dose may be ordered."""

    G_PER_KG = "g/kg"
    MG_PER_KG = "mg/kg"
    G = "g"
    MG = "mg"

    @property
    def is_per_kg(self) -> bool:
        """Say whether the dose depends on body weight."""
        return self in (DoseUnit.G_PER_KG, DoseUnit.MG_PER_KG)


class Weight(NamedTuple):
    """A body weight as it was given."""

    value: Decimal
    unit: WeightUnit

    @property
    def kg(self) -> Decimal:
        """The weight in kilograms, exact."""
        return self.value if self.unit is WeightUnit.KG else self.value * KG_PER_LB


class Height(NamedTuple):
    """A body height as it was given."""

    value: Decimal
    unit: HeightUnit

    @property
    def cm(self) -> Decimal:
        """The height in centimetres, exact."""
        return self.value if self.unit is HeightUnit.CM else self.value * CM_PER_INCH

    @property
    def inches(self) -> Decimal:
        """The height in inches."""
        return self.value if self.unit is HeightUnit.IN else self.value / CM_PER_INCH


def whole_milligrams(exact: Decimal) -> Milligrams:
    """Round an exact number of milligrams half up to whole ones: the one place where a dose becomes whole."""
    return Milligrams(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def ceil_div(dividend: int, divisor: int) -> int:
    """Divide whole numbers, rounding up."""
    return -(-dividend // divisor)


def grams_text(amount: Milligrams) -> str:
    """Write milligrams as grams without trailing zeros: 2500 mg is ``2.5``."""
    whole, rest = divmod(amount, MG_PER_GRAM)
    return str(whole) if not rest else f"{whole}.{rest:03d}".rstrip("0")


def plain(number: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: 70.50 is ``70.5``."""
    written = format(number, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
