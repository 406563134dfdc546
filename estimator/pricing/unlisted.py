"""Drugs that are not on file: their billing code as the caller describes it, and what of their claim is supposed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from estimator.model.claims import ClaimLine
from estimator.model.codes import Category
from estimator.model.levels import Assumption
from estimator.model.order import CustomProduct
from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode

REVENUE_CODE = "drug_revenue_code"
UNCLASSIFIED = "claim_units:unclassified_code"
SIMPLE, COMPLEX = ("iv_first_hour", "sc_first_hour"), ("chemo_first_hour", "chemo_additional_hour")


class HasLines(Protocol):
    """A day with its claim lines."""

    @property
    def lines(self) -> tuple[ClaimLine, ...]:
        """Give the lines."""


def custom_code(product: CustomProduct, on: date, book: ReferenceBook) -> BillingCode:
    """Describe the billing code of a product not on file, from what the caller says and the code list knows."""
    known = book.billing_code(product.hcpcs, on)
    if known is not None:
        return known._replace(mg_per_unit=product.mg_per_unit)
    rule = book.word("coding_rule", REVENUE_CODE, on)
    revenue_code = rule.value.get("code") if rule is not None and isinstance(rule.value, Mapping) else None
    return BillingCode(
        code=product.hcpcs,
        category=Category.DRUG,
        name=None,
        mg_per_unit=product.mg_per_unit,
        immune_globulin=False,
        route_modifiers={},
        role=None,
        revenue_code=None if revenue_code is None else str(revenue_code),
        period=Period(on, None),
        fact_id="",
    )


def supposed(drug: BillingCode, days: Iterable[HasLines], on: date, *, book: ReferenceBook) -> tuple[Assumption, ...]:
    """Name what a claim of a described drug supposes: the family of its infusion codes, and how its units count.

    Other drugs may be infused with the codes of complex drugs; an unclassified code is taken as one unit.
    """
    found = []
    simple = {book.code_by_role(role).code for role in SIMPLE}
    used = sorted({line.code for day in days for line in day.lines if line.code in simple})
    if used and not drug.immune_globulin:
        codes = ", ".join(book.code_by_role(role).code for role in COMPLEX)
        params = (("code", drug.code), ("used", ", ".join(used)), ("codes", codes))
        found.append(Assumption("simple_infusion_codes_taken", params, "therapy.custom_product"))
    rule = book.word("benefit_rule", UNCLASSIFIED, on)
    listed = rule.value.get("codes") if rule is not None and isinstance(rule.value, Mapping) else None
    if rule is not None and isinstance(listed, list | tuple) and drug.code in listed:
        named = (("code", drug.code),)
        found.append(Assumption("unclassified_code_one_unit", named, "therapy.custom_product", (rule.id,)))
    return tuple(found)
