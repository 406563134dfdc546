"""Milligrams → packages to open, discarded drug, billing units."""

from estimator.vials.choice import Size, choose, fill, sizes_of, together
from estimator.vials.rounding import RoundedDose, change_percent, round_dose

__all__ = ["RoundedDose", "Size", "change_percent", "choose", "fill", "round_dose", "sizes_of", "together"]
