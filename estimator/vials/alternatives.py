"""Other ways to open packages for a dose, each with what is left over: what a pharmacist weighs against each other."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from estimator.model.claims import Fill, OpenedVial
from estimator.model.codes import VialPolicy
from estimator.model.money import Cents
from estimator.model.quantities import BillingUnits, Milligrams
from estimator.vials.choice import Size, choose, fill

POLICIES = (VialPolicy.LEAST_WASTE, VialPolicy.FEWEST_VIALS, VialPolicy.LOWEST_ACQUISITION_COST)


class Alternative(NamedTuple):
    """The packages that are best by these policies. ``cost`` is what they cost to buy, where all prices are known."""

    policies: tuple[VialPolicy, ...]
    fill: Fill
    cost: Cents | None

    @property
    def packages(self) -> int:
        """How many packages are opened."""
        return sum(vial.packages for vial in self.fill.vials)


def alternatives(
    dose_mg: Milligrams, *, sizes: Sequence[Size], mg_per_unit: Decimal, single_dose: bool = True
) -> tuple[Alternative, ...]:
    """Give the best choice by each policy; choices alike are one. The cheapest stands only where prices are known."""
    prices = {size.mg: size.price for size in sizes}
    found: dict[tuple[OpenedVial, ...], list[VialPolicy]] = {}
    for policy in POLICIES:
        if policy is VialPolicy.LOWEST_ACQUISITION_COST and not any(prices.values()):
            continue
        found.setdefault(choose(dose_mg, sizes=sizes, policy=policy), []).append(policy)
    return tuple(
        Alternative(
            policies=tuple(policies),
            fill=fill(dose_mg, opened, mg_per_unit=mg_per_unit, single_dose=single_dose),
            cost=_cost(opened, prices),
        )
        for opened, policies in found.items()
    )


def avoidable_units(opened: Fill, among: Sequence[Alternative]) -> BillingUnits:
    """Give how many discarded units a better choice of packages would have avoided."""
    least = min((each.fill.discarded_units for each in among), default=opened.discarded_units)
    return BillingUnits(max(opened.discarded_units - least, 0))


def _cost(opened: Sequence[OpenedVial], prices: dict[Milligrams, Cents | None]) -> Cents | None:
    total = 0
    for vial in opened:
        price = prices.get(vial.mg)
        if price is None:
            return None
        total += price * vial.packages
    return Cents(total)
