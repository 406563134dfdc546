"""The figures worked out by hand, through the calculation and through the door."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app import create_app
from estimator import pipeline
from estimator.model.codes import Payer, Route, Site
from estimator.model.money import Cents
from estimator.model.order import Patient, PriceOverrides
from estimator.model.plan import Balances
from estimator.model.quantities import Minutes
from schemas.estimates import ESTIMATE_REQUEST
from services.config import Config
from tests.estimator.orders import dollars, dose, every, order, plan
from tests.reading import at, each, read
from tests.schemas import requests
from tests.web.conftest import FakeRuntime, make_app

CONTRACT = PriceOverrides(drug_allowed_per_unit=Decimal("61.35"), administration_allowed_per_visit=Cents(310_00))
NOTHING_MET = Balances(as_of=date(2027, 1, 1), deductible_met=Cents(0), out_of_pocket_met=Cents(0))
ALL_MET = Balances(as_of=date(2026, 11, 20), deductible_met=Cents(1500_00), out_of_pocket_met=Cents(6000_00))
CIDP = {"diagnosis": "G61.81", "product": "gamunex-c", "route": Route.IV, "dose": dose("1 g/kg"), "days_per_course": 1}
OFFICE = Site.PHYSICIAN_OFFICE

ORDERS = {
    "one infusion in an office under Original Medicare, deductible not met": order(
        **CIDP,
        courses=1,
        start_on=date(2026, 2, 10),
        infusion_minutes=Minutes(180),
        site_of_care=OFFICE,
        payer=Payer.MEDICARE,
        balances=Balances(as_of=date(2026, 1, 31), deductible_met=Cents(0)),
    ),
    "a year every three weeks under an employer's plan that starts in January": order(
        **CIDP,
        interval=every("21 day"),
        start_on=date(2027, 1, 5),
        infusion_minutes=Minutes(180),
        site_of_care=OFFICE,
        price=CONTRACT,
        plan=plan("1500.00", "6000.00", "20", year_starts_on=date(2027, 1, 1)),
        balances=NOTHING_MET,
    ),
    "two visits of a plan year already paid up, then a new plan year": order(
        **CIDP,
        interval=every("21 day"),
        start_on=date(2026, 12, 1),
        infusion_minutes=Minutes(180),
        site_of_care=OFFICE,
        price=CONTRACT,
        plan=plan("1500.00", "6000.00", "20", year_starts_on=date(2026, 1, 1)),
        balances=ALL_MET,
    ),
    "a drug whose Medicare coinsurance is below 20 percent": order(
        diagnosis="G61.81",
        product="panzyga",
        dose=dose("40 g"),
        days_per_course=1,
        courses=1,
        start_on=date(2026, 2, 10),
        site_of_care=OFFICE,
        payer=Payer.MEDICARE,
        balances=Balances(as_of=date(2026, 1, 31), deductible_met=Cents(283_00)),
        infusion_minutes=Minutes(60),
        who=Patient(),
    ),
}
"""The same orders as values of the calculation's own."""

MINIMAL = {
    "patient": {"weight": {"value": 70, "unit": "kg"}},
    "therapy": {"diagnosis": "G61.81"},
    "coverage": {"payer": "commercial"},
}


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


@pytest.mark.parametrize("case", each("figures"))
def test_the_body_is_read_as_the_order(case):
    read = requests.read(ESTIMATE_REQUEST, case["request"])

    assert read == replace(ORDERS[case["name"]], unsaid=read.unsaid)


@pytest.mark.parametrize("case", each("figures"))
def test_the_calculation_gives_the_figures(case, book):
    found = pipeline.estimate(ORDERS[case["name"]], book=book)

    assert found.expected is not None
    assert found.low.adjudication == found.expected.adjudication == found.high.adjudication
    assert [dollars(visit.patient_cost) for visit in found.expected.adjudication.visits] == case["expect"]["visits"]


@pytest.mark.parametrize("case", each("figures"))
def test_the_answer_says_the_same(case, client):
    answer = client.post("/v1/estimates", json=case["request"])

    assert answer.status_code == 200, answer.get_data(as_text=True)
    document = answer.get_json()
    costs = [infusion["patient_cost"] for infusion in document["infusions"]]
    assert costs == [dict.fromkeys(("low", "expected", "high"), cost) for cost in case["expect"]["visits"]]
    found = {path: at(document, path) for path in case["expect"]["document"]}
    assert found == case["expect"]["document"]


@pytest.fixture(scope="module")
def kept(filled_copy):
    """Give a client of the whole application, on a database filled from the real seed files."""
    app = create_app(Config(database_url=filled_copy()))
    yield app.test_client(), app.extensions["igcost"].book
    app.extensions["igcost"].close()


def test_the_whole_application_says_the_same(kept):
    client, _ = kept
    case = read("figures")[0]

    document = client.post("/v1/estimates", json=case["request"]).get_json()

    found = {path: at(document, path) for path in case["expect"]["document"]}
    assert found == case["expect"]["document"]


@pytest.fixture(scope="module")
def minimal(client):
    """Give the answer to a diagnosis, a weight and a payer."""
    return client.post("/v1/estimates", json={"as_of": "2026-11-21", **MINIMAL}).get_json()


def test_little_is_known_so_the_answer_is_a_wide_range(minimal):
    # From nothing owed to the federal limits of one person: 10,600 in 2026 and 12,000 in 2027.
    assert minimal["summary"]["patient_cost"] == {"low": "0.00", "expected": None, "high": "22600.00"}
    assert [year["patient_cost"]["high"] for year in minimal["years"]] == ["10600.00", "12000.00"]
    assert [year["plan_year"] for year in minimal["years"]] == ["2026-01-01/2026-12-31", "2027-01-01/2027-12-31"]


def test_the_minimal_year_has_the_days_of_the_usual_interval(minimal):
    # 21 November 2026 and every 21 days: 17 x 21 = 357 days later is 13 November 2027, inside; 18 x 21 is not.
    days = [infusion["service_on"] for infusion in minimal["infusions"]]

    assert (len(days), days[0], days[1], days[2], days[-1]) == (
        18,
        "2026-11-21",
        "2026-12-12",
        "2027-01-02",
        "2027-11-13",
    )


def test_visits_of_2026_take_the_published_quarter_and_later_ones_carry_it_forward(minimal):
    limits = [fact for infusion in minimal["infusions"] for fact in infusion["lines"][0]["fact_ids"] if "limit" in fact]
    highest = [Decimal(infusion["allowed_amount"]["high"]) for infusion in minimal["infusions"]]
    carried = [item for item in minimal["assumptions"] if item["code"] == "payment_limit_carried_forward"]

    assert len(limits) == 18
    assert len(set(limits)) == 1
    assert limits[0].endswith(":2026q4:r1")
    assert highest[0] == highest[1] < highest[2]
    assert len(carried) == 1
    assert "December 31, 2026" in carried[0]["message"]


def test_each_thing_supposed_is_said_once(minimal, book):
    request = requests.read(ESTIMATE_REQUEST, {"as_of": "2026-11-21", **MINIMAL})

    found = pipeline.estimate(request, book=book)

    causes = [(item.code, *(param for param in item.params if param[0] != "about")) for item in found.assumptions]
    assert len(causes) == len(set(causes))
    assert {item.code for item in found.assumptions} >= {
        "start_today",
        "product_any_labeled",
        "site_default",
        "dose_from_usual_practice",
        "interval_usual",
        "payment_limit_carried_forward",
        "service_rate_carried_forward",
        "commercial_price_range",
        "commercial_service_range",
        "plan_unknown",
        "plan_year_calendar",
        "balances_assumed_zero",
    }
    assert len(minimal["assumptions"]) == len({(item["code"], item["message"]) for item in minimal["assumptions"]})


def test_all_labeled_products_take_part(book):
    # The labels for CIDP by vein, of marketed products: Gammagard Liquid, Gammaked, Gamunex-C, Panzyga, Privigen.
    request = requests.read(ESTIMATE_REQUEST, {"as_of": "2026-11-21", **MINIMAL})

    resolved, _, courses = pipeline.begin(request, book=book)

    labeled = {"gammagard-liquid", "gammaked", "gamunex-c", "panzyga", "privigen"}
    assert {candidate.product.id for candidate in resolved.candidates} == labeled
    assert len(courses) == len(labeled) * 2


def test_the_minimal_answer_says_what_to_ask_next(minimal):
    assert minimal["summary"]["narrow_with"][0] == "coverage.plan.out_of_pocket_max"
    assert "low" in minimal["summary"]["next_infusion"]["patient_cost"]


def test_the_first_visit_is_bounded_by_the_dearest_product_dose_and_site(minimal):
    # Panzyga, 2 g/kg, in a hospital at 344 %. Drug: 280 units x 70.250 x 3.44 = 67,664.80. Minutes: 390 mg/kg in the
    # first 90, the other 1,610 at 12 mg/kg a minute in 134.2, so 225: a first hour at 217.31 x 3.44 = 747.55 and three
    # further ones at 47.84 x 3.44 = 164.57. Together 68,906.06.
    assert minimal["infusions"][0]["allowed_amount"]["high"] == "68906.06"
