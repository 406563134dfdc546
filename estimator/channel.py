"""Which benefit pays which line.

Original Medicare pays immune globulin given in an office, a suite or a hospital under Part B, and at home by vein only
for primary immunodeficiency (a closed list of diagnoses); by pump at home the equipment benefit pays for the same list,
and a product for a further diagnosis where a rule on file says so. Other home use falls to Part D, which pays the drug
alone. Everyone else pays under the medical benefit.
"""

from datetime import date
from typing import NamedTuple

from estimator.model.codes import Benefit, Payer, Route, Site
from estimator.reference.book import ReferenceBook

HOME_LIST = "medicare_home_ivig"
AT_HOME = "medicare_home_ivig"
PUMP_RULE = "pump_benefit"
BY_PUMP = "medicare_home_pump"
PUMP_NOT_FOR_DIAGNOSIS = "medicare_home_pump_not_for_diagnosis"

GIVES_IT = {Benefit.MEDICAL: Benefit.MEDICAL, Benefit.PART_B: Benefit.PART_B, Benefit.DME: Benefit.PART_B}
"""The benefit that pays giving the drug under the one that pays the drug; a pharmacy's claim never does.

Visits of a home infusion therapy supplier are Part B's own, billed apart from the equipment benefit's drug and pump.
"""


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
    on: date,
    book: ReferenceBook,
    product: str | None = None,
    indication: str | None = None,
    drug: Benefit | None = None,
    administration: Benefit | None = None,
) -> Channel:
    """Choose the benefits for an order on a day; ``drug`` and ``administration`` are those that the caller states.

    ``product`` is its id, ``None`` while several are compared. Without a code, the list of diagnoses for use at home is
    open for an indication that has codes on it, and Part B is supposed.

    Where only the drug's benefit is stated, giving it stays where it would be paid anyway, unless the stated benefit
    pays both.
    """
    found = _worked_out(payer, site, route, diagnosis, indication, product, on, book)
    if drug is None and administration is None:
        return found
    if administration is None and drug is not None:
        administration = GIVES_IT.get(drug)
    if administration is None and drug is Benefit.PART_D:
        administration = Benefit.NONE
    return Channel(drug or found.drug, administration or found.administration, "benefit_as_stated")


def _worked_out(
    payer: Payer,
    site: Site,
    route: Route,
    diagnosis: str | None,
    indication: str | None,
    product: str | None,
    on: date,
    book: ReferenceBook,
) -> Channel:
    if payer is not Payer.MEDICARE:
        return Channel(Benefit.MEDICAL, Benefit.MEDICAL, "medical_benefit")
    if site is not Site.HOME:
        return Channel(Benefit.PART_B, Benefit.PART_B, "medicare_part_b")
    if route is Route.SC:
        if diagnosis is None or _is_paid_by_pump(diagnosis, product, on, book):
            return Channel(Benefit.DME, Benefit.PART_B, BY_PUMP)
        return Channel(Benefit.PART_D, Benefit.NONE, PUMP_NOT_FOR_DIAGNOSIS)
    if book.is_listed(HOME_LIST, diagnosis, indication) is not False:
        return Channel(Benefit.PART_B, Benefit.PART_B, AT_HOME)
    return Channel(Benefit.PART_D, Benefit.NONE, "medicare_home_part_d")


def _is_paid_by_pump(diagnosis: str, product: str | None, on: date, book: ReferenceBook) -> bool:
    """Say whether the equipment benefit pays a product for a diagnosis; without a product, whether it pays any."""
    if diagnosis in book.code_list(HOME_LIST):
        return True
    prefix = f"{PUMP_RULE}:{diagnosis}:"
    keys = [f"{prefix}{product}"] if product is not None else [key for _, key in book.words if key.startswith(prefix)]
    return any(book.word("benefit_rule", key, on) is not None for key in keys)
