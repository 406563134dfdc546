"""Which benefit pays which line.

Original Medicare pays immune globulin given in an office, a suite or a hospital under Part B, and at home by vein only
for primary immunodeficiency (a closed list of diagnoses); other home use by vein falls to Part D, which pays the drug
alone. Everyone else pays under the medical benefit.
"""

from typing import NamedTuple

from estimator.model.codes import Benefit, Payer, Route, Site
from estimator.reference.book import ReferenceBook

HOME_LIST = "medicare_home_ivig"

PAYS_BOTH = frozenset({Benefit.MEDICAL, Benefit.PART_B, Benefit.DME})
"""Benefits that pay giving the drug too; a pharmacy's claim never does."""


class Channel(NamedTuple):
    """The benefit that pays the drug and the one that pays giving it; ``reason`` is a code with a text."""

    drug: Benefit
    administration: Benefit
    reason: str


def choose(
    *,
    payer: Payer,
    site: Site,
    route: Route,
    diagnosis: str | None,
    book: ReferenceBook,
    drug: Benefit | None = None,
    administration: Benefit | None = None,
) -> Channel:
    """Choose the benefits for an order; ``drug`` and ``administration`` are those that the caller states.

    Where only the drug's benefit is stated, giving it stays where it would be paid anyway, unless the stated benefit
    pays both.
    """
    found = _worked_out(payer=payer, site=site, route=route, diagnosis=diagnosis, book=book)
    if drug is None and administration is None:
        return found
    if administration is None and drug in PAYS_BOTH:
        administration = drug
    if administration is None and drug is Benefit.PART_D:
        administration = Benefit.NONE
    return Channel(drug or found.drug, administration or found.administration, "benefit_as_stated")


def _worked_out(*, payer: Payer, site: Site, route: Route, diagnosis: str | None, book: ReferenceBook) -> Channel:
    if payer is not Payer.MEDICARE:
        return Channel(Benefit.MEDICAL, Benefit.MEDICAL, "medical_benefit")
    if site is not Site.HOME:
        return Channel(Benefit.PART_B, Benefit.PART_B, "medicare_part_b")
    if route is Route.SC:
        return Channel(Benefit.DME, Benefit.DME, "medicare_home_pump")
    if diagnosis is not None and diagnosis in book.code_list(HOME_LIST):
        return Channel(Benefit.PART_B, Benefit.PART_B, "medicare_home_ivig")
    return Channel(Benefit.PART_D, Benefit.NONE, "medicare_home_part_d")
