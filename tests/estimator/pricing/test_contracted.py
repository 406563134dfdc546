"""Lines priced by a contract, by the cases of ``contracts.yaml``."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from estimator import billing, pipeline
from estimator.errors import InvalidRequest
from estimator.model.codes import Payer, PriceBasis, Route, Site
from estimator.model.order import CustomProduct, PriceOverrides
from tests.estimator.contracts import contract_of
from tests.estimator.orders import cents, dollars, dose, every, order
from tests.reading import each

DRUG = ("J1561", "J1599")


def request_of(case):
    therapy = {"product": "gamunex-c", "dose": dose(case.get("therapy", {}).get("dose", "1 g/kg"))}
    if "custom" in case:
        custom = CustomProduct(case["custom"], Decimal(500), (10_000,))
        therapy = {"custom_product": custom, "dose": therapy["dose"]}
    if "stock_mg" in case.get("therapy", {}):
        therapy["stock_mg"] = tuple(case["therapy"]["stock_mg"])
    price = {name: Decimal(value) for name, value in case.get("price", {}).items()}
    for name in ("billed_charge_administration", "administration_allowed_per_visit"):
        if name in price:
            price[name] = cents(case["price"][name])
    contract = contract_of(case["rates"], site=case.get("contract_site"))
    return order(
        **therapy,
        days_per_course=case.get("therapy", {}).get("days_per_course", 1),
        route=Route.IV,
        start_on=date(2026, 2, 10),
        infusion_minutes=180,
        site_of_care=Site(case.get("site", "physician_office")),
        price=PriceOverrides(contract_id="ctr_1", contract=contract, **price),
        coverage_check=False,
    )


def written(line):
    return f"{line.code} {dollars(line.allowed) or 'none'} {line.price_basis.value}"


@pytest.mark.parametrize("case", each("contracts"))
def test_a_course_is_billed_by_the_contract(case, book):
    bill = billing.bill(request_of(case), book=book)

    if "lines" in case:
        assert [[written(line) for line in found.lines] for found in bill.days] == case["lines"]
    if "drug" in case:
        assert [written(line) for line in bill.days[0].lines if line.code in DRUG] == case["drug"]
    if "basis" in case:
        assert {line.price_basis.value for line in bill.days[0].lines if line.code in DRUG} == {case["basis"]}
    codes = {item.code for item in bill.assumptions}
    assert codes >= set(case.get("assumptions", ()))
    contracted = [line for found in bill.days for line in found.lines if line.price_basis is PriceBasis.CONTRACT]
    assert all(any(fact.startswith("contract:ctr_1:") for fact in line.fact_ids) for line in contracted)


def test_what_a_percentage_lacks_is_named_by_its_field(book):
    case = {"rates": [{"scope": "all", "method": "percent_of_charge", "value": "45"}]}

    bill = billing.bill(request_of(case), book=book)

    lacking = {item.pointer for item in bill.assumptions if item.code == "contract_needs_charge"}
    assert lacking == {"price.billed_charge_per_unit", "price.billed_charge_administration"}


def year(book, price, **more):
    asked = order(
        product="gamunex-c",
        dose=dose("1 g/kg"),
        days_per_course=1,
        interval=every("21 day"),
        route=Route.IV,
        start_on=date(2026, 10, 6),
        infusion_minutes=180,
        site_of_care=Site.PHYSICIAN_OFFICE,
        price=price,
        coverage_check=False,
        **more,
    )
    return pipeline.estimate(asked, book=book)


def drug_lines(run):
    return [visit.lines[0] for visit in run.priced]


def test_a_percentage_of_the_limit_ranges_as_the_callers_own_percentage_does(book):
    contract = contract_of([{"code": "J1561", "method": "percent_of_payment_limit", "value": "120"}])
    by_contract = year(book, PriceOverrides(contract_id="ctr_1", contract=contract))
    by_caller = year(book, PriceOverrides(percent_of_payment_limit=Decimal(120)))

    for level in ("low", "expected", "high"):
        one, other = getattr(by_contract, level), getattr(by_caller, level)
        if one is not None and other is not None:
            assert [line.allowed for line in drug_lines(one)] == [line.allowed for line in drug_lines(other)]
    low, high = (sum(line.allowed for line in drug_lines(run)) for run in (by_contract.low, by_contract.high))
    assert low < high


def test_rates_change_on_their_day_within_a_quarter(book):
    contract = contract_of(
        [
            {"code": "J1561", "method": "per_unit", "value": "60.00", "last_day": date(2026, 11, 16)},
            {"code": "J1561", "method": "per_unit", "value": "70.00", "first_day": date(2026, 11, 17)},
            {"scope": "administration", "method": "per_diem", "value": "300.00", "last_day": date(2026, 11, 16)},
            {"scope": "administration", "method": "per_diem", "value": "310.00", "first_day": date(2026, 11, 17)},
        ]
    )
    found = year(book, PriceOverrides(contract_id="ctr_1", contract=contract))

    # Every 21 days from 2026-10-06: 10-06, 10-27, 11-17, 12-08, ...; 140 units.
    paid = [dollars(visit.allowed) for visit in found.shown.priced][:4]
    assert paid == ["8700.00", "8700.00", "10110.00", "10110.00"]


def test_equal_days_of_a_course_keep_their_place_in_it(book):
    contract = contract_of([{"scope": "all", "method": "case_rate", "value": "9000.00", "per": "course"}])
    asked = order(
        product="gamunex-c",
        dose=dose("2 g/kg"),
        days_per_course=2,
        interval=every("28 day"),
        route=Route.IV,
        start_on=date(2026, 10, 6),
        infusion_minutes=180,
        site_of_care=Site.PHYSICIAN_OFFICE,
        price=PriceOverrides(contract_id="ctr_1", contract=contract),
        coverage_check=False,
    )

    found = pipeline.estimate(asked, book=book)

    assert [dollars(visit.allowed) for visit in found.shown.priced][:4] == ["9000.00", "0.00", "9000.00", "0.00"]


def test_a_contract_that_was_not_looked_up_is_refused(book):
    asked = replace(request_of({"rates": []}), price=PriceOverrides(contract_id="ctr_1"))

    for answer in (billing.bill, pipeline.estimate):
        with pytest.raises(InvalidRequest) as caught:
            answer(asked, book=book)
        assert [problem.code for problem in caught.value.problems] == ["contract_not_found"]


def test_what_is_taken_from_a_contract_is_said(book):
    asked = replace(request_of({"rates": []}), taken_from_contract=("coverage.payer",))

    assert "taken_from_contract" in {item.code for item in billing.bill(asked, book=book).assumptions}


def test_a_contract_knows_until_when_its_rates_stay_as_they_are():
    contract = contract_of(
        [
            {"code": "J1561", "method": "per_unit", "value": "60", "last_day": date(2026, 3, 31)},
            {"code": "J1561", "method": "per_unit", "value": "61", "first_day": date(2026, 6, 1)},
        ]
    )

    assert contract.holds_until(date(2026, 2, 1)) == date(2026, 3, 31)
    assert contract.holds_until(date(2026, 4, 1)) == date(2026, 5, 31)
    assert contract.holds_until(date(2026, 6, 1)) == date.max
    assert contract.payer is Payer.COMMERCIAL
