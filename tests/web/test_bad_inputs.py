"""The nasty inputs of ``tests/cases/bad_inputs.yaml``, sent through the door."""

import json
from pathlib import Path

import pytest
import yaml

CASES = yaml.load(
    (Path(__file__).parent.parent / "cases" / "bad_inputs.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)


def body_of(case):
    """Give the bytes a case sends."""
    if "raw" in case:
        return case["raw"].encode()
    if "raw_digits" in case:
        plan = '{"out_of_pocket_max": {"individual": %s}}' % ("9" * case["raw_digits"])
        return (
            f'{{"therapy": {{"diagnosis": "G61.81"}}, "coverage": {{"payer": "commercial", "plan": {plan}}}}}'.encode()
        )
    return json.dumps(case["request"]).encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_bad_inputs_are_answered_as_their_case_says(client, case):
    expected = case["expect"]

    answer = client.post(f"/v1/{case.get('to', 'estimates')}", data=body_of(case), content_type="application/json")

    assert answer.status_code == expected["status"], answer.get_data(as_text=True)
    if expected["status"] == 200:
        return
    document = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert set(document) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    found = [(error["pointer"], error["code"]) for error in document["errors"]]
    if "pointer" in expected:
        assert (expected["pointer"], expected["code"]) in found
    else:
        assert document["code"] == expected["code"]
    said = document["detail"] + " ".join(error["message"] for error in document["errors"])
    assert expected.get("says", "") in said


def test_every_problem_of_a_request_is_in_one_answer(client):
    answer = client.post(
        "/v1/estimates?view=all",
        json={
            "patient": {"weight": {"value": "x", "unit": "st"}, "age_years": 900},
            "therapy": {"diagnosis": "G61.8x!", "interval": 21, "vials": [{"grams": 0}], "nope": 1},
            "coverage": {"plan": {"out_of_pocket_max": {"individual": "2", "family": "1"}}},
            "window": {"months": 0},
        },
    )

    assert {error["pointer"] for error in answer.get_json()["errors"]} == {
        "?view",
        "/patient/weight/value",
        "/patient/weight/unit",
        "/patient/age_years",
        "/therapy/diagnosis",
        "/therapy/interval",
        "/therapy/vials/0/grams",
        "/therapy/vials/0/count",
        "/therapy/vial_policy",
        "/therapy/nope",
        "/coverage/payer",
        "/coverage/plan/out_of_pocket_max/family",
        "/window/months",
    }


def test_one_problem_gives_its_code_to_the_document(client):
    answer = client.post("/v1/estimates", json={"therapy": {"diagnosis": "279.06"}, "coverage": {"payer": "va"}})

    assert answer.get_json()["code"] == "icd9_code"
    assert answer.get_json()["detail"] == answer.get_json()["errors"][0]["message"]


def test_unlike_problems_share_a_code_of_their_own(client):
    answer = client.post("/v1/estimates", json={"therapy": {"diagnosis": "279.06"}, "nope": 1})

    assert answer.get_json()["code"] == "invalid_request"


def test_a_flood_of_unknown_fields_is_answered_briefly(client):
    answer = client.post("/v1/estimates", json={f"field{number}": 1 for number in range(20_000)})

    assert answer.status_code == 422
    assert len(answer.get_json()["errors"]) == 100


def test_a_long_key_is_cut_in_the_answer(client):
    answer = client.post("/v1/estimates", json={"k" * 10_000: 1})

    assert len(answer.get_json()["errors"][0]["pointer"]) < 100
