"""``/v1/contracts``, and answers priced by one."""

import errno
import gzip
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from app import create_app
from schemas.contract_documents import CONTRACT, CONTRACTS, PRICE_FILE_REPORT
from schemas.documents import ESTIMATE
from schemas.line_documents import CLAIM_LINES
from services import keys, organizations
from services.config import Config
from tests.price_samples import in_network, tall
from tests.services import asking
from web.current import EXTENSION
from web.examples import CONTRACTS as EXAMPLES

BODY = EXAMPLES["asp_plus"]["value"]


@pytest.fixture(scope="module")
def app(filled_copy):
    """Give an application on the real seed files; its tests share one database."""
    app = create_app(Config(database_url=filled_copy(), log_level="ERROR"))
    _ = app.extensions[EXTENSION].book
    yield app
    app.extensions[EXTENSION].close()


@pytest.fixture(scope="module")
def key(app):
    runtime = app.extensions[EXTENSION]
    organizations.create("other", "Another clinic", runtime=runtime)

    def make(*scopes, organization="main"):
        made = keys.create("x", scopes, expires_on=None, runtime=runtime, organization=organization)
        return {"Authorization": f"Bearer {made.secret}"}

    return make


@pytest.fixture(scope="module")
def ours(key):
    return key("contracts:write")


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def made(client, ours):
    return client.post("/v1/contracts", json=BODY, headers=ours).get_json()


def order(contract, **more):
    therapy = {"courses": None, "interval": {"value": 21, "unit": "day"}, "start_on": "2027-01-05"}
    return asking.body(price={"contract": contract}, therapy=therapy, site_of_care=None, **more)


def test_a_contract_is_kept_listed_shown_and_withdrawn(client, ours):
    answer = client.post("/v1/contracts", json=BODY, headers=ours)
    made = answer.get_json()

    assert answer.status_code == 201
    assert CONTRACT.validate(made) == {}
    shown = client.get(answer.headers["Location"], headers=ours)
    assert {k: v for k, v in shown.get_json().items() if k != "created_at"} == {
        k: v for k, v in made.items() if k != "created_at"
    }
    assert shown.headers["Overlay-Version"] == made["overlay_version"]
    listed = client.get("/v1/contracts", headers=ours).get_json()
    assert CONTRACTS.validate(listed) == {}
    assert made["id"] in [item["id"] for item in listed["items"]]
    assert client.delete(answer.headers["Location"], headers=ours).status_code == 204
    assert client.delete(answer.headers["Location"], headers=ours).status_code == 404
    assert made["id"] not in [item["id"] for item in client.get("/v1/contracts", headers=ours).get_json()["items"]]


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/v1/contracts"), ("get", "/v1/contracts"), ("get", "/v1/contracts/ctr_x")]
)
def test_nothing_is_told_without_a_key_of_the_scope(client, key, method, path):
    for headers, status in (({}, 401), ({"Authorization": "Bearer igc_no"}, 401), (key("plans:write"), 403)):
        answer = getattr(client, method)(path, headers=headers, **({"json": BODY} if method == "post" else {}))

        assert answer.status_code == status


def test_everything_that_is_wrong_is_said_at_once(client, ours):
    rates = [{"code": "J1561", "method": "per_unit", "value": "1.00"}, {"code": "J1459", "method": "per_unit"}]

    answer = client.post("/v1/contracts", json=BODY | {"rates": rates, "payer": "medicare"}, headers=ours)

    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.get_json()["errors"]} == {"/payer", "/rates/1/value"}


def test_a_unit_that_is_probably_another_is_said_in_a_sentence(client, ours):
    rates = [{"code": "J1561", "method": "per_unit", "value": "1.00"}]

    answer = client.post("/v1/contracts", json=BODY | {"rates": rates}, headers=ours)

    assert answer.get_json()["code"] == "rate_unit_doubtful"
    assert "between 0.5 and 100 times" in answer.get_json()["detail"]


def test_claim_lines_are_priced_by_the_contract_and_name_it(client, ours, made):
    answer = client.post("/v1/claim-lines", json=order(made["id"]), headers=ours)
    document = answer.get_json()

    assert answer.status_code == 200
    CLAIM_LINES.load(document)
    drug, first, further = document["days"][0]["lines"]
    # 2026 Q4's limit 48.022, carried forward: 48.022 x 110 / 106 = 49.8341509434; x 140 = 6,976.78
    assert (drug["price_basis"], drug["unit_price"], drug["allowed_amount"]) == ("contract", "49.8341509434", "6976.78")
    assert [line["allowed_amount"] for line in (first, further)] == ["310.00", "0.00"]
    [rate] = [fact for fact in document["facts"] if fact["id"] == f"contract:{made['id']}:J1561:2027"]
    assert (rate["value"], rate["source"]["title"]) == ("10", BODY["source"]["title"])
    assert document["overlay_version"] == answer.headers["Overlay-Version"] == made["overlay_version"]


def test_an_estimate_is_priced_by_the_contract(client, ours, made):
    answer = client.post("/v1/estimates", json=order(made["id"], coverage={"payer": "commercial"}), headers=ours)
    document = answer.get_json()

    assert answer.status_code == 200
    ESTIMATE.load(document)
    assert {line["price_basis"] for day in document["infusions"] for line in day["lines"]} == {"contract", "included"}
    assert "taken_from_contract" in {item["code"] for item in document["assumptions"]}
    assert document["overlay_version"] == made["overlay_version"]


FLAT = BODY | {
    "site_of_care": None,
    "rates": [
        {"code": "J1561", "method": "per_unit", "value": "60.00"},
        {"code": "96365", "method": "per_unit", "value": "150.00"},
        {"code": "96366", "method": "per_unit", "value": "40.00"},
    ],
}


def changing(first, second, **more):
    """Ask for 70 g on 5 January and 2 February 2027 under one coverage, then another."""
    therapy = {"courses": 2, "interval": {"value": 28, "unit": "day"}, "start_on": "2027-01-05"}
    periods = [
        {"first_day": "2027-01-01", "last_day": "2027-01-31"} | first,
        {"first_day": "2027-02-01"} | second,
    ]
    return asking.body(coverage=None, coverage_periods=periods, therapy=therapy, **({"price": None} | more))


def test_a_contract_prices_the_days_of_its_own_coverage_alone(client, ours):
    flat, asp = (client.post("/v1/contracts", json=body, headers=ours).get_json()["id"] for body in (FLAT, BODY))
    commercial, unknown = {"payer": "commercial"}, {"payer": "unknown"}
    once = changing({"coverage": commercial, "price": {"contract": flat}}, {"coverage": {"payer": "medicare"}})
    each = changing(
        {"coverage": commercial, "price": {"contract": flat}}, {"coverage": unknown, "price": {"contract": asp}}
    )
    medicare, second = (client.post("/v1/estimates", json=body, headers=ours).get_json() for body in (once, each))

    for document in (medicare, second):
        assert [line["allowed_amount"] for line in document["infusions"][0]["lines"]] == ["8400.00", "150.00", "80.00"]
    # Medicare pays its own limit; the second contract pays 310 for a visit, and a drug price not yet published.
    assert "contract" not in {line["price_basis"] for line in medicare["infusions"][1]["lines"]}
    lines = second["infusions"][1]["lines"]
    assert [line["price_basis"] for line in lines] == ["contract", "contract", "included"]
    assert [line["allowed_amount"] for line in lines[1:]] == ["310.00", "0.00"]
    taken = [item["field"] for item in second["assumptions"] if item["code"] == "taken_from_contract"]
    assert taken == ["coverage_periods[1].coverage.payer"]
    assert medicare["overlay_version"] != second["overlay_version"]


def test_a_contract_of_a_coverage_is_looked_up_as_any_other(client, ours):
    flat = client.post("/v1/contracts", json=FLAT, headers=ours).get_json()["id"]
    commercial, medicare = {"coverage": {"payer": "commercial"}}, {"coverage": {"payer": "medicare"}}

    def errors(body, headers):
        answer = client.post("/v1/estimates", json=body, headers=headers)
        return [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]]

    own = changing(commercial | {"price": {"contract": "ctr_bogus"}}, commercial)
    for headers in ({}, ours):
        assert errors(own, headers) == [("/coverage_periods/0/price/contract", "contract_not_found")]
    for_all = changing(commercial, medicare, price={"contract": flat})
    assert errors(for_all, ours) == [("/price/contract", "contract_other_payer")]
    other = changing(commercial, medicare | {"price": {"contract": flat}})
    assert errors(other, ours) == [("/coverage_periods/1/price/contract", "contract_other_payer")]


def test_an_answer_without_a_contract_has_no_overlay(client, ours):
    answer = client.post("/v1/claim-lines", json=asking.body(), headers=ours)

    assert answer.get_json()["overlay_version"] is None
    assert "Overlay-Version" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/claim-lines", "/v1/estimates"])
def test_a_contract_of_another_organization_is_not_found(client, key, made, path):
    body = order(made["id"], coverage={"payer": "commercial"})
    without = client.post(path, json=body)
    of_another = client.post(path, json=body, headers=key("contracts:write", organization="other"))
    of_nobody = client.post(path, json=body, headers={"Authorization": "Bearer igc_nothing"})

    assert (without.status_code, of_another.status_code, of_nobody.status_code) == (422, 422, 401)
    assert without.get_json()["errors"] == of_another.get_json()["errors"]
    assert without.get_json()["code"] == "contract_not_found"
    assert client.get(f"/v1/contracts/{made['id']}", headers=key("admin", organization="other")).status_code == 404
    assert client.get(f"/v1/facts/contract:{made['id']}:J1561:2027").status_code == 404


def test_any_key_of_the_organization_may_ask_with_its_contract(client, key, made):
    body = order(made["id"], coverage={"payer": "commercial"})

    assert client.post("/v1/estimates", json=body, headers=key("estimates:write")).status_code == 200


def test_a_drug_is_priced_one_way_only(client, ours, made):
    body = order(made["id"])
    body["price"]["drug_allowed_per_unit"] = "61.35"

    answer = client.post("/v1/claim-lines", json=body, headers=ours).get_json()

    assert [(error["pointer"], error["code"]) for error in answer["errors"]] == [("/price/contract", "conflict")]


PRICE_FILES = "/v1/contracts/price-files?name=From%20a%20file&payer=commercial"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_price_file_is_tried_then_becomes_a_contract(client, ours, pack):
    url = f"{PRICE_FILES}&npi=1234567893&npi=1111111111&first_day=2027-01-01&site_of_care=physician_office"
    sent = {"data": pack(in_network()), "headers": ours, "content_type": "application/octet-stream"}
    before = len(client.get("/v1/contracts", headers=ours).get_json()["items"])

    tried = client.post(f"{url}&dry_run=true", **sent)
    between = len(client.get("/v1/contracts", headers=ours).get_json()["items"])
    taken = client.post(url, **sent)

    assert (tried.status_code, taken.status_code, between) == (200, 201, before)
    assert PRICE_FILE_REPORT.validate(tried.get_json()) == PRICE_FILE_REPORT.validate(taken.get_json()) == {}
    made = client.get(taken.headers["Location"], headers=ours).get_json()
    # Two providers were asked for, and their prices of J1561 differ: that is not ours to choose.
    assert [(rate["code"], rate["value"]) for rate in made["rates"]] == [("96365", "95.5")]
    assert [rate["doubt"] for rate in taken.get_json()["rates"]] == [None, "several_rates", "several_rates"]


@pytest.mark.parametrize(
    ("url", "content", "content_type", "status", "code"),
    [
        (PRICE_FILES, in_network(), "application/json", 422, "file_needs_provider"),
        (f"{PRICE_FILES}&npi=1234567893", in_network(), "application/json", 422, "file_needs_site"),
        (f"{PRICE_FILES}&npi=1234567893&plan_name=x", in_network(), "application/json", 422, "file_names_no_plan"),
        (f"{PRICE_FILES}&npi=1234567893", in_network()[:-5], "application/json", 422, "file_broken"),
        (f"{PRICE_FILES}&npi=123", in_network(), "application/json", 422, "number_of_digits"),
        (f"{PRICE_FILES}&npi=1234567893", in_network(), "text/html", 415, "unsupported_media_type"),
        ("/v1/contracts/price-files?payer=commercial", tall(), "text/csv", 422, "required"),
        (f"{PRICE_FILES}&first_day=2027-02-01&last_day=2027-01-01", tall(), "text/csv", 422, "last_day_before_first"),
        (f"{PRICE_FILES}&payer_name=nobody", tall(), "text/csv", 422, "file_without_our_rates"),
    ],
)
def test_a_price_file_that_cannot_be_used_keeps_nothing(client, ours, url, content, content_type, status, code):
    before = client.get("/v1/contracts", headers=ours).get_json()["items"]

    answer = client.post(url, data=content, headers=ours, content_type=content_type)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert client.get("/v1/contracts", headers=ours).get_json()["items"] == before


def test_a_price_file_needs_a_key_and_has_a_largest_size(client, ours, monkeypatch):
    assert client.post(PRICE_FILES, data=tall(), content_type="text/csv").status_code == 401

    monkeypatch.setattr("web.contracts.MOST_FILE_BYTES", 100)
    answer = client.post(PRICE_FILES, data=tall(), headers=ours, content_type="text/csv")
    assert answer.status_code == 413


def test_where_nothing_can_be_written_nothing_is_kept_and_that_is_said(client, ours, monkeypatch):
    before = client.get("/v1/contracts", headers=ours).get_json()["items"]

    def full(*_args, **_options):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr("storage.contracts.add", full)
    answer = client.post("/v1/contracts", json=BODY, headers=ours)

    assert (answer.status_code, answer.get_json()["code"]) == (503, "storage_unusable")
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/v1/contracts", headers=ours).get_json()["items"] == before


def test_a_file_that_there_is_no_room_for_is_said_so(client, ours, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    answer = client.post(f"{PRICE_FILES}&dry_run=true", data=tall(), headers=ours, content_type="text/csv")

    assert (answer.status_code, answer.get_json()["code"]) == (503, "storage_unusable")


def test_a_percentage_of_a_charge_not_given_is_no_price_and_names_the_charges(client, ours):
    rates = [{"scope": "all", "method": "percent_of_charge", "value": "45"}]
    made = client.post("/v1/contracts", json=BODY | {"rates": rates}, headers=ours).get_json()
    plan = {
        "year_starts_on": "2027-01-01",
        "deductible": {"individual": "1500.00"},
        "out_of_pocket_max": {"individual": "6000.00"},
        "cost_share": {"default": {"coinsurance_percent": "20"}},
    }
    coverage = {"payer": "commercial", "plan": plan, "balances": {"as_of": "2027-01-01", "deductible_met": "0.00"}}
    body = order(made["id"], coverage=coverage)

    without = client.post("/v1/estimates", json=body, headers=ours).get_json()
    body["price"] |= {"billed_charge_per_unit": "180.00", "billed_charge_administration": "600.00"}
    priced = client.post("/v1/estimates", json=body, headers=ours).get_json()

    assert without["summary"]["patient_cost"] == {"low": None, "expected": None, "high": None}
    charges = ["price.billed_charge_per_unit", "price.billed_charge_administration"]
    assert without["summary"]["narrow_with"] == charges
    lacking = [item for item in without["assumptions"] if item["code"] == "contract_needs_charge"]
    assert [item["field"] for item in lacking] == charges
    # 140 units x 180 x 45 % = 11,340 and 600 x 45 % = 270
    assert priced["infusions"][0]["allowed_amount"]["expected"] == "11610.00"


def test_where_a_contract_has_no_rate_another_contract_is_asked_for(client, ours):
    rates = [{"code": "J1459", "method": "per_unit", "value": "70.00"}]
    made = client.post("/v1/contracts", json=BODY | {"rates": rates}, headers=ours).get_json()

    answer = client.post("/v1/estimates", json=order(made["id"], coverage={"payer": "commercial"}), headers=ours)

    assert "contract_has_no_rate" in {item["code"] for item in answer.get_json()["assumptions"]}
    assert not {"price.drug_allowed_per_unit"} & set(answer.get_json()["summary"]["narrow_with"])
