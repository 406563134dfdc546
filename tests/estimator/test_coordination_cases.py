"""Payers after the first one, by the cases on file: through the door, to the cent."""

from decimal import Decimal

import pytest

from tests.reading import read
from tests.web.conftest import FakeRuntime, make_app

CASES = [pytest.param(case, id=case["name"]) for section in read("coordination").values() for case in section]
NOTHING_LEFT = {"as_of": "2026-01-01", "deductible_met": "283.00"}
BORNE_BY = ("plan_paid", "secondary_paid", "assistance_paid", "patient_cost", "provider_liability")


def text(value):
    """Write days as the contract does."""
    if isinstance(value, dict):
        return {key: text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [text(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def body_of(case):
    """Write a case as the body of a request."""
    lines = []
    for number, (on, category, allowed, *more) in enumerate(case["lines"]):
        line = {"id": str(number), "service_on": text(on), "category": category, "allowed_amount": allowed}
        lines.append(line | (more[0] if more else {}))
    body = {"payer": case.get("payer", "medicare"), "lines": lines}
    if body["payer"] == "medicare":
        body["balances"] = text(case.get("balances", NOTHING_LEFT))
    for name in ("plan", "secondaries", "benefit", "smoothing"):
        if name in case:
            body[name] = text(case[name])
    return body


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


@pytest.mark.parametrize("case", CASES)
def test_later_payers_pay_as_worked_out_by_hand(case, client):
    answer = client.post("/v1/adjudications", json=body_of(case))

    document = answer.get_json()
    assert answer.status_code == 200, document
    for name, amounts in case["expect"].items():
        assert [line[name] for line in document["lines"]] == amounts, name


@pytest.mark.parametrize("case", CASES)
def test_every_line_is_borne_to_the_cent(case, client):
    document = client.post("/v1/adjudications", json=body_of(case)).get_json()

    for line in document["lines"]:
        assert Decimal(line["allowed_amount"]) + Decimal(line["balance_bill"]) == sum(
            Decimal(line[name]) for name in BORNE_BY
        )
