"""What must hold of every contract, whatever its rates."""

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimator import billing, pipeline
from estimator.model.codes import Route, Site
from estimator.model.order import PriceOverrides
from tests.estimator.contracts import contract_of
from tests.estimator.orders import dose, every, order

RELAXED = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
unit_prices = st.decimals(25, 500, places=3)
percents = st.decimals(10, 400, places=2)


def asked(price, *, grams="70", days=1, start_on=date(2026, 2, 10)):
    return order(
        product="gamunex-c",
        dose=dose(f"{grams} g"),
        days_per_course=days,
        interval=every("28 day"),
        route=Route.IV,
        start_on=start_on,
        infusion_minutes=180,
        site_of_care=Site.PHYSICIAN_OFFICE,
        price=price,
        coverage_check=False,
    )


def by_contract(*rates, **more):
    return PriceOverrides(contract_id="ctr_1", contract=contract_of(rates), **more)


def drug(method, value):
    return {"code": "J1561", "method": method, "value": str(value)}


def drug_amounts(bill):
    return [line.allowed for found in bill.days for line in found.lines if line.code == "J1561"]


@RELAXED
@given(price=unit_prices, grams=st.integers(5, 120))
def test_a_contracted_price_is_the_callers_own_price(price, grams, book):
    contracted = billing.bill(asked(by_contract(drug("per_unit", price)), grams=grams), book=book)
    given_ = billing.bill(asked(PriceOverrides(drug_allowed_per_unit=price), grams=grams), book=book)

    assert drug_amounts(contracted) == drug_amounts(given_)


@RELAXED
@given(percent=percents)
def test_a_contracted_percentage_is_the_callers_own_at_every_level(percent, book):
    start_on = date(2026, 11, 3)
    contracted = pipeline.estimate(
        asked(by_contract(drug("percent_of_payment_limit", percent)), start_on=start_on), book=book
    )
    given_ = pipeline.estimate(asked(PriceOverrides(percent_of_payment_limit=percent), start_on=start_on), book=book)

    for one, other in zip(contracted.shown_prices, given_.shown_prices, strict=True):
        assert [visit.lines[0].allowed for visit in one] == [visit.lines[0].allowed for visit in other]


@RELAXED
@given(charge=unit_prices, percent=st.decimals(1, 100, places=1))
def test_a_percentage_of_the_charge_never_exceeds_the_charge(charge, percent, book):
    rate = {"scope": "all", "method": "percent_of_charge", "value": str(percent)}
    bill = billing.bill(asked(by_contract(rate, billed_charge_per_unit=charge)), book=book)

    assert all(line.allowed <= line.billed for line in bill.days[0].lines if line.code == "J1561")


@RELAXED
@given(amount=st.decimals(1, 20_000, places=2), days=st.integers(1, 5), per=st.sampled_from(["visit", "course"]))
def test_a_case_rate_is_paid_once_whatever_the_lines(amount, days, per, book):
    rate = {"scope": "all", "method": "case_rate", "value": str(amount), "per": per}
    bill = billing.bill(asked(by_contract(rate), days=days), book=book)

    paid = sum(line.allowed for found in bill.days for line in found.lines)
    assert Decimal(paid).scaleb(-2) == amount * (days if per == "visit" else 1)
