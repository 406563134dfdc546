"""Whole orders become the frozen values that services take."""

import json
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest

from estimator.model.codes import DenialNotice, DenialReason, MinutesBasis, Payer, Phase, Route, Site, VialPolicy
from estimator.model.order import DosePer, Interval, IntervalUnit, Loading
from estimator.model.quantities import DoseUnit, WeightUnit
from schemas.claim_lines import CLAIM_LINES_REQUEST
from schemas.coverage_checks import COVERAGE_CHECK_REQUEST
from schemas.estimates import ESTIMATE_REQUEST
from schemas.json_reading import read_object
from tests.schemas.requests import MINIMAL, PLAN, TODAY, estimate, problems, read


def test_what_is_left_out_is_unknown_and_the_day_is_today():
    found = estimate()

    assert found.as_of == TODAY
    assert found.coverage.payer is Payer.COMMERCIAL
    assert found.coverage.plan is None
    assert found.coverage.balances is None
    assert found.patient.weight is None
    assert found.therapy.dose is None
    assert found.coverage_check is True
    assert not found.assistance.is_any


def test_null_is_the_same_as_left_out():
    nulls = {
        "as_of": None,
        "patient": None,
        "site_of_care": None,
        "price": None,
        "window": None,
        "coverage_check": None,
    }

    assert estimate(**nulls) == estimate()


@pytest.mark.parametrize("schema", [ESTIMATE_REQUEST, CLAIM_LINES_REQUEST])
def test_what_a_dose_lacks_is_said_beside_everything_else(schema):
    wrong = MINIMAL | {
        "site_of_care": "offic",
        "therapy": {
            "diagnosis": "G61.81",
            "product": "gamunex-c",
            "dosing_weight": "ideal",
            "dose_rounding_max_percent": 5,
            "phases": [
                {"dose": {"amount": "1", "unit": "g"}, "interval_days": 21, "courses": 1},
                {"interval_days": 28},
            ],
        },
    }

    assert problems(schema, wrong) >= {
        ("/site_of_care", "not_allowed"),
        ("/therapy/dose_rounding", "required"),
        ("/therapy/phases/1/dose", "required"),
        ("/patient/weight", "required"),
        ("/patient/height", "required"),
        ("/patient/sex", "required"),
    }


def test_a_whole_order_is_read():
    found = estimate(
        as_of="2026-10-01",
        patient={"weight": {"value": 154, "unit": "lb"}, "age_years": 54, "residence_state": "tx"},
        therapy={
            "diagnosis": "g6181",
            "indication": "cidp",
            "product": "gamunex-c",
            "route": "iv",
            "dose": {"amount": "0.4", "unit": "g/kg", "per": "day"},
            "days_per_course": 5,
            "interval_days": 28,
            "loading": {"dose": {"amount": 2, "unit": "g/kg"}, "days": 2, "then_after_days": 21},
            "start_on": "2027-01-05",
            "courses": 6,
            "stock_grams": ["20", 10],
            "package_prices": {"13533080040": "1800.00"},
            "infusion_minutes": 180,
            "infusion_minutes_basis": "documented",
        },
        site_of_care="home",
        service_state="la",
        window={"start_on": "2027-01-01", "months": 6},
        denial={"reason": "not_necessary", "notice": "signed"},
        price={"percent_of_payment_limit": 120, "billed_charge_per_unit": "180.00"},
    )

    assert found.as_of == date(2026, 10, 1)
    assert (found.patient.weight.value, found.patient.weight.unit) == (Decimal(154), WeightUnit.LB)
    assert (found.patient.age_years, found.patient.residence_state, found.service_state) == (54, "TX", "LA")
    therapy = found.therapy
    assert (therapy.diagnosis, therapy.indication, therapy.product, therapy.route) == (
        "G61.81",
        "cidp",
        "gamunex-c",
        Route.IV,
    )
    assert (therapy.dose.amount, therapy.dose.unit, therapy.dose.per) == (
        Decimal("0.4"),
        DoseUnit.G_PER_KG,
        DosePer.DAY,
    )
    assert therapy.interval == Interval(28, IntervalUnit.DAY)
    assert (therapy.loading.dose.amount, therapy.loading.days, therapy.loading.then_after_days) == (Decimal(2), 2, 21)
    assert therapy.stock_mg == (20_000, 10_000)
    assert dict(therapy.package_prices) == {"13533-0800-40": 180_000}
    assert therapy.infusion_minutes_basis is MinutesBasis.DOCUMENTED
    assert found.site_of_care is Site.HOME
    assert (found.window.start_on, found.window.months) == (date(2027, 1, 1), 6)
    assert (found.denial.reason, found.denial.notice) == (DenialReason.NOT_NECESSARY, DenialNotice.SIGNED)
    assert found.price.percent_of_payment_limit == Decimal(120)


def test_the_usual_loading_dose_is_asked_for_by_a_word():
    assert estimate(therapy={"diagnosis": "G61.81", "loading": "usual"}).therapy.loading == Loading(dose=None)


def test_given_packages_need_their_policy():
    vials = [{"grams": "20", "count": 2}]

    found = estimate(therapy={"diagnosis": "G61.81", "vial_policy": "given", "vials": vials})

    assert found.therapy.vial_policy is VialPolicy.GIVEN
    assert (found.therapy.vials[0].mg, found.therapy.vials[0].count) == (20_000, 2)
    without = MINIMAL | {"therapy": {"diagnosis": "G61.81", "vials": vials}}
    assert problems(ESTIMATE_REQUEST, without) == {("/therapy/vial_policy", "vials_without_policy")}


@pytest.mark.parametrize("policy", ["given", "lowest_acquisition_cost"])
def test_a_policy_needs_what_it_chooses_from(policy):
    body = MINIMAL | {"therapy": {"diagnosis": "G61.81", "vial_policy": policy}}

    assert {code for _, code in problems(ESTIMATE_REQUEST, body)} == {"required"}


@pytest.mark.parametrize(
    ("value", "unit", "is_taken"),
    [
        ("0.3", "kg", True),
        ("0.299", "kg", False),
        (650, "kg", True),
        ("650.001", "kg", False),
        ("0.67", "lb", True),
        (1433, "lb", True),
        (1434, "lb", False),
    ],
)
def test_a_weight_lies_within_what_a_body_can_weigh(value, unit, is_taken):
    body = MINIMAL | {"patient": {"weight": {"value": value, "unit": unit}}}

    if is_taken:
        assert read(ESTIMATE_REQUEST, body).patient.weight.value == Decimal(value)
    else:
        assert problems(ESTIMATE_REQUEST, body) == {("/patient/weight/value", "weight_out_of_range")}


@pytest.mark.parametrize(
    ("weight", "pointer", "code"),
    [
        (70, "/unit", "required"),
        ("70", "/unit", "required"),
        (True, "", "not_a_number"),
        ([70], "", "not_a_number"),
        ("７０", "", "not_a_number"),
    ],
)
def test_a_weight_that_is_no_object(weight, pointer, code):
    body = MINIMAL | {"patient": {"weight": weight}}

    assert problems(ESTIMATE_REQUEST, body) == {(f"/patient/weight{pointer}", code)}


def test_a_cost_only_request_needs_no_diagnosis():
    body = {
        "therapy": {"dose": {"amount": 30, "unit": "g"}},
        "coverage": {"payer": "self_pay"},
        "coverage_check": False,
    }

    assert read(ESTIMATE_REQUEST, body).coverage_check is False


def test_with_coverage_periods_no_other_payer_is_asked_for():
    body = {"therapy": {"diagnosis": "G61.81"}, "coverage_periods": [{"first_day": "2026-01-01"}]}

    assert problems(ESTIMATE_REQUEST, body) == {("/coverage_periods/0/coverage", "required")}


def test_claim_lines_of_a_product_the_caller_describes():
    found = read(
        CLAIM_LINES_REQUEST,
        {
            "therapy": {
                "custom_product": {"hcpcs": "j1745", "mg_per_unit": 10, "package_mg": [100], "single_dose": True},
                "dose": {"amount": 350, "unit": "mg"},
                "phase": "loading",
            }
        },
    )

    assert found.coverage.payer is Payer.UNKNOWN
    assert found.therapy.phase is Phase.LOADING
    assert (found.therapy.custom_product.hcpcs, found.therapy.custom_product.package_mg) == ("J1745", (100,))


def test_a_coverage_check_needs_only_a_use():
    assert read(COVERAGE_CHECK_REQUEST, {"therapy": {"indication": "cidp"}}).therapy.indication == "cidp"


def test_reading_a_whole_request_stays_far_below_a_millisecond():
    body = {
        "patient": {"weight": {"value": 70, "unit": "kg"}, "age_years": 54, "residence_state": "TX"},
        "therapy": {
            "diagnosis": "G61.81",
            "product": "gamunex-c",
            "dose": {"amount": "1", "unit": "g/kg", "per": "course"},
            "interval": {"value": 21, "unit": "day"},
            "start_on": "2027-01-05",
        },
        "coverage": {
            "payer": "commercial",
            "plan": PLAN,
            "balances": {"deductible_met": "0", "out_of_pocket_met": "0"},
        },
    }
    given = read_object(json.dumps(body).encode())
    times = []

    for _ in range(200):
        started = perf_counter()
        ESTIMATE_REQUEST.read_request(given, today=TODAY)
        times.append(perf_counter() - started)

    assert min(times) < 250e-6
