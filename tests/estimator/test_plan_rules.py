"""What the law adds to a plan's terms, and that it is said."""

import pytest

from estimator import ledger
from schemas.adjudications import ADJUDICATION_REQUEST
from tests.schemas import requests
from tests.web.conftest import FakeRuntime, make_app

COST_SHARE = {"default": {"coinsurance_percent": "20"}}
OUTSIDE = {"deductible": "none", "out_of_pocket_max": "none", "cost_share": COST_SHARE}
NOTHING_MET = {
    "as_of": "2027-01-01",
    **dict.fromkeys(
        ("deductible_met", "out_of_pocket_met", "family_deductible_met", "family_out_of_pocket_met"), "0.00"
    ),
}


def body(*, lines=None, payer="commercial", balances=None, **plan):
    terms = {
        "deductible": "none",
        "out_of_pocket_max": "none",
        "cost_share": COST_SHARE,
        "year_starts_on": "2027-01-01",
    }
    found = {"payer": payer, "plan": terms | plan, "balances": balances or NOTHING_MET}
    line = {"id": "a", "service_on": "2027-02-01", "category": "drug", "allowed_amount": "100.00"}
    return found | {"lines": [line | more for more in lines or [{}]]}


def said(request, book):
    found = ledger.share_out(requests.read(ADJUDICATION_REQUEST, request), book=book)
    return {item.code: dict(item.params) for item in found.assumptions}


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


@pytest.mark.parametrize(
    ("plan", "code", "params"),
    [
        ({"out_of_pocket_max": {"individual": "12000.01"}}, "maximum_above_federal_limit", {"limit": "12000"}),
        ({"out_of_pocket_max": {"family": "24000.01", "rule": "aggregate"}}, "maximum_above_federal_limit", {}),
        (
            {"out_of_pocket_max": {"family": "20000", "rule": "aggregate"}},
            "self_only_limit_applied",
            {"limit": "12000"},
        ),
        ({"hdhp": True, "deductible": {"individual": "1749.99"}}, "hdhp_deductible_below_minimum", {"limit": "1750"}),
        (
            {"hdhp": True, "deductible": {"individual": "1750", "family": "3500"}},
            "hdhp_deductible_below_minimum",
            {"limit": "3500"},
        ),
        (
            {"hdhp": True, "deductible": {"individual": "1750"}, "pharmacy_deductible": "none"},
            "hdhp_pays_before_deductible",
            {},
        ),
        ({"hdhp": True, "deductible": {"individual": "1750"}, "fourth_quarter_carryover": {}}, "hdhp_no_carryover", {}),
        (
            {"csr": "94", "out_of_pocket_max": {"individual": "4000.01"}},
            "maximum_above_variant_limit",
            {"limit": "4000"},
        ),
    ],
)
def test_a_federal_rule_that_bears_on_a_plan_is_said(plan, code, params, book):
    found = said(body(**plan), book)

    assert params.items() <= found[code].items()


@pytest.mark.parametrize(
    "plan",
    [
        {"out_of_pocket_max": {"individual": "12000"}},
        {"out_of_pocket_max": {"family": "12000", "rule": "aggregate"}},
        {"out_of_pocket_max": {"individual": "6000", "family": "24000", "rule": "embedded"}},
        {"hdhp": True, "deductible": {"individual": "1750"}, "out_of_pocket_max": {"individual": "8700"}},
        {
            "hdhp": True,
            "deductible": {"family": "3500", "rule": "aggregate"},
            "out_of_pocket_max": {"family": "12000", "rule": "aggregate"},
        },
        {"grandfathered": True, "out_of_pocket_max": {"individual": "13000"}},
    ],
)
def test_a_plan_that_keeps_the_rules_hears_of_none(plan, book):
    assert set(said(body(**plan), book)) == set()


def test_a_charge_that_is_not_known_leaves_the_bill_out_of_network_open(client):
    document = client.post(
        "/v1/adjudications", json=body(lines=[{"network": "out"}], out_of_network=OUTSIDE)
    ).get_json()

    line = document["lines"][0]
    assert (line["patient_share"], line["balance_bill"], document["totals"]["balance_bill"]) == ("20.00", None, None)
    assert [rule["code"] for rule in line["why"]] == ["out_of_network", "coinsurance", "balance_bill_unknown"]
    assert "balance_bill_unknown" in {item["code"] for item in document["assumptions"]}


def test_terms_out_of_network_that_are_not_known_are_asked_for(client):
    document = client.post("/v1/adjudications", json=body(lines=[{"network": "out"}])).get_json()

    assert document["lines"][0]["why"] == [{"code": "out_of_network_terms_unknown", "params": {}}]
    assert "plan.out_of_network" in {item["field"] for item in document["assumptions"]}


def test_rules_carry_their_figures(client):
    line = client.post("/v1/adjudications", json=body(deductible={"individual": "40"})).get_json()["lines"][0]

    assert line["why"] == [
        {"code": "deductible", "params": {"amount": "40.00"}},
        {"code": "coinsurance", "params": {"amount": "12.00", "percent": "20"}},
    ]


def test_balances_stand_by_network_and_for_drugs(client):
    request = body(
        lines=[{"network": "out", "billed_amount": "100.00"}, {"id": "b"}],
        deductible={"individual": "50"},
        pharmacy_deductible="30",
        out_of_network=OUTSIDE | {"deductible": {"individual": "60"}, "out_of_pocket_max": {"individual": "500"}},
    )

    after = client.post("/v1/adjudications", json=request).get_json()["years"][0]["balances_after"]

    # Out of network 60 + 20 % of 40; in network 30 of the drugs' own + 20 % of 70.
    assert after["out_of_network"] == {"deductible_met": "60.00", "out_of_pocket_met": "68.00"}
    assert (after["deductible_met"], after["pharmacy_deductible_met"]) == ("0.00", "30.00")


def test_who_pays_without_insurance_has_no_deductible_to_meet(client):
    request = body(payer="self_pay") | {"plan": None, "balances": None}

    document = client.post("/v1/adjudications", json=request).get_json()

    assert document["lines"][0]["balances_after"] == {"deductible_met": None, "out_of_pocket_met": None}


@pytest.mark.parametrize(("on", "expected"), [("2026-11-01", True), ("2026-08-01", False)])
def test_what_the_last_months_met_is_asked_for_where_it_matters(on, expected, book):
    balances = {"as_of": on, "deductible_met": "300", "out_of_pocket_met": "300"}
    request = body(balances=balances, deductible={"individual": "900"}, fourth_quarter_carryover={})

    assert ("fourth_quarter_deductible_unknown" in said(request, book)) is expected
