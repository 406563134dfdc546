"""Nobody pays for more waste than was opened, however the lines are written."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.model.codes import DrugLines
from tests.web.conftest import FakeRuntime, make_app

SOME = settings(max_examples=30, derandomize=True)
PRODUCTS = ("gamunex-c", "privigen", "asceniv", "panzyga", "gammagard-liquid", "bivigam")
PRICE = Decimal("61.35")
PLAN = {
    "year_starts_on": "2027-01-01",
    "deductible": {"individual": "1000.00"},
    "out_of_pocket_max": "none",
    "cost_share": {"default": {"coinsurance_percent": "20"}},
}


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


def claim(client, product, mg, drug_lines, vials):
    therapy = {
        "product": product,
        "dose": {"amount": mg, "unit": "mg"},
        "start_on": "2027-02-01",
        "infusion_minutes": 60,
    }
    if vials is not None:
        therapy |= {"vial_policy": "given", "vials": vials}
    body = {
        "therapy": therapy,
        "coverage": {"payer": "commercial", "drug_lines": drug_lines},
        "price": {"drug_allowed_per_unit": str(PRICE), "administration_allowed_per_visit": "100.00"},
    }
    return client.post("/v1/claim-lines", json=body).get_json()["days"][0]


def shares(client, lines):
    """Give what the patient pays of each line."""
    body = {
        "payer": "commercial",
        "plan": PLAN,
        "balances": {"as_of": "2027-01-02", "deductible_met": "0.00", "out_of_pocket_met": "0.00"},
        "lines": [
            {
                "id": str(place),
                "service_on": "2027-02-01",
                "category": line["category"],
                "allowed_amount": line["allowed_amount"],
            }
            for place, line in enumerate(lines)
        ],
    }
    answer = client.post("/v1/adjudications", json=body).get_json()
    return [Decimal(line["patient_share"]) for line in answer["lines"]]


@SOME
@given(
    product=st.sampled_from(PRODUCTS),
    mg=st.integers(5_000, 200_000),
    drug_lines=st.sampled_from(list(DrugLines)),
    spare=st.integers(0, 3),
)
def test_the_patient_never_pays_for_more_waste_than_was_opened(product, mg, drug_lines, spare, client):
    # 5 g are a package of each of these products; a careless choice opens some too many.
    careless = [{"grams": "5", "count": -(-mg // 5_000) + spare}] if spare else None
    found = claim(client, product, mg, drug_lines.value, careless)
    drug = [line for line in found["lines"] if line["category"] == "drug"]

    paid = shares(client, drug)

    unit = 500
    opened = sum(Decimal(vial["grams"]) * 1000 * vial["count"] for vial in found["vials"])
    wasted = [line for line in drug if "JW" in line["modifiers"]]
    most = PRICE * ((opened - mg) // unit)
    cents = Decimal("0.01") * len(drug)
    assert sum(line["units"] for line in drug) * unit <= opened
    assert sum(line["units"] for line in wasted) * unit <= opened - mg
    assert sum((Decimal(line["allowed_amount"]) for line in wasted), Decimal(0)) <= most + cents
    assert sum((share for share, line in zip(paid, drug, strict=True) if line in wasted), Decimal(0)) <= most + cents
    assert sum(paid) <= PRICE * opened / unit + cents
