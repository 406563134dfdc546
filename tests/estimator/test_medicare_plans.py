"""What the law lets Medicare's plans ask, and what was said of them that counts nowhere."""

from dataclasses import replace
from datetime import date

import pytest

from estimator import medicare_advantage, pipeline
from estimator.model.codes import Category, Payer, Site
from estimator.model.money import MilliPercent
from estimator.model.order import Coverage, CoveragePeriod
from estimator.model.periods import Period
from estimator.model.plan import NO_LIMIT, CostShareRule, Limit, OutOfNetwork
from tests.estimator.orders import cents, order, plan
from tests.estimator.test_pipeline import NAMED

DAY = date(2026, 2, 10)


def rule(percent="0", copay="0", **more):
    return CostShareRule(MilliPercent(int(percent) * 1000), cents(copay), **more)


@pytest.mark.parametrize(
    ("share", "code", "allowed", "expected"),
    [
        (rule("20"), "J1561", "7000.00", set()),
        (rule("30"), "J1561", "7000.00", {"advantage_drug_percent_above_limit"}),
        (rule("30", maximum=cents("250.00")), "J1561", "7000.00", set()),
        (rule(copay="1400.00"), "J1561", "7000.00", set()),  # 20 % of 7,000
        (rule(copay="1400.01"), "J1561", "7000.00", {"advantage_drug_copay_above_limit"}),
        # 10 % of 1,000 or at least 900; 20 % and 190; 30 % up to 5,000: each against 20 % of the drug.
        (rule("10", minimum=cents("900.00")), "J1561", "1000.00", {"advantage_drug_share_above_limit"}),
        (rule("10", minimum=cents("200.00")), "J1561", "1000.00", set()),
        (rule("20", copay="190.00"), "J1561", "1000.00", {"advantage_drug_share_above_limit"}),
        (rule("10", copay="100.00"), "J1561", "1000.00", set()),
        (rule("30", maximum=cents("5000.00")), "J1561", "7000.00", {"advantage_drug_share_above_limit"}),
        # Panzyga's percentage of the first quarter of 2026 is 19.150 %: 20 % is more than Original Medicare asks.
        (rule("20"), "J1576", "7000.00", {"advantage_drug_percent_above_limit"}),
    ],
)
def test_a_share_of_the_drug_above_original_medicares_is_doubted(book, share, code, allowed, expected):
    design = plan(maximum="5000", share=rule("20"), cost_share=((Category.DRUG, share),))

    found = medicare_advantage.doubts(design, [medicare_advantage.Drug(code, DAY, cents(allowed))], book)

    assert {item.code for item in found} == expected


def test_what_was_given_and_what_was_discarded_are_one_drug(book):
    # 300 of a copay are more than 20 % of the 200 discarded, and less than 20 % of 7,000.
    design = plan(maximum="5000", share=rule(copay="300.00"))
    lines = [medicare_advantage.Drug("J1561", DAY, cents(allowed)) for allowed in ("6800.00", "200.00")]

    assert medicare_advantage.doubts(design, lines, book) == ()


def test_a_plan_must_have_a_maximum_and_a_combined_one_within_the_years_limit(book):
    # The combined limit of 2026 on file is 13,900.
    drug = medicare_advantage.Drug("J1561", DAY, cents("7000.00"))
    above = OutOfNetwork(Limit(cents("0")), Limit(cents("13900.01")), rule("30"))
    without = plan(maximum_limit=Limit(NO_LIMIT), out_of_network=above)
    within = plan(maximum="9250", out_of_network=above._replace(out_of_pocket_max=Limit(cents("13900.00"))))

    assert {item.code for item in medicare_advantage.doubts(without, [drug], book)} == {
        "advantage_without_maximum",
        "advantage_combined_above_limit",
    }
    assert medicare_advantage.doubts(within, [drug], book) == ()


def test_an_estimate_names_what_an_advantage_plan_may_not_ask(book):
    design = plan(maximum="5000", percent="30", year_starts_on=date(2026, 1, 1))
    parts = {"courses": 1, "start_on": DAY, "site_of_care": Site.PHYSICIAN_OFFICE} | NAMED

    found = pipeline.estimate(order(**parts, payer=Payer.MEDICARE_ADVANTAGE, plan=design), book=book)

    doubted = next(item for item in found.assumptions if item.code == "advantage_drug_percent_above_limit")
    assert (doubted.pointer, dict(doubted.params)) == ("coverage.plan.cost_share", {"given": "30", "limit": "20"})


def test_what_a_drug_plan_has_counted_is_asked_for_where_it_can_be_said(book):
    # At home the drug is Part D's: balances alone would be taken for Part B's, so the benefit is what to say.
    parts = {"courses": 1, "start_on": DAY, "site_of_care": Site.HOME} | NAMED

    found = pipeline.estimate(order(**parts, payer=Payer.MEDICARE, as_of=date(2026, 2, 1)), book=book)

    assert set(found.narrow_with) == {"coverage.benefit", "coverage.plan.part_d"}
    assert "drug_plan_balances_assumed_zero" in {item.code for item in found.assumptions}


def test_a_doubt_names_its_coverage_period_by_the_place_it_was_sent_in(book):
    advantage = plan(maximum="5000", percent="30", year_starts_on=date(2026, 1, 1))
    later = Coverage(Payer.MEDICARE_ADVANTAGE, plan=advantage, place=0)
    earlier = Coverage(Payer.MEDICARE, network="out", place=1)
    asked = replace(
        order(courses=2, start_on=date(2026, 12, 20), site_of_care=Site.PHYSICIAN_OFFICE, **NAMED),
        periods=(
            CoveragePeriod(Period(date(2026, 1, 1), date(2026, 12, 31)), earlier),
            CoveragePeriod(Period(date(2027, 1, 1), None), later),
        ),
    )

    found = {item.code: item.pointer for item in pipeline.estimate(asked, book=book).assumptions}

    assert found["medicare_has_no_network"] == "coverage_periods[1].coverage.network"
    assert found["advantage_drug_percent_above_limit"] == "coverage_periods[0].coverage.plan.cost_share"
