"""Money is whole cents; percentages are whole thousandths of a percent. No binary float comes near either."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

Cents = NewType("Cents", int)
"""An amount of money in whole US cents."""

MilliPercent = NewType("MilliPercent", int)
"""A percentage in thousandths of a percent: 19.150 % is 19150. The payment limit files print three places."""

ZERO = Cents(0)
HUNDRED_PERCENT = MilliPercent(100_000)

_CENT = Decimal("0.01")


def from_exact(amount: Decimal) -> Cents:
    """Round an exact dollar amount half up to whole cents: the one place where a price becomes an amount."""
    return Cents(int(amount.quantize(_CENT, rounding=ROUND_HALF_UP).scaleb(2)))


def text(amount: Cents) -> str:
    """Write cents as dollars with two places, ``737.72``."""
    if amount < 0:
        return "-" + text(Cents(-amount))
    # Percent formatting is the fastest of all: every answer writes some hundred amounts.
    return "%d.%02d" % divmod(amount, 100)  # noqa: UP031


def percent_of(amount: Cents, percent: MilliPercent) -> Cents:
    """Take a percentage of an amount, rounded half up to the cent."""
    return Cents((amount * percent + 50_000) // 100_000)


def milli_percent(percent: Decimal) -> MilliPercent:
    """Turn percent with up to three places into thousandths; more places would not be exact and raise ValueError."""
    scaled = percent.scaleb(3)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{percent} has more than three places")
    return MilliPercent(int(scaled))


def percent_text(percent: MilliPercent) -> str:
    """Write thousandths of a percent as percent with three places, as the official files do: ``19.150``."""
    whole, rest = divmod(percent, 1000)
    return f"{whole}.{rest:03d}"
