"""Whatever is sent, the answer is never a 5xx and always well formed."""

import copy
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.adjudications import ADJUDICATION_REQUEST
from schemas.estimates import ESTIMATE_REQUEST
from schemas.problems import PROBLEM
from schemas.reading import Part, PartList
from tests.web.test_openapi import EXAMPLES

PATHS = ("/v1/estimates", "/v1/claim-lines", "/v1/adjudications", "/v1/coverage-checks")
RELAXED = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["none", "kg", "g/kg", "day", "medicare", "commercial", "70", "0.2", "-1", "2027-01-05", "G61.81"]),
)

small_numbers = st.one_of(st.integers(-2, 400), st.decimals(0, 400, places=2).map(str))


def any_json():
    """Make any JSON value."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=10,
    )


def body_like(schema, depth=0):
    """Make objects with the right names and any values."""
    fields = {}
    for name, field in schema.load_fields.items():
        inner = None
        if isinstance(field, Part):
            inner = body_like(field.part, depth + 1)
        elif isinstance(field, PartList) and isinstance(field.item, Part):
            inner = st.lists(body_like(field.item.part, depth + 1), max_size=2)
        fields[name] = leaves if inner is None else st.one_of(inner, leaves)
    return st.fixed_dictionaries({}, optional=fields)


def check(answer):
    assert answer.status_code < 500, answer.get_data(as_text=True)
    if answer.status_code != 200:
        assert PROBLEM.validate(answer.get_json()) == {}


@RELAXED
@given(path=st.sampled_from(PATHS), body=any_json())
@example(path=PATHS[0], body={"\ud800": "\udc00"})
@example(path=PATHS[0], body={"a/b~c": None, "": 1})
def test_any_json_is_answered(client, path, body):
    check(client.post(path, data=json.dumps(body), content_type="application/json"))


@RELAXED
@given(path=st.sampled_from(PATHS), body=st.one_of(body_like(ESTIMATE_REQUEST), body_like(ADJUDICATION_REQUEST)))
def test_right_names_with_any_values_are_answered(client, path, body):
    check(client.post(path, data=json.dumps(body), content_type="application/json"))


@RELAXED
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=60))
def test_any_bytes_are_answered(client, path, body):
    check(client.post(path, data=body, content_type="application/json"))


@RELAXED
@given(query=st.dictionaries(st.text(max_size=6), st.text(max_size=12), max_size=3))
def test_any_query_is_answered(client, query):
    check(client.post("/v1/estimates", query_string=query, json={}))


@st.composite
def mutated_examples(draw):
    """Take an example of the document and put any value in one of its places."""
    parameter = draw(st.sampled_from(EXAMPLES))
    path, body = parameter.values[0], copy.deepcopy(parameter.values[1])
    node = body
    while True:
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        child = node[key]
        if not isinstance(child, dict | list) or not child or draw(st.integers(0, 4)) == 0:
            break
        node = child
    node[key] = draw(st.one_of(leaves, small_numbers, any_json()))
    return path, body


@settings(max_examples=200)
@given(mutated_examples())
def test_an_example_with_one_place_changed_is_answered_from_the_facts(reading_client, request_made):
    path, body = request_made

    check(reading_client.post(path, data=json.dumps(body), content_type="application/json"))


def test_lines_of_earlier_years_bring_their_own_amounts(reading_client):
    # Part B of 2018: 183 and 20 % of 49,817.
    body = {
        "payer": "medicare",
        "plan": {"deductible": {"individual": "183.00"}},
        "balances": {"as_of": "2018-01-01", "deductible_met": "0.00"},
        "lines": [{"id": "a", "service_on": "2018-02-10", "category": "drug", "allowed_amount": "50000.00"}],
    }
    answer = reading_client.post("/v1/adjudications", json=body)

    assert answer.status_code == 200
    assert answer.get_json()["lines"][0]["patient_cost"] == "10146.40"

    body["lines"][0]["service_on"] = "1999-12-31"
    refused = reading_client.post("/v1/adjudications", json=body)
    assert [item["code"] for item in refused.get_json()["errors"]] == ["date_out_of_range"]


@pytest.mark.parametrize(
    "product",
    [
        {"product": "gamunex-c"},
        {"custom_product": {"hcpcs": "J1599", "mg_per_unit": "500", "package_mg": [5000]}},
        {"custom_product": {"hcpcs": "J0178", "mg_per_unit": "1", "package_mg": [2]}},
    ],
)
@pytest.mark.parametrize("amount", ["0.0000001", "0.0004"])
def test_a_dose_of_less_than_a_milligram_is_refused(reading_client, product, amount):
    therapy = product | {"dose": {"amount": amount, "unit": "g"}, "start_on": "2026-12-01"}
    answer = reading_client.post("/v1/claim-lines", json={"therapy": therapy})

    assert [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]] == [
        ("/therapy/dose", "dose_out_of_range")
    ]
