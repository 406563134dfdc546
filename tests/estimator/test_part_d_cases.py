"""Medicare drug plans, by the cases on file: phases of each year, and the payment plan's monthly bills."""

from decimal import Decimal

import pytest

from tests.estimator.test_coordination_cases import BORNE_BY, body_of, text
from tests.reading import read
from tests.web.conftest import FakeRuntime, make_app

SECTIONS = read("part_d")
CASES = [pytest.param(case, id=case["name"]) for section in SECTIONS.values() for case in section]
BILLED = [pytest.param(case, id=case["name"]) for case in SECTIONS["payment_plan"]]


def asked(case):
    """Write a case as the body of a request to a drug plan."""
    body = body_of(case) | {"benefit": "part_d"}
    if "balances" not in case:
        del body["balances"]
    return body


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


@pytest.mark.parametrize("case", CASES)
def test_a_drug_plan_shares_as_worked_out_by_hand(case, client):
    answer = client.post("/v1/adjudications", json=asked(case))

    document = answer.get_json()
    assert answer.status_code == 200, document
    for name, amounts in case["expect"].items():
        assert [line[name] for line in document["lines"]] == amounts, name
    if "limit_reached_on" in case:
        assert document["years"][0]["limit_reached_on"] == text(case["limit_reached_on"])


@pytest.mark.parametrize("case", CASES)
def test_every_line_of_a_drug_plan_is_borne_to_the_cent(case, client):
    for line in client.post("/v1/adjudications", json=asked(case)).get_json()["lines"]:
        assert Decimal(line["allowed_amount"]) == sum(Decimal(line[name]) for name in BORNE_BY)


@pytest.mark.parametrize("case", CASES)
def test_no_sentence_about_a_drug_plan_lacks_a_figure(case, client):
    for line in client.post("/v1/adjudications", json=asked(case)).get_json()["lines"]:
        assert "at percent" not in line["explain"]


@pytest.mark.parametrize("case", BILLED)
def test_the_payment_plan_bills_as_worked_out_by_hand(case, client):
    bills = client.post("/v1/adjudications", json=asked(case)).get_json()["payment_plan"]

    assert [bill["amount"] for bill in bills] == case["bills"]
    assert bills[0]["month"] == text(case["first_month"])
