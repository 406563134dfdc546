"""Milligrams → packages to open, discarded drug, billing units."""

from estimator.vials.alternatives import Alternative, alternatives, avoidable_units
from estimator.vials.choice import Size, choose, fill, sizes_of, together
from estimator.vials.rounding import RoundedDose, change_percent, round_dose

__all__ = [
    "Alternative",
    "RoundedDose",
    "Size",
    "alternatives",
    "avoidable_units",
    "change_percent",
    "choose",
    "fill",
    "round_dose",
    "sizes_of",
    "together",
]
