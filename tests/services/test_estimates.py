"""The document of an estimate: strictly of its form, every part of it in its place."""

from datetime import UTC, datetime

import pytest

from schemas.documents import ESTIMATE
from services import estimates
from services.versions import ENGINE_VERSION
from tests.services import asking
from tests.services.test_wording import ASKED
from tests.web.conftest import FakeRuntime


def assert_form(document):
    assert ESTIMATE.validate(document) == {}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ASKED)
def test_every_answer_is_strictly_of_its_form(name, language, runtime):
    assert_form(asking.estimate(runtime, language, **ASKED[name]))


def test_a_document_names_its_versions_and_its_instant(runtime):
    document = asking.estimate(runtime)

    assert document["engine_version"] == ENGINE_VERSION
    assert document["reference_version"] == runtime.book.version
    assert (document["overlay_version"], document["id"]) == (None, None)
    assert document["created_at"] == "2026-11-21T09:30:00+00:00"


def test_the_summary_view_leaves_out_infusions_and_facts(runtime):
    whole, short = asking.estimate(runtime), asking.estimate(runtime, view="summary")

    assert set(whole) - set(short) == {"infusions", "dispenses", "facts"}
    assert {name: whole[name] for name in short} == short
    assert_form(short)


def test_a_price_that_is_no_single_figure_is_a_range_on_its_line(runtime):
    document = asking.estimate(runtime, price=None)

    line = document["infusions"][0]["lines"][0]
    # 140 units at 106 and 130 % of 48.022.
    assert line["allowed_amount"] is None
    assert line["allowed_range"] == {"low": "7126.46", "expected": None, "high": "8740.00"}
    assert document["infusions"][0]["balances_after"] is None


def test_history_is_marked_and_costs_nothing_known(runtime):
    balances = asking.NOTHING_MET | {"as_of": "2026-12-01", "deductible_met": "1500.00", "out_of_pocket_met": "1500.00"}
    therapy = {"courses": 2, "interval": {"value": 21, "unit": "day"}}
    document = asking.estimate(runtime, therapy=therapy, coverage=asking.EMPLOYER | {"balances": balances})

    past, coming = document["infusions"]
    assert (past["history"], coming["history"]) == (True, False)
    assert past["patient_cost"] == {"low": None, "expected": None, "high": None}
    # 20 % of 8,899.00.
    assert coming["patient_cost"]["expected"] == document["summary"]["patient_cost"]["expected"] == "1779.80"
    assert document["summary"]["next_infusion"]["service_on"] == "2026-12-22"


def test_the_next_infusion_is_the_first_from_today(runtime):
    therapy = {"start_on": "2026-11-01", "courses": 3, "interval": {"value": 21, "unit": "day"}}
    coverage = asking.EMPLOYER | {"balances": asking.NOTHING_MET | {"as_of": "2026-10-31"}}

    document = asking.estimate(runtime, therapy=therapy, coverage=coverage)

    # 1 November, 22 November, 13 December; today is 21 November.
    assert document["summary"]["next_infusion"] == {
        "service_on": "2026-11-22",
        "patient_cost": {"low": "1779.80", "expected": "1779.80", "high": "1779.80"},
    }


def test_coverage_is_judged_only_when_it_is_asked(runtime):
    assert asking.estimate(runtime, coverage_check=False)["coverage_check"] is None
    assert asking.estimate(runtime)["coverage_check"]["label_status"] == "product_labeled"


def test_every_fact_that_a_line_names_is_listed_once(runtime):
    document = asking.estimate(runtime, coverage=asking.MEDICARE, price=None)

    listed = [fact["id"] for fact in document["facts"]]
    named = {fact for infusion in document["infusions"] for line in infusion["lines"] for fact in line["fact_ids"]}
    assert len(listed) == len(set(listed))
    assert named <= set(listed)
    assert "payment_limit:J1561:2026q4:r1" in named


def test_facts_not_checked_against_their_source_are_counted(runtime):
    # Without a price the planning range of commercial plans stands in, which no document states.
    document = asking.estimate(runtime, price=None)

    unverified = [fact["id"] for fact in document["facts"] if fact["basis"] == "unverified"]
    said = next(item for item in document["assumptions"] if item["code"] == "unverified_facts")
    assert "commercial_ratio:physician_office:2024-01-01" in unverified
    assert said["fact_ids"] == unverified
    assert str(len(unverified)) in said["message"]


def test_an_assumption_says_how_far_its_answer_moves_the_cost(runtime):
    coverage = {"payer": "commercial", "plan": asking.PLAN}
    document = asking.estimate(runtime, coverage=coverage)

    effects = {item["code"]: item["effect"] for item in document["assumptions"]}
    assert effects["balances_assumed_zero"] == {"low": "0.00", "expected": None, "high": "2979.80"}


def test_the_same_question_has_the_same_answer_at_another_instant(book):
    first, second = FakeRuntime(book), FakeRuntime(book)
    second.now = lambda: datetime(2026, 11, 21, 18, 0, tzinfo=UTC)

    one, other = asking.estimate(first), asking.estimate(second)

    assert one.pop("created_at") != other.pop("created_at")
    assert one == other


def test_what_is_remembered_is_the_question_the_view_and_the_language(runtime):
    estimates._answer.cache_clear()
    for language in ("en", "es"):
        for view in (None, "summary"):
            for _ in range(2):
                asking.estimate(runtime, language, view)

    assert (estimates._answer.cache_info().misses, estimates._answer.cache_info().hits) == (4, 4)


def test_a_small_difference_is_another_question(runtime):
    cheaper = asking.PRICE | {"drug_allowed_per_unit": "61.34"}

    first, second = asking.estimate(runtime), asking.estimate(runtime, price=cheaper)

    assert first["infusions"][0]["lines"][0]["allowed_amount"] == "8589.00"
    assert second["infusions"][0]["lines"][0]["allowed_amount"] == "8587.60"


def test_prices_by_package_are_worked_out_every_time(runtime):
    prices = {"13533-0800-40": "3600.00", "13533-0800-24": "1700.00"}
    therapy = {"vial_policy": "lowest_acquisition_cost", "package_prices": prices}

    document = asking.estimate(runtime, therapy=therapy)

    # 70 g: four of 20 g cost 6,800, two of 40 g 7,200, one of 40 and two of 20 g 7,000.
    assert document["infusions"][0]["vials"] == [{"ndc": "13533-0800-24", "grams": "20", "count": 4}]


def test_an_earlier_day_knows_only_what_had_been_published(runtime):
    # The file of the first quarter of 2026 appeared on 17 December 2025.
    parts = {"coverage": {"payer": "medicare"}, "price": None, "therapy": {"start_on": "2026-02-10"}}

    before = asking.estimate(runtime, as_of="2025-12-16", **parts)
    after = asking.estimate(runtime, as_of="2025-12-17", **parts)

    assert before["infusions"][0]["lines"][0]["fact_ids"][0] == "payment_limit:J1561:2025q4:r1"
    assert after["infusions"][0]["lines"][0]["fact_ids"][0] == "payment_limit:J1561:2026q1:r1"
    assert "payment_limit_carried_forward" in {item["code"] for item in before["assumptions"]}
    assert "payment_limit_carried_forward" not in {item["code"] for item in after["assumptions"]}


def test_a_loading_dose_is_a_phase_of_its_own(runtime):
    loading = {"dose": {"amount": "2", "unit": "g/kg"}, "days": 2, "then_after_days": 21}
    document = asking.estimate(runtime, therapy={"loading": loading})

    assert [(each["phase"], each["service_on"], each["dose_mg"]) for each in document["infusions"]] == [
        ("loading", "2026-12-01", 70000),
        ("loading", "2026-12-02", 70000),
        ("maintenance", "2026-12-22", 70000),
    ]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "may cost you $2,979.80"),
        ({"coverage": asking.MEDICARE, "price": None}, "There is no yearly limit"),
        ({"coverage": {"payer": "unknown"}, "price": None}, "could not work out"),
        (
            {"coverage": asking.EMPLOYER | {"network": "out", "plan": asking.PLAN | {"out_of_network": "none"}}},
            "may cost you $8,899.00 or more",  # 140 x 61.35 and 310.00, all the patient's, and a bill on top
        ),
        # 106 % of 48.022 and the visit's 310.00 are 7,436.46: 1,500 + 20 % of 5,936.46 = 2,687.29.
        # 130 %, 8,740.00 and 310.00: 1,500 + 20 % of 7,550.00 = 3,010.00.
        (
            {"price": {"administration_allowed_per_visit": "310.00"}},
            "between $2,687.29 and $3,010.00; we cannot give one figure yet",
        ),
        (
            {"coverage": {"payer": "commercial", "plan": asking.PLAN}},
            "about $2,979.80, between $0.00 and $2,979.80",
        ),
        (
            {
                "therapy": {
                    "interval": {"value": 21, "unit": "day"},
                    "courses": 5,
                    "start_on": "2027-01-05",
                },
                "coverage": {"payer": "commercial", "plan": asking.PLAN},
            },
            "You should reach your plan's yearly limit on February 16, 2027; each new plan year starts from nothing.",
        ),
        (
            {
                "coverage": asking.EMPLOYER
                | {"balances": {"as_of": "2026-11-20", "deductible_met": "1500", "out_of_pocket_met": "6000"}}
            },
            "You have reached this plan year's limit: we expect nothing more to pay until December 31, 2026.",
        ),
    ],
)
def test_the_headline_says_what_is_known(parts, words, runtime):
    assert words in asking.estimate(runtime, **parts)["summary"]["headline"]
