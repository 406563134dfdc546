"""A Medicare drug plan (Part D), as far as the caller knows it. ``None`` is not known."""

from typing import NamedTuple

from estimator.model.money import Cents, MilliPercent


class PartDPlan(NamedTuple):
    """What a drug plan asks for the drug.

    ``cap`` is a yearly limit of the plan's own, which may only lie below the year's. ``extra_help`` says that the
    patient has the low-income subsidy in full.
    """

    deductible: Cents | None = None
    coinsurance: MilliPercent | None = None
    copay: Cents | None = None
    cap: Cents | None = None
    extra_help: bool = False

    @property
    def has_share(self) -> bool:
        """Say whether the plan's share of a claim is known."""
        return self.coinsurance is not None or self.copay is not None
