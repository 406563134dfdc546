"""Charges against what is allowed: the lower of the two, but for rates set beforehand and contracts."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.model.claims import ClaimLine
from estimator.model.codes import Benefit, Category, Payer, PriceBasis, Route, Site
from estimator.model.order import PriceOverrides
from estimator.pricing import PricingTerms
from estimator.pricing.charges import held_to_charge
from tests.estimator.orders import cents, dollars

ON = date(2026, 2, 10)


def lines(*, drug_basis=PriceBasis.CALLER, drug_billed="7000.00", visit_billed="250.00"):
    """140 units at 60.00, and 300.00 for the visit."""
    drug = ClaimLine(
        code="J1561",
        modifiers=("JA", "JZ"),
        units=140,
        category=Category.DRUG,
        benefit=Benefit.MEDICAL,
        price_basis=drug_basis,
        unit_price=Decimal(60),
        allowed=cents("8400.00"),
        billed=cents(drug_billed),
    )
    visit = drug._replace(
        code="96365",
        category=Category.ADMINISTRATION,
        price_basis=PriceBasis.CALLER,
        allowed=cents("300.00"),
        billed=cents(visit_billed),
    )
    return drug, visit


def held(found, book, *, payer=Payer.COMMERCIAL, site=Site.PHYSICIAN_OFFICE):
    charge = PriceOverrides(billed_charge_per_unit=Decimal(50))
    terms = PricingTerms(payer, site, Route.IV, Benefit.MEDICAL, Benefit.MEDICAL, charge)
    return held_to_charge(found, ON, terms=terms, book=book)


def allowed(found):
    return [dollars(line.allowed) for line in found]


@pytest.mark.parametrize("payer", [Payer.COMMERCIAL, Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE])
def test_no_more_is_allowed_than_is_charged(payer, book):
    found, said = held(lines(), book, payer=payer)

    assert allowed(found) == ["7000.00", "250.00"]
    assert found[0].unit_price == Decimal(50)
    assert [(item.code, item.pointer) for item in said] == [
        ("allowed_at_charge", "price.billed_charge_per_unit"),
        ("allowed_at_charge", "price.billed_charge_administration"),
    ]


def test_only_the_lines_charged_less_are_lowered_and_named(book):
    found, said = held(lines(drug_billed="9000.00"), book)

    assert allowed(found) == ["8400.00", "250.00"]
    assert [dict(item.params)["lines"] for item in said] == ["96365"]


def test_nothing_is_said_where_the_charge_is_higher(book):
    whole = lines(drug_billed="8400.00", visit_billed="600.00")

    assert held(whole, book) == (whole, ())


def test_medicare_pays_a_hospital_its_rate_whatever_was_charged(book):
    whole = lines()

    found, said = held(whole, book, payer=Payer.MEDICARE, site=Site.HOSPITAL_OUTPATIENT)

    assert found == whole
    assert {item.code for item in said} == {"prospective_rate_above_charge"}
    assert all(item.fact_ids for item in said)


def test_a_contracted_rate_stays_as_it_is_written(book):
    found, _ = held(lines(drug_basis=PriceBasis.CONTRACT), book)

    assert allowed(found) == ["8400.00", "250.00"]
