"""Three whole runs: the lowest, the expected and the highest."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from estimator import billing, pipeline, preparing
from estimator.errors import InvalidRequest
from estimator.model.codes import Payer, Route, Site, VialPolicy
from estimator.model.levels import Assumption, Level
from estimator.model.order import Coverage, CoveragePeriod, PriceOverrides, Window
from estimator.model.periods import Period
from estimator.model.plan import Balances
from estimator.pipeline import once_per_cause
from estimator.pricing import Pricer
from tests.estimator.orders import cents, dollars, dose, every, order, patient, plan

OFFICE = Site.PHYSICIAN_OFFICE
NAMED = {
    "diagnosis": "G61.81",
    "product": "gamunex-c",
    "route": Route.IV,
    "dose": dose("1 g/kg"),
    "days_per_course": 1,
    "infusion_minutes": 180,
}
MET = Balances(as_of=date(2026, 1, 31), deductible_met=283_00)


def estimate(book, **parts):
    return pipeline.estimate(order(**({"courses": 1, "start_on": date(2026, 2, 10)} | NAMED | parts)), book=book)


def costs(found):
    return tuple(
        None if run is None or run.adjudication is None else dollars(run.adjudication.patient_cost)
        for run in (found.low, found.expected, found.high)
    )


def test_a_quarter_without_percentages_is_a_range(book):
    # Panzyga, 40 g in the second quarter of 2026: 80 x 73.830 = 5,906.40. 18.013 % = 1,063.92; 20 % = 1,181.28;
    # and 13.43 (13.428), 20 % of 67.14, for the hour.
    found = estimate(
        book,
        product="panzyga",
        dose=dose("40 g"),
        start_on=date(2026, 5, 5),
        infusion_minutes=60,
        who=patient(None),
        payer=Payer.MEDICARE,
        balances=MET,
        site_of_care=OFFICE,
    )

    assert costs(found) == ("1077.35", "1194.71", "1194.71")


def test_a_visit_past_the_newest_prices_is_a_range(book):
    # 140 units at 47.050, 48.022 and 48.956 (see prices.yaml): 6,587.00, 6,723.08, 6,853.84. 96365 at 62.12, 67.14 and
    # 77.85. 96366: 0.61 x 32.7442 = 19.97, 0.61 x 33.2875 = 20.31, 0.60 x 32.3465 = 19.41, 21.38; the changes run from
    # 19.41 / 20.31 = 0.955687 to 21.38 / 19.41 = 1.101494: 20.43, 21.38 and 23.55, twice 40.86, 42.76 and 47.10.
    # Low: 283 + 20 % of 6,304.00 = 1,260.80, then 12.42 (12.424) + 8.17 (8.172) = 1,564.39.
    # Expected: 283 + 1,288.02 (1,288.016) + 13.43 (13.428) + 8.55 (8.552) = 1,593.00.
    # High: 312 + 20 % of 6,541.84 = 1,308.37 (1,308.368) + 15.57 + 9.42 = 1,645.36.
    found = estimate(
        book,
        start_on=date(2027, 1, 5),
        payer=Payer.MEDICARE,
        site_of_care=OFFICE,
        balances=Balances(as_of=date(2027, 1, 1), deductible_met=0),
    )

    assert costs(found) == ("1564.39", "1593.00", "1645.36")


def test_no_product_is_the_middle_of_the_labeled_ones_between_the_cheapest_and_the_dearest(book):
    # 70 g in the first quarter of 2026, deductible met, 180 minutes: 13.43 + 8.55 = 21.98 for giving it. 140 units at
    # Gammagard Liquid 47.288, Gamunex-C and Gammaked 49.076, Privigen 50.281, all 20 %: 1,324.06 (6,620.32), 1,374.13
    # (6,870.64), 1,407.87 (7,039.34); Panzyga 71.223 at 19.150 %: 1,909.49 (9,971.22). The middle of five is 49.076.
    found = estimate(book, product=None, payer=Payer.MEDICARE, balances=MET, site_of_care=OFFICE)

    assert costs(found) == ("1346.04", "1396.11", "1931.47")
    assert found.shown.course.candidate.product.hcpcs == "J1561"


def test_an_open_site_expects_an_office_and_has_a_hospital_in_the_range(book):
    # Drug 6,870.64 in both. Office: 67.14 + 42.76. Hospital: 217.31 + 95.68. Deductible met, 20 %: 1,374.13 + 13.43 +
    # 8.55 = 1,396.11; 1,374.13 + 43.46 + 19.14 = 1,436.73, below the ceiling of 1,736.
    found = estimate(book, payer=Payer.MEDICARE, balances=MET)

    assert costs(found) == ("1396.11", "1396.11", "1436.73")
    assert found.shown.course.site is OFFICE


def test_where_no_single_price_can_be_expected_there_is_no_expected_run(book):
    # 106 to 130 % of 49.076: 7,282.88 and 8,931.83; 20 %: 1,456.58 and 1,786.37. The visit's 310.00: 62.00.
    found = estimate(
        book,
        plan=plan(year_starts_on=date(2026, 1, 1)),
        balances=Balances(as_of=date(2026, 1, 31), deductible_met=0, out_of_pocket_met=0),
        price=PriceOverrides(administration_allowed_per_visit=cents("310")),
        site_of_care=OFFICE,
    )

    assert costs(found) == ("1518.58", None, "1848.37")


def test_a_payer_whose_rules_are_not_on_file_has_no_cost_but_a_price(book):
    # 130 % of Medicare's prices: 8,931.83 for the drug, 87.28 for the first hour, twice 27.79 for the others.
    found = estimate(book, payer=Payer.UNKNOWN, site_of_care=OFFICE)

    assert costs(found) == (None, None, None)
    assert dollars(found.shown.priced[0].allowed) == "9074.69"
    assert "payer_rules_not_on_file" in {item.code for item in found.assumptions}


def test_part_d_at_home_ranges_up_to_the_cap_and_says_what_it_leaves_out(book):
    found = estimate(book, payer=Payer.MEDICARE, site_of_care=Site.HOME)

    assert costs(found) == ("0.00", "2100.00", "2100.00")
    assert {"part_d_plan_unknown", "part_d_priced_as_part_b", "home_nursing_outside_benefits"} <= {
        item.code for item in found.assumptions
    }
    assert found.coverage_is_uncapped is False


def test_nursing_beside_a_drug_plan_is_the_patients_charge(book):
    prices = PriceOverrides(drug_allowed_per_unit=Decimal("50"), administration_allowed_per_visit=cents("300.00"))
    found = estimate(book, payer=Payer.MEDICARE, site_of_care=Site.HOME, price=prices)

    assert costs(found) == ("300.00", "2400.00", "2400.00")
    assert [share.non_covered for share in found.shown.adjudication.visits[0].shares] == [0, 300_00]
    assert "home_nursing_outside_benefits" not in {item.code for item in found.assumptions}


def test_medicare_alone_is_uncapped(book):
    assert estimate(book, payer=Payer.MEDICARE, site_of_care=OFFICE, balances=MET).coverage_is_uncapped
    assert not estimate(book, plan=plan("0", "6000"), site_of_care=OFFICE).coverage_is_uncapped
    assert estimate(book, plan=plan("0", "none"), site_of_care=OFFICE).coverage_is_uncapped


def test_low_is_never_above_expected_nor_expected_above_high(book):
    found = estimate(
        book, product=None, site_of_care=None, payer=Payer.MEDICARE, courses=None, interval=every("21 day")
    )

    low, expected, high = (run.adjudication.patient_cost for run in (found.low, found.expected, found.high))
    assert low < expected < high


def test_a_window_without_an_infusion_is_refused(book):
    with pytest.raises(InvalidRequest) as refused:
        estimate(book, window=Window(date(2026, 3, 1), 1))

    assert [(item.pointer, item.code) for item in refused.value.problems] == [("/window", "no_infusion_in_window")]


def test_problems_of_names_dose_and_packages_are_found_at_once(book):
    with pytest.raises(InvalidRequest) as refused:
        estimate(
            book,
            product="gammunex",
            dose=dose("400 g/kg"),
            vial_policy=VialPolicy.LOWEST_ACQUISITION_COST,
        )

    assert {item.code for item in refused.value.problems} == {"product_unknown", "dose_out_of_range", "required"}


def test_an_infusion_s_minutes_are_said_to_be_supposed_once(book):
    found = estimate(book, infusion_minutes=None, courses=None, interval=every("21 day"), payer=Payer.MEDICARE)

    minutes = [item for item in found.assumptions if item.code.startswith("infusion_minutes")]
    assert [item.code for item in minutes] == ["infusion_minutes_class_default"]


def test_assumptions_that_differ_only_in_what_they_are_about_become_one():
    first = Assumption("carried", (("about", "J1561"), ("last_day", "2026-12-31")), None, ("a",))
    second = Assumption("carried", (("about", "J1569"), ("last_day", "2026-12-31")), None, ("b",))
    other = Assumption("carried", (("about", "96365"), ("last_day", "2025-12-31")), None, ("c",))

    assert once_per_cause([first, second, other, first]) == (
        Assumption("carried", (("about", "J1561, J1569"), ("last_day", "2026-12-31")), None, ("a", "b")),
        other,
    )


def test_every_run_is_of_one_product_at_one_site(book):
    found = estimate(book, product=None, site_of_care=None, payer=Payer.MEDICARE, balances=MET)

    for run in (found.low, found.expected, found.high):
        codes = {line.code for visit in run.priced for line in visit.lines if line.category.value == "drug"}
        assert codes == {run.course.candidate.drug.code}


def test_prices_change_with_the_quarter_of_each_visit(book):
    found = estimate(
        book,
        courses=3,
        interval=every("1 month"),
        start_on=date(2026, 2, 10),
        payer=Payer.MEDICARE,
        site_of_care=OFFICE,
    )

    prices = [visit.lines[0].unit_price for visit in found.shown.priced]
    assert prices == [Decimal("49.076"), Decimal("49.076"), Decimal("49.726")]


def test_packages_that_come_to_the_market_are_opened_from_that_day(book):
    # Yimmugo's packages are on file from October 2026; a start before is refused.
    with pytest.raises(InvalidRequest) as refused:
        estimate(book, product="yimmugo", diagnosis="D83.1", start_on=date(2026, 9, 30))

    assert {item.code for item in refused.value.problems} == {"product_not_marketed"}
    assert estimate(book, product="yimmugo", diagnosis="D83.1", start_on=date(2026, 10, 1)).shown.priced


def test_a_state_s_rule_for_the_drug_s_lines_is_named(book):
    parts = {"product": "gamunex-c", "indication": "pi", "dose": dose("60 g"), "courses": 1, "infusion_minutes": 60}
    found, elsewhere = (
        estimate(book, payer=Payer.MEDICAID, who=patient(residence_state=state), start_on=date(2026, 12, 1), **parts)
        for state in ("WV", "OH")
    )

    (said,) = [item for item in found.assumptions if item.code == "drug_lines_by_payer_rule"]
    assert [fact.rsplit(":", 1)[0] for fact in said.fact_ids] == [
        "payer_rule:medicaid:WV:drug_lines",
        "claim_modifier:first_package",
        "claim_modifier:further_package",
    ]
    assert "drug_lines_by_payer_rule" not in {item.code for item in elsewhere.assumptions}


@pytest.mark.parametrize(
    ("lives", "given", "follows"), [("WV", "OH", True), ("OH", "WV", False), (None, "WV", True), ("WV", None, True)]
)
def test_medicaid_s_rule_for_lines_is_that_of_the_state_where_the_patient_lives(book, lives, given, follows):
    asked = replace(order(payer=Payer.MEDICAID, who=patient(residence_state=lives)), service_state=given)

    found = preparing.lines_by_payer_rule(asked, date(2026, 12, 1), book)

    assert bool(found) == follows


def test_a_programme_s_rule_for_lines_is_looked_for_under_each_coverage(book):
    later = Coverage(Payer.MEDICAID, place=0)
    asked = replace(
        order(courses=2, start_on=date(2026, 12, 20), site_of_care=OFFICE, who=patient(residence_state="WV"), **NAMED),
        periods=(
            CoveragePeriod(Period(date(2026, 1, 1), date(2026, 12, 31)), Coverage(Payer.COMMERCIAL, place=1)),
            CoveragePeriod(Period(date(2027, 1, 1), None), later),
        ),
    )

    found = {item.code: item.pointer for item in pipeline.estimate(asked, book=book).assumptions}

    assert found["drug_lines_by_payer_rule"] == "coverage_periods[0].coverage.drug_lines"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"pump_setups": 3}, "pump_setups_not_counted"),
        ({"is_first_infusion": True}, "first_infusion_not_counted"),  # the minutes were given
        ({"is_first_infusion": True, "infusion_minutes": None}, "first_infusion_not_counted"),  # no slower first steps
        ({"is_first_infusion": True, "infusion_minutes": None, "product": "qivigy", "diagnosis": "D80.0"}, None),
        ({"pump_setups": 1}, None),
    ],
)
def test_what_changes_nothing_of_an_order_is_named(book, parts, said):
    whole = {"site_of_care": OFFICE, "start_on": date(2026, 12, 1)} | NAMED | parts

    of_estimate = {item.code for item in estimate(book, **whole).assumptions}
    of_claim = {item.code for item in billing.bill(order(**whole), book=book).assumptions}

    for codes in (of_estimate, of_claim):
        assert {code for code in codes if code.endswith("_not_counted")} == (set() if said is None else {said})


def test_days_are_priced_once_for_all_runs_that_ask_for_the_same(book, monkeypatch):
    asked = []
    price_days = Pricer.price

    def price(self, visits, *, price, minutes):
        asked.append((visits, price, minutes))
        return price_days(self, visits, price=price, minutes=minutes)

    monkeypatch.setattr(Pricer, "price", price)

    found = estimate(book, plan=plan("1500", "6000"), site_of_care=OFFICE)

    # The minutes are said, so only the prices can differ: at the lowest, as expected and at the highest.
    of_the_window = [level for visits, level, _ in asked if visits == found.shown.course.visits.high]
    assert sorted(of_the_window) == [Level.LOW, Level.EXPECTED, Level.HIGH]
    assert {minutes for _, _, minutes in asked} == {Level.HIGH}
