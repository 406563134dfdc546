"""In every answer the parts add up: lines to infusions, infusions to months, years and the summary."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.errors import InvalidRequest
from schemas.documents import ESTIMATE
from schemas.estimates import ESTIMATE_REQUEST
from schemas.json_reading import read_object
from services import estimates
from tests.estimator.orders import AS_OF
from tests.web.conftest import FakeRuntime

LEVELS = ("low", "expected", "high")
BORNE = ("plan_paid", "secondary_paid", "assistance_paid", "patient_share", "provider_liability")


def maybe(strategy):
    return st.one_of(st.none(), strategy)


def money(most):
    return st.one_of(st.sampled_from(["0.00", "1500.00", "none"]), st.integers(0, most * 100).map(cents_text))


def cents_text(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def without_none(body):
    if isinstance(body, dict):
        return {key: without_none(value) for key, value in body.items() if value is not None}
    return body


plans = st.fixed_dictionaries(
    {
        "year_starts_on": st.sampled_from(["2026-01-01", "2026-07-01", "2027-04-01", None]),
        "deductible": maybe(st.fixed_dictionaries({"individual": money(3000)})),
        "out_of_pocket_max": maybe(st.fixed_dictionaries({"individual": money(9000)})),
        "cost_share": maybe(
            st.sampled_from(
                [
                    {"default": {"coinsurance_percent": "20"}},
                    {"default": {"coinsurance_percent": "10", "copay": "30"}},
                    {"default": {"copay": "75"}, "drug": {"coinsurance_percent": "20", "maximum": "250"}},
                ]
            )
        ),
    }
)

balances = st.fixed_dictionaries(
    {
        "as_of": st.sampled_from(["2026-06-30", "2026-11-20", "2027-02-15", None]),
        "deductible_met": st.integers(0, 1500).map(lambda dollars: f"{dollars}.00"),
    }
)

coverages = st.one_of(
    st.fixed_dictionaries({"payer": st.just("commercial"), "plan": maybe(plans), "balances": maybe(balances)}),
    st.fixed_dictionaries({"payer": st.just("medicare"), "balances": maybe(balances)}),
    st.fixed_dictionaries({"payer": st.sampled_from(["medicare_advantage", "tricare"]), "plan": maybe(plans)}),
)

bodies = st.fixed_dictionaries(
    {
        "as_of": st.just(AS_OF.isoformat()),
        "patient": st.fixed_dictionaries(
            {"weight": st.fixed_dictionaries({"value": st.integers(40, 130), "unit": st.just("kg")})}
        ),
        "therapy": st.fixed_dictionaries(
            {
                "diagnosis": st.sampled_from(["G61.81", "D83.1", "G61.0", "M33.13"]),
                "product": maybe(st.sampled_from(["gamunex-c", "privigen", "panzyga", "bivigam", "octagam-10"])),
                "route": st.just("iv"),
                "dose": maybe(
                    st.sampled_from(
                        [
                            {"amount": "1", "unit": "g/kg"},
                            {"amount": "0.437", "unit": "g/kg"},
                            {"amount": "33.3", "unit": "g"},
                        ]
                    )
                ),
                "days_per_course": maybe(st.integers(1, 3)),
                "interval": maybe(
                    st.sampled_from(
                        [{"value": 21, "unit": "day"}, {"value": 4, "unit": "week"}, {"value": 1, "unit": "month"}]
                    )
                ),
                "courses": maybe(st.integers(1, 6)),
                "start_on": st.integers(0, 500).map(lambda days: (date(2026, 2, 1) + timedelta(days)).isoformat()),
                "infusion_minutes": maybe(st.integers(1, 400)),
                "vial_policy": maybe(st.sampled_from(["least_waste", "fewest_vials"])),
            }
        ),
        "site_of_care": maybe(st.sampled_from(["physician_office", "hospital_outpatient", "infusion_suite"])),
        "price": maybe(
            st.sampled_from(
                [
                    {"drug_allowed_per_unit": "61.35"},
                    {"percent_of_payment_limit": "117"},
                    {"drug_allowed_per_unit": "61.35", "administration_allowed_per_visit": "310.00"},
                ]
            )
        ),
        "coverage": coverages,
        "window": maybe(st.fixed_dictionaries({"months": st.integers(1, 15)})),
    }
)


@pytest.fixture(scope="module")
def runtime(book):
    return FakeRuntime(book)


def answer(body, runtime, language="en"):
    read = read_object(json.dumps(without_none(body)).encode())
    request = ESTIMATE_REQUEST.read_request(read, today=AS_OF)
    return estimates.quote(request, runtime=runtime, language=language)


def total(ranges, level):
    """Add a level up; one unknown part makes the sum unknown."""
    found = [each[level] for each in ranges]
    return None if None in found else sum(map(Decimal, found), Decimal(0))


def exact(figure):
    return None if figure is None else Decimal(figure)


@settings(max_examples=150, derandomize=True)
@given(body=bodies)
def test_the_parts_of_an_answer_add_up(body, runtime):
    try:
        document = answer(body, runtime)
    except InvalidRequest:
        return
    assert ESTIMATE.validate(json.loads(json.dumps(document))) == {}
    live = [infusion for infusion in document["infusions"] if not infusion["history"]]
    for level in LEVELS:
        cost = exact(document["summary"]["patient_cost"][level])
        if cost is None:
            continue
        if level == "expected" and None in [year["patient_cost"]["expected"] for year in document["years"]]:
            assert cost == exact(document["summary"]["patient_cost"]["low"])  # nothing is open but when it falls due
            continue
        assert total([infusion["patient_cost"] for infusion in live], level) == cost
        assert total([month["patient_cost"] for month in document["months"]], level) == cost
        assert total([year["patient_cost"] for year in document["years"]], level) == cost
        allowed = total([infusion["allowed_amount"] for infusion in live], level)
        assert exact(document["summary"]["allowed_total"][level]) == allowed
        if allowed is not None:
            assert exact(document["summary"]["plan_paid_total"][level]) == allowed - cost
    for infusion in live:
        for level in LEVELS:
            if infusion["patient_cost"][level] is not None:
                lines = total([line["patient_cost"] for line in infusion["lines"]], level)
                assert lines == exact(infusion["patient_cost"][level])


authorizations = st.fixed_dictionaries(
    {"status": st.sampled_from(["approved", "pending", "unknown"])},
    optional={
        "last_day": st.integers(0, 700).map(lambda days: (date(2026, 2, 1) + timedelta(days)).isoformat()),
        "visits": st.integers(1, 8),
        "units": st.integers(100, 900),
    },
)


@settings(max_examples=60, derandomize=True)
@given(body=bodies, authorization=authorizations)
def test_what_lies_inside_an_authorization_and_beyond_it_is_the_whole(body, authorization, runtime):
    try:
        document = answer(body | {"coverage": body["coverage"] | {"authorization": authorization}}, runtime)
    except InvalidRequest:
        return
    found, summary = document["authorization"], document["summary"]
    if len(authorization) == 1:
        assert found is None
        return
    if body["coverage"]["payer"] == "medicare":
        assert (found["inside"], found["beyond"]) == (None, None)
        return
    sides = (found["inside"], found["beyond"])
    assert sum(side["infusion_days"] for side in sides) == summary["infusion_days"]
    for level in LEVELS:
        for name, whole in (("allowed", "allowed_total"), ("plan_paid", "plan_paid_total")):
            if summary[whole][level] is not None:
                assert total([side[name] for side in sides], level) == exact(summary[whole][level])
    whole = summary["patient_cost"]
    if whole["low"] is not None:
        assert total([side["patient_cost"] for side in sides], "low") <= exact(whole["low"])
    if whole["high"] is not None:
        assert total([side["patient_cost"] for side in sides], "high") >= exact(whole["high"])
    if whole["low"] == whole["high"] and all(
        side["patient_cost"]["low"] == side["patient_cost"]["high"] for side in sides
    ):
        assert total([side["patient_cost"] for side in sides], "low") == exact(whole["low"])


@settings(max_examples=150, derandomize=True)
@given(body=bodies)
def test_low_is_never_above_high(body, runtime):
    try:
        document = answer(body, runtime)
    except InvalidRequest:
        return
    ranges = [document["summary"]["patient_cost"]]
    ranges += [scenario["patient_cost"] for scenario in document["scenarios"] if "patient_cost" in scenario]
    ranges += [document["summary"]["ahead"]["patient_cost"]]
    if document["summary"]["next_infusion"] is not None:
        ranges += [document["summary"]["next_infusion"]["patient_cost"]]
    ranges += [item["effect"] for item in document["assumptions"] if item["effect"] is not None]
    for each in ranges:
        known = [exact(each[level]) for level in LEVELS if each[level] is not None]
        assert known == sorted(known)


@settings(max_examples=100, derandomize=True)
@given(body=bodies)
def test_every_line_of_an_answer_is_borne_to_the_cent(body, runtime):
    try:
        document = answer(body, runtime)
    except InvalidRequest:
        return
    for infusion in document["infusions"]:
        for line in infusion["lines"]:
            if line["patient_share"] is None:
                continue
            assert exact(line["allowed_amount"]) + exact(line["balance_bill"]) == sum(
                exact(line[name]) for name in BORNE
            )
            assert line["patient_cost"]["expected"] == line["patient_share"]


@settings(max_examples=60, derandomize=True)
@given(body=bodies)
def test_a_language_changes_words_and_nothing_else(body, runtime):
    try:
        english, spanish = (answer(body, runtime, language) for language in ("en", "es"))
    except InvalidRequest:
        return

    assert wordless(english) == wordless(spanish)


WORDS = {
    "ask",
    "explain",
    "explains",
    "form_fields",
    "headline",
    "message",
    "name",
    "next_step",
    "notices",
    "plain",
    "says",
    "why",
}


def wordless(document):
    """Leave out what is written in sentences; ``why`` of a scenario is one, of a line it is codes."""
    if isinstance(document, dict):
        return {
            key: wordless(value)
            for key, value in document.items()
            if key not in WORDS or (key == "why" and not isinstance(value, str))
        }
    if isinstance(document, list | tuple):
        return [wordless(each) for each in document]
    return document
