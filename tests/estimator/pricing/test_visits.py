"""Fills and minutes → claim lines of a day. Most cases are in ``billing.yaml``."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.infusion_time import stated
from estimator.model.claims import Fill, Infusion, InfusionTime, OpenedVial
from estimator.model.codes import Benefit, Category, MinutesBasis, Payer, Phase, PriceBasis, Route, Site
from estimator.model.levels import Level
from estimator.model.order import CustomProduct, PriceOverrides
from estimator.pricing import Pricer, PricingTerms, Visit, custom_code
from tests.estimator.orders import cents, dollars

FILL = Fill(70_000, (OpenedVial("13533-0800-40", 40_000, 2),), 10_000, 140, 20)
TIME = InfusionTime(150, 180, 211, MinutesBasis.CLASS_DEFAULT)


def pricer(book, *, payer=Payer.MEDICARE, site=Site.PHYSICIAN_OFFICE, administration=Benefit.PART_B, **overrides):
    drug = Benefit.PART_B if payer is Payer.MEDICARE else Benefit.MEDICAL
    terms = PricingTerms(payer, site, Route.IV, drug, administration, PriceOverrides(**overrides))
    return Pricer(drug=book.billing_code("J1561", date(2026, 2, 10)), terms=terms, book=book)


def visit(on, fill=FILL, time=TIME):
    return Visit(Infusion(1, Phase.MAINTENANCE, 1, 1, on, fill.dose_mg), fill, time)


def price(found, *visits, price=Level.EXPECTED, minutes=Level.EXPECTED):
    return found.price(visits, price=price, minutes=minutes)


def test_the_discarded_part_is_a_line_at_the_same_price(book):
    lines = price(pricer(book), visit(date(2026, 2, 10)))[0].lines

    # 140 x 49.076 and 20 x 49.076.
    assert [(line.modifiers, line.units, dollars(line.allowed)) for line in lines[:2]] == [
        (("JA",), 140, "6870.64"),
        (("JA", "JW"), 20, "981.52"),
    ]


@pytest.mark.parametrize(("level", "further"), [(Level.LOW, 1), (Level.EXPECTED, 2), (Level.HIGH, 3)])
def test_minutes_known_as_a_range_earn_hours_by_level(level, further, book):
    # 150, 180 and 211 minutes.
    lines = price(pricer(book), visit(date(2026, 2, 10)), minutes=level)[0].lines

    assert [line.units for line in lines if line.code == "96366"] == [further]


def test_a_day_s_total_is_the_sum_of_its_lines(book):
    found = price(pricer(book), visit(date(2026, 2, 10)))[0]

    # 6,870.64 + 981.52 + 67.14 + 42.76.
    assert dollars(found.allowed) == "7962.06"
    assert found.allowed == sum(line.allowed for line in found.lines)


def test_days_of_one_quarter_share_their_lines(book):
    first, second, third = price(pricer(book), *(visit(date(2026, month, 10)) for month in (2, 3, 4)))

    assert first.lines is second.lines
    assert third.lines[0].unit_price == Decimal("49.726")


def test_a_new_year_of_service_rates_inside_the_same_fill_is_seen(book):
    first, second = price(pricer(book), visit(date(2025, 12, 31)), visit(date(2026, 1, 1)))

    assert [dollars(day.lines[2].allowed) for day in (first, second)] == ["57.90", "67.14"]


def test_a_change_of_rates_inside_a_quarter_is_seen(book):
    # The conversion factor changed on 9 March 2024.
    first, second = price(pricer(book), visit(date(2024, 3, 8)), visit(date(2024, 3, 9)))

    assert [dollars(day.lines[2].allowed) for day in (first, second)] == ["61.56", "62.58"]


def test_a_price_without_an_expected_figure_has_no_expected_day(book):
    found = pricer(book, payer=Payer.COMMERCIAL, administration=Benefit.MEDICAL)

    assert price(found, visit(date(2026, 2, 10))) is None
    assert price(found, visit(date(2026, 2, 10)), price=Level.LOW) is not None


def test_nobody_bills_for_giving_it_where_no_minutes_are_known(book):
    found = price(pricer(book), visit(date(2026, 2, 10), time=None))[0]

    assert {line.category for line in found.lines} == {Category.DRUG}


def test_the_caller_s_visit_price_stands_although_no_minutes_are_known(book):
    found = pricer(book, administration_allowed_per_visit=cents("310"))

    lines = price(found, visit(date(2026, 2, 10), time=None))[0].lines

    assert [
        (line.code, dollars(line.allowed), line.price_basis) for line in lines if line.category is not Category.DRUG
    ] == [(None, "310.00", PriceBasis.CALLER)]


def test_a_price_that_includes_giving_it_says_so(book):
    found = pricer(book, administration_allowed_per_visit=cents("310"))

    lines = price(found, visit(date(2026, 2, 10)))[0].lines

    assert [(line.code, line.price_basis) for line in lines[2:]] == [
        ("96365", PriceBasis.CALLER),
        ("96366", PriceBasis.INCLUDED),
    ]


def test_charges_are_noted_on_the_drug_by_unit_and_once_for_giving_it(book):
    found = pricer(book, billed_charge_per_unit=Decimal("180.005"), billed_charge_administration=cents("600"))

    lines = price(found, visit(date(2026, 2, 10)))[0].lines

    # 140 x 180.005 = 25,200.70; 20 x 180.005 = 3,600.10. 600.00 by what is allowed, 67.14 and 42.76 of 109.90:
    # 600 x 42.76 / 109.90 = 233.44 (233.448), and what is left, 366.56, on the first.
    assert [dollars(line.billed) for line in lines] == ["25200.70", "3600.10", "366.56", "233.44"]


def test_a_benefit_that_pays_nobody_for_giving_it_has_no_line(book):
    found = price(pricer(book, administration=Benefit.NONE), visit(date(2026, 2, 10)))[0]

    assert {line.category for line in found.lines} == {Category.DRUG}


@pytest.mark.parametrize(
    ("on", "minutes", "units", "amount"),
    [
        (date(2024, 5, 1), 240, 16, "420.48"),  # 16 quarter hours, paid once: published
        (date(2024, 5, 1), 247, 16, "420.48"),
        (date(2024, 5, 1), 248, 17, "420.48"),  # the seventeenth from its eighth minute on
        (date(2024, 5, 1), 5, 1, "420.48"),
        (date(2024, 12, 31), 60, 4, "420.48"),
        (date(2025, 3, 1), 60, 4, "431.83"),
        (date(2026, 3, 1), 60, 4, "442.19"),  # 431.83 x 1.024 = 442.1939
    ],
)
def test_medicare_s_home_infusion_is_counted_in_quarter_hours_and_paid_once(on, minutes, units, amount, book):
    found = price(pricer(book, site=Site.HOME), visit(on, time=stated(minutes, MinutesBasis.DOCUMENTED)))[0]

    line = found.lines[2]
    assert (line.code, line.units, line.paid_units, dollars(line.allowed)) == ("Q2052", units, 1, amount)
    assert line.price_basis is PriceBasis.HOME_INFUSION_RATE


def test_past_the_rates_on_file_the_home_infusion_s_is_carried_forward(book):
    found = pricer(book, site=Site.HOME)

    line = price(found, visit(date(2027, 2, 10)))[0].lines[2]

    assert (line.code, dollars(line.allowed)) == ("Q2052", "442.19")
    assert "service_rate_carried_forward" in {item.code for item in found.assumptions}


def test_a_product_not_on_file_is_described_by_the_caller(book):
    code = custom_code(CustomProduct("J9999", Decimal(10), (100,)), date(2026, 2, 10), book)

    assert (code.code, code.mg_per_unit, code.immune_globulin) == ("J9999", 10, False)


def test_a_known_code_keeps_what_is_known_of_it(book):
    code = custom_code(CustomProduct("J1561", Decimal(250), (100,)), date(2026, 2, 10), book)

    assert (code.mg_per_unit, code.immune_globulin, code.revenue_code) == (250, True, "0636")
