"""Reading whole requests in tests: as a body would be read, on a day that is stated."""

import json
from datetime import date

import pytest

from estimator.errors import InvalidRequest
from schemas.estimates import ESTIMATE_REQUEST
from schemas.json_reading import read_object

TODAY = date(2026, 11, 21)
MINIMAL = {"therapy": {"diagnosis": "G61.81"}, "coverage": {"payer": "commercial"}}


def read(schema, body):
    return schema.read_request(read_object(json.dumps(body).encode()), today=TODAY)


def problems(schema, body):
    with pytest.raises(InvalidRequest) as refused:
        read(schema, body)
    return {(problem.pointer, problem.code) for problem in refused.value.problems}


def estimate(**parts):
    return read(ESTIMATE_REQUEST, MINIMAL | parts)


def plan(**terms):
    return estimate(coverage={"payer": "commercial", "plan": terms}).coverage.plan


LINE = {"id": "a", "service_on": "2027-01-05", "category": "drug", "allowed_amount": "6870.64"}
PLAN = {
    "deductible": {"individual": "1500"},
    "out_of_pocket_max": {"individual": "6000"},
    "cost_share": {"default": {"coinsurance_percent": "20"}},
}
