"""A day's dose rounded to whole packages, as far as the order allows."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from estimator.model.money import MilliPercent
from estimator.model.order import DoseRounding
from estimator.model.quantities import Milligrams
from estimator.vials.choice import Size, sum_at_least, sum_at_most

TOO_FAR = "beyond_max_percent"
NO_PACKAGE_BELOW = "no_package_below"
ABOVE_CAP = "above_dose_cap"


class RoundedDose(NamedTuple):
    """A day's dose as ordered and as given; ``kept_because`` says why a dose that is no whole packages was kept."""

    ordered_mg: Milligrams
    mg: Milligrams
    kept_because: str | None = None


def round_dose(
    ordered_mg: Milligrams,
    *,
    sizes: Sequence[Size],
    rounding: DoseRounding,
    max_percent: MilliPercent | None,
    most_mg: Milligrams | None = None,
) -> RoundedDose:
    """Round a dose to a sum of whole packages: the nearest (half way: up), the next above, or the next below.

    A change of more than ``max_percent`` of the ordered dose is not made, and a dose is never rounded down to nothing,
    also where nothing is nearer than the smallest package: the dose is then kept, and the reason given. ``most_mg`` is
    the most that may be given on the day: a sum above it is none to round to.
    """
    if rounding is DoseRounding.NONE:
        return RoundedDose(ordered_mg, ordered_mg)
    above, below = sum_at_least(ordered_mg, sizes), sum_at_most(ordered_mg, sizes)
    is_above_cap = most_mg is not None and above > most_mg
    if rounding is DoseRounding.UP and is_above_cap and above > ordered_mg:
        return RoundedDose(ordered_mg, ordered_mg, ABOVE_CAP)
    if rounding is DoseRounding.UP:
        chosen = above
    elif rounding is DoseRounding.DOWN:
        chosen = below
    else:
        chosen = below if is_above_cap or ordered_mg - below < above - ordered_mg else above
    if not chosen:
        return RoundedDose(ordered_mg, ordered_mg, NO_PACKAGE_BELOW)
    # Thousandths of a percent on both sides: 100,000 of them are the whole dose.
    if max_percent is not None and abs(chosen - ordered_mg) * 100_000 > max_percent * ordered_mg:
        return RoundedDose(ordered_mg, ordered_mg, TOO_FAR)
    return RoundedDose(ordered_mg, chosen)


def change_percent(ordered_mg: int, given_mg: int) -> Decimal:
    """Give the change of a dose in percent with two places; negative where less is given than ordered."""
    if given_mg == ordered_mg:
        return Decimal("0.00")
    return (Decimal(given_mg - ordered_mg) * 100 / ordered_mg).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
