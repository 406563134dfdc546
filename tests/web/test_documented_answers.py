"""What is really answered, held against the OpenAPI document by a validator that is not ours."""

import itertools

import pytest
from jsonschema import Draft202012Validator

from tests.services import asking

PLAN = asking.PLAN
WHO_PAYS = {
    "nobody said": {"payer": "commercial"},
    "an employer's plan out of network": {"payer": "commercial", "plan": PLAN, "network": "out"},
    "a plan with help": {"payer": "commercial", "plan": PLAN, "balances": asking.NOTHING_MET},
    "Medicare": {"payer": "medicare"},
    "Medicare and Medigap": {"payer": "medicare", "secondaries": [{"kind": "medigap", "medigap_plan": "G"}]},
    "Medicare Advantage": {"payer": "medicare_advantage", "plan": PLAN, "authorization": {"status": "denied"}},
    "Medicaid": {"payer": "medicaid"},
    "nobody": {"payer": "self_pay"},
}
ORDERS = {
    "nothing but a diagnosis": {"diagnosis": "D83.9"},
    "a dose under the skin": {
        "diagnosis": "G61.81",
        "product": "hizentra",
        "dose": {"amount": "0.2", "unit": "g/kg"},
        "interval_days": 7,
        "courses": 3,
        "dispense": {"days_supply": 28},
    },
    "a taper off label": {
        "diagnosis": "G35.A",
        "product": "gamunex-c",
        "phases": [{"dose": {"amount": "1", "unit": "g/kg"}, "interval": {"value": 21, "unit": "day"}, "courses": 2}],
    },
}
SITES = itertools.cycle(["home", "hospital_outpatient", None, "physician_office", "infusion_suite"])
MORE = itertools.cycle(
    [
        {"as_of": "2025-06-01"},
        {"assistance": {"copay_program": {"annual_maximum": "5000.00"}, "accumulator_program": "unknown"}},
        {"clinical": {"lab.igg.pretreatment": {"value": 320, "unit": "mg/dL"}}},
        {"denial": {"reason": "not_necessary", "notice": "signed"}},
        {"price": asking.PRICE},
        {"patient": {"weight": {"value": -1, "unit": "kg"}}},
        {"window": {"months": 3}, "service_state": "TX"},
    ]
)
REQUESTS = [
    pytest.param(
        {"patient": asking.WEIGHT, "therapy": order, "coverage": coverage, "site_of_care": next(SITES)} | next(MORE),
        id=f"{who} pays, {what}",
    )
    for (who, coverage), (what, order) in itertools.product(WHO_PAYS.items(), ORDERS.items())
]
READ = {
    "/v1/products": ["/v1/products?lang=es"],
    "/v1/products/{product_id}": ["/v1/products/gamunex-c", "/v1/products/nope"],
    "/v1/indications": ["/v1/indications"],
    "/v1/indications/{indication_id}": ["/v1/indications/cidp"],
    "/v1/diagnoses/{code}": ["/v1/diagnoses/G61.81", "/v1/diagnoses/G61", "/v1/diagnoses/X"],
    "/v1/payment-limits": ["/v1/payment-limits?hcpcs=J1561&on=2026-11-01", "/v1/payment-limits?on=soon"],
    "/v1/policies": ["/v1/policies"],
    "/v1/policies/{policy_id}": ["/v1/policies/humana.ig"],
    "/v1/clinical-facts": ["/v1/clinical-facts"],
    "/v1/flags": ["/v1/flags"],
    "/v1/facts": ["/v1/facts?kind=payment_limit", "/v1/facts?standing=disputed", "/v1/facts?limit=0"],
    "/v1/facts/{fact_id}": ["/v1/facts/payment_limit:J1561:2026q4:r1"],
    "/v1/sources/{source_id}": ["/v1/sources/cms-ndc-crosswalk-2026q4"],
    "/v1/reference": ["/v1/reference"],
}


@pytest.fixture(scope="module")
def document(reading_client):
    """Give the document as it is served."""
    return reading_client.get("/openapi.json").get_json()


def check(answer, document, path, method):
    """Hold an answer against what the document says of its status."""
    described = document["paths"][path][method]["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].rpartition("/")[2]]
    schema = described["content"][answer.mimetype]["schema"] | {"components": document["components"]}

    wrong = [f"{list(error.absolute_path)}: {error.message}" for error in _errors(schema, answer.get_json())]
    assert wrong == []


def _errors(schema, given):
    return itertools.islice(Draft202012Validator(schema).iter_errors(given), 5)


@pytest.mark.parametrize("body", REQUESTS)
def test_an_answer_about_an_order_is_what_the_document_says(reading_client, document, body):
    body = {name: value for name, value in body.items() if value is not None}
    for path in ("/v1/estimates", "/v1/claim-lines", "/v1/coverage-checks"):
        check(reading_client.post(path, json=body), document, path, "post")


@pytest.mark.parametrize("coverage", WHO_PAYS.values(), ids=WHO_PAYS)
def test_an_adjudication_is_what_the_document_says(reading_client, document, coverage):
    lines = [
        {"id": name, "service_on": on, "category": category, "allowed_amount": amount}
        for name, on, category, amount in (
            ("a", "2026-12-01", "drug", "8589.00"),
            ("b", "2026-12-01", "administration", "310.00"),
            ("c", "2027-01-05", "drug", "8589.00"),
        )
    ]

    answer = reading_client.post("/v1/adjudications", json=coverage | {"lines": lines})

    check(answer, document, "/v1/adjudications", "post")


def test_the_ways_a_plan_may_count_help_are_what_the_document_says(reading_client, document):
    lines = [{"id": "a", "service_on": "2027-01-05", "category": "drug", "allowed_amount": "8589.00"}]
    help_given = {"copay_program": {"annual_maximum": "5000.00"}, "accumulator_program": "unknown"}
    plan = PLAN | {"year_starts_on": "2027-01-01"}
    answer = reading_client.post(
        "/v1/adjudications", json={"payer": "commercial", "plan": plan, "assistance": help_given, "lines": lines}
    )

    assert {each["accumulator_program"] for each in answer.get_json()["alternatives"]} == {"none", "accumulator"}
    check(answer, document, "/v1/adjudications", "post")


@pytest.mark.parametrize(("path", "address"), [(path, each) for path, found in READ.items() for each in found])
def test_what_is_looked_up_is_what_the_document_says(reading_client, document, path, address):
    check(reading_client.get(address), document, path, "get")


def test_every_address_to_read_without_a_key_is_asked(document):
    open_to_all = {
        path
        for path, operations in document["paths"].items()
        if path.startswith("/v1") and "get" in operations and "401" not in operations["get"]["responses"]
    }

    # The releases need a database; tests/web/test_releases.py reads them.
    assert open_to_all - {"/v1/reference/releases"} == set(READ)
