"""Everything wrong with an order is said in one answer: its fields, and the names in it that are not on file."""

import pytest

from tests.services import asking

ORDER = asking.ORDER | {"diagnosis": "G61.8Z", "product": "gamunexx", "indication": "cidpp"}
NAMES = [
    ("/therapy/diagnosis", "icd10_unknown"),
    ("/therapy/indication", "indication_unknown"),
    ("/therapy/product", "product_unknown"),
]


def said(client, path, body):
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    return {(error["pointer"], error["code"]) for error in answer.get_json()["errors"]}


def body(**parts):
    return {"patient": asking.WEIGHT, "therapy": ORDER, "coverage": {"payer": "commercial"}} | parts


@pytest.mark.parametrize("path", ["/v1/estimates", "/v1/claim-lines", "/v1/coverage-checks"])
def test_fields_and_names_are_refused_together(reading_client, path):
    found = said(reading_client, path, body(patient={"weight": {"value": -70, "unit": "kg"}}, nonsense=1))

    assert found == {("/patient/weight/value", "weight_out_of_range"), ("/nonsense", "unknown_field"), *NAMES}


def test_what_is_wrong_with_the_query_is_said_beside_the_names(reading_client):
    assert said(reading_client, "/v1/estimates?view=all", body()) == {("?view", "not_allowed"), *NAMES}


@pytest.mark.parametrize("path", ["/v1/estimates", "/v1/claim-lines"])
def test_a_contract_that_is_not_there_is_said_beside_the_names(reading_client, path):
    price = {"contract": "ctr_bogus"}
    contract = ("/price/contract", "contract_not_found")

    assert said(reading_client, path, body(price=price)) == {contract, *NAMES}
    assert said(reading_client, path, body(price=price, window=1)) == {("/window", "not_an_object"), contract, *NAMES}


def test_policies_clinical_facts_and_codes_are_names_too(reading_client):
    therapy = {"diagnosis": "G61.8Z", "hcpcs": "J9999", "courses": 0}
    asked = body(therapy=therapy, clinical={"lab.nonsense": True}, coverage={"payer": "x", "policies": ["no.such"]})

    assert said(reading_client, "/v1/coverage-checks", asked) == {
        ("/therapy/courses", "out_of_range"),
        ("/coverage/payer", "not_allowed"),
        ("/therapy/diagnosis", "icd10_unknown"),
        ("/therapy/hcpcs", "hcpcs_unknown"),
        ("/clinical/lab.nonsense", "clinical_unknown"),
        ("/coverage/policies/0", "policy_unknown"),
    }


def test_what_depends_on_a_day_that_cannot_be_read_is_not_judged(reading_client):
    category = {"diagnosis": "G61", "dose": {"amount": "1", "unit": "g/kg"}}
    not_billable = ("/therapy/diagnosis", "icd10_not_billable")

    assert said(reading_client, "/v1/estimates", body(therapy=category | {"start_on": "soon"})) == {
        ("/therapy/start_on", "invalid_date")
    }
    assert said(reading_client, "/v1/estimates", body(therapy=category | {"start_on": "2026-12-01"}, window=1)) == {
        ("/window", "not_an_object")
    }
    assert said(reading_client, "/v1/estimates", body(therapy=category | {"courses": 0})) == {
        ("/therapy/courses", "out_of_range"),
        not_billable,
    }


def test_a_body_that_is_no_order_is_refused_as_that(reading_client):
    assert said(reading_client, "/v1/estimates", {"therapy": 5, "price": [], "coverage": {"payer": "commercial"}}) == {
        ("/therapy", "not_an_object"),
        ("/price", "not_an_object"),
    }


def test_policies_of_every_coverage_period_are_looked_up_at_their_place(reading_client):
    periods = [
        {"first_day": "2027-01-01", "last_day": "2027-06-30", "coverage": {"payer": "commercial"}},
        {"first_day": "2027-07-01", "coverage": {"payer": "commercial", "policies": ["humana.ig", "zzz"]}},
    ]
    asked = {
        "patient": asking.WEIGHT,
        "therapy": asking.ORDER | {"start_on": "2027-01-05"},
        "coverage_periods": periods,
    }

    answer = reading_client.post("/v1/estimates", json=asked)

    assert [(error["pointer"], error["message"]) for error in answer.get_json()["errors"]] == [
        ("/coverage_periods/1/coverage/policies/1", "zzz is no policy on file. GET /v1/policies lists them all.")
    ]


def test_one_wrong_number_hides_no_other_fact_and_policies_of_periods_are_looked_up(reading_client):
    clinical = {
        "lab.igg.pretreatment": {"value": "4,5", "unit": "g/L"},
        "lab.nonsense": True,
        "treatment.preferred.failed_count": {"value": "2.5", "unit": "count"},
        "diagnosis.condition": "zzzz",
    }
    periods = [{"first_day": "2027-01-01", "coverage": {"payer": "x", "policies": ["no.such"]}}]
    asked = {"therapy": {"diagnosis": "G61.81"}, "coverage_periods": periods, "clinical": clinical}

    found = {(pointer, code) for pointer, code in said(reading_client, "/v1/coverage-checks", asked)}
    assert found >= {
        ("/clinical/lab.nonsense", "clinical_unknown"),
        ("/clinical/treatment.preferred.failed_count", "clinical_not_whole"),
        ("/clinical/diagnosis.condition", "clinical_not_a_word"),
        ("/coverage_periods/0/coverage/policies/0", "policy_unknown"),
    }
    assert [pointer for pointer, _ in found if pointer.startswith("/clinical/lab.igg")]
