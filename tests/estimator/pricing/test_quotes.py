"""What one unit costs on a day, by the cases of ``prices.yaml``."""

from decimal import Decimal

import pytest

from estimator.model.codes import Benefit, Payer, Route, Site
from estimator.model.order import PriceOverrides
from estimator.pricing import PricingTerms
from estimator.pricing.quotes import drug_quote, service_quote
from tests.estimator.orders import day
from tests.reading import each

OVERRIDES = ("drug_allowed_per_unit", "percent_of_payment_limit", "billed_charge_per_unit")


def terms_of(given):
    payer = Payer(given.get("payer", "medicare"))
    benefit = Benefit(given.get("benefit", "part_b" if payer is Payer.MEDICARE else "medical"))
    overrides = {name: Decimal(given[name]) for name in OVERRIDES if name in given}
    return PricingTerms(
        payer=payer,
        site=Site(given.get("site", "physician_office")),
        route=Route(given.get("route", "iv")),
        drug_benefit=benefit,
        administration_benefit=benefit,
        overrides=PriceOverrides(**overrides),
    )


def levels(stated, scale=1):
    """Give low, expected and high of a case; a single figure stands for all three."""
    if stated == "none":
        return None
    three = stated if isinstance(stated, list) else [stated] * 3
    return tuple(None if figure is None else Decimal(figure) * scale for figure in three)


def compare(quote, expected):
    if "unit" in expected:
        assert quote.unit == levels(expected["unit"])
    if "percent" in expected:
        assert quote.coinsurance == levels(expected["percent"], 1000)
    if "basis" in expected:
        assert quote.basis.value == expected["basis"]
    if "assumptions" in expected:
        assert sorted(item.code for item in quote.assumptions) == sorted(expected["assumptions"])


@pytest.mark.parametrize("case", each("prices", "drugs"))
def test_a_drug_costs_what_its_day_and_payer_say(case, book):
    given = case["given"]

    quote = drug_quote(given["code"], day(given["on"]), terms=terms_of(given), book=book)

    compare(quote, case["expect"])


@pytest.mark.parametrize("case", each("prices", "services"))
def test_a_service_costs_what_its_day_and_site_say(case, book):
    given = case["given"]

    quote = service_quote(given["code"], day(given["on"]), terms=terms_of(given), book=book)

    compare(quote, case["expect"])


@pytest.mark.parametrize("case", each("prices", "drugs"))
def test_every_price_on_file_names_its_fact(case, book):
    given = case["given"]

    quote = drug_quote(given["code"], day(given["on"]), terms=terms_of(given), book=book)

    assert all(fact_id in book.facts for fact_id in quote.fact_ids)
    if quote.basis.value in ("payment_limit", "commercial_range", "percent_of_payment_limit"):
        assert any(fact_id.startswith(f"payment_limit:{given['code']}:") for fact_id in quote.fact_ids)


def test_an_assumption_names_the_last_day_published(book):
    given = {"code": "J1561", "on": "2027-01-05"}

    quote = drug_quote("J1561", day("2027-01-05"), terms=terms_of(given), book=book)

    carried = {item.code: dict(item.params) for item in quote.assumptions}
    assert carried["payment_limit_carried_forward"] == {"about": "J1561", "last_day": "2026-12-31"}
