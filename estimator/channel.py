"""Which benefit pays which line.

Original Medicare pays immune globulin given in an office, a suite or a hospital under Part B, and at home by vein only
for primary immunodeficiency (a closed list of diagnoses); other home use by vein falls to Part D, whose cost sharing is
not computed here. Everyone else pays under the medical benefit.
"""

from typing import NamedTuple

from estimator.model.codes import Benefit, Payer, Route, Site
from estimator.reference.book import ReferenceBook

HOME_LIST = "medicare_home_ivig"
UNCOMPUTED = Benefit.PART_D
"""The benefit whose cost sharing is not computed."""


class Channel(NamedTuple):
    """The benefit that pays the drug and the one that pays giving it; ``reason`` is a code with a text."""

    drug: Benefit
    administration: Benefit
    reason: str


def choose(*, payer: Payer, site: Site, route: Route, diagnosis: str | None, book: ReferenceBook) -> Channel:
    """Choose the benefits for an order."""
    if payer is not Payer.MEDICARE:
        return Channel(Benefit.MEDICAL, Benefit.MEDICAL, "medical_benefit")
    if site is not Site.HOME:
        return Channel(Benefit.PART_B, Benefit.PART_B, "medicare_part_b")
    if route is Route.SC:
        return Channel(Benefit.DME, Benefit.DME, "medicare_home_pump")
    if diagnosis is not None and diagnosis in book.code_list(HOME_LIST):
        return Channel(Benefit.PART_B, Benefit.PART_B, "medicare_home_ivig")
    return Channel(Benefit.PART_D, Benefit.NONE, "medicare_home_part_d")
