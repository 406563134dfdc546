"""The read-only endpoints, over the facts of the seed folder."""

import pytest
from marshmallow import ValidationError

from estimator.reference.facts import Standing
from schemas import reference as answers
from schemas.answers import AnswerSchema
from tests.web.conftest import FakeRuntime, make_app


def get(client, path, schema: AnswerSchema | None = None, status=200):
    """Get a document, checked against the schema that describes it."""
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    document = answer.get_json()
    if schema is not None:
        try:
            schema.load(document)
        except ValidationError as error:
            raise AssertionError(error.messages) from error
    return document


def test_a_product_is_shown_with_all_a_biller_needs(reading_client):
    iv = get(reading_client, "/v1/products/gammagard-liquid", answers.PRODUCT)
    sc = get(reading_client, "/v1/products/hizentra", answers.PRODUCT)

    assert iv["billing"]["code"]["route_modifiers"] == {"iv": "JA", "sc": "JB"}
    assert (iv["billing"]["hcpcs"], iv["billing"]["code"]["mg_per_unit"]) == ("J1569", "500")
    by_quarter = {row["quarter"]: row for row in iv["billing"]["limits"]}
    assert (by_quarter["2026q1"]["payment_limit"], by_quarter["2026q1"]["coinsurance_percent"]) == ("47.288", "20.000")
    assert by_quarter["2024q1"]["hospital_status"] == "K"
    mmn = next(label for label in iv["labels"] if label["indication"] == "mmn")
    assert mmn["doses"][0]["g_per_kg"] == {"low": "0.5", "high": "2.4"}
    ladder = next(item for item in iv["infusion_rates"] if item["indication"] == "pi")
    # 0.5 mL/kg/h of a 10 % solution are 0.8333 mg/kg/min.
    assert ladder["steps"][0] == {"mg_per_kg_min": "0.8333", "ml_per_kg_h": "0.5", "minutes": 30}
    assert ladder["steps"][-1]["minutes"] is None
    assert {package["ndc"] for package in sc["packages"]} >= {"44206-0455-10"}
    dose = next(label for label in sc["labels"] if label["indication"] == "pi")["doses"][0]
    assert (dose["per"], dose["conversion_factor"]) == ("week", "1.37")
    sites = {item["indication"]: item["limits"] for item in sc["subcutaneous_sites"]}
    assert sites["cidp"]["ml_per_hour_per_site"] == "50"


def test_a_product_s_page_says_what_a_claim_and_a_pump_need(reading_client):
    gammagard, gamunex, octagam, qivigy, yimmugo = (
        get(reading_client, f"/v1/products/{name}", answers.PRODUCT)
        for name in ("gammagard-liquid", "gamunex-c", "octagam-10", "qivigy", "yimmugo")
    )

    package = next(item for item in gammagard["packages"] if item["grams"] == "30")
    assert (package["claim_ndc"], package["unit_of_measure"]) == ("N400944270007", "ML")
    row = next(item for item in gammagard["billing"]["limits"] if item["quarter"] == "2026q1")
    assert row["usd_per_gram"] == "94.58"  # 47.288 for 500 mg
    assert (
        gammagard["billing"]["units_per_day"]["practitioner"],
        gammagard["billing"]["grams_per_day"]["practitioner"],
    ) == (
        "400",
        "200",
    )
    assert gammagard["billing"]["waste_modifiers"] == {"discarded": "JW", "none_discarded": "JZ"}
    assert [(item["risk"], item["max_mg_per_kg_min"]) for item in gammagard["rates_at_risk"]] == [("thrombosis", None)]
    assert {item["max_mg_per_kg_min"] for item in octagam["rates_at_risk"]} == {"3.3"}
    assert [(item["indication"], item["route"]) for item in gamunex["routes_not_allowed"]] == [("itp_chronic", "sc")]
    assert any("subcutaneously" in (label["limitations"] or "") for label in gamunex["labels"])
    assert qivigy["infusion_rates"][0]["first_infusion_steps"][0]["minutes"] == 30
    assert yimmugo["billing"]["code"]["first_day"] == "2026-04-01"
    assert [item["code"] for item in yimmugo["billing"]["before_own_code"]] == ["J3590"]


def test_products_are_listed(reading_client):
    document = get(reading_client, "/v1/products", answers.PRODUCTS)

    assert document["next"] is None
    assert "gamunex-c" in [item["id"] for item in document["items"]]


@pytest.mark.parametrize("name", ["gamunex-c", "Gamunex-C", "GAMUNEX-C"])
def test_a_product_is_found_by_id_or_name(reading_client, name):
    document = get(reading_client, f"/v1/products/{name}", answers.PRODUCT)

    assert document["hcpcs"] == "J1561"
    assert "cidp" in {label["indication"] for label in document["labels"]}
    assert "13533-0800-40" in {package["ndc"] for package in document["packages"]}


def test_every_product_and_indication_can_be_shown(reading_client, book):
    products = get(reading_client, "/v1/products")["items"]
    indications = get(reading_client, "/v1/indications", answers.INDICATIONS)["items"]

    assert {item["id"] for item in products} == set(book.products)
    assert {item["id"] for item in indications} == set(book.indications)
    for item in products:
        shown = get(reading_client, f"/v1/products/{item['id']}", answers.PRODUCT)
        assert {name: shown[name] for name in item} == item
        assert {package["ndc"] for package in shown["packages"]} == {
            package.ndc for package in book.packages.get(item["id"], ())
        }
    for item in indications:
        shown = get(reading_client, f"/v1/indications/{item['id']}", answers.INDICATION)
        assert (shown["id"], shown["name"]) == (item["id"], item["name"])


def test_an_indication_is_named_in_the_language_asked_for(reading_client):
    english = get(reading_client, "/v1/indications/cidp")
    spanish = get(reading_client, "/v1/indications/cidp?lang=es")

    assert english["name"] != spanish["name"]
    assert english["icd10"] == spanish["icd10"] == ["G61.81"]


@pytest.mark.parametrize("code", ["G61.81", "g6181"])
def test_a_billable_diagnosis(reading_client, code):
    document = get(reading_client, f"/v1/diagnoses/{code}", answers.DIAGNOSIS)

    assert (document["code"], document["billable"], document["children"]) == ("G61.81", True, [])
    assert "cidp" in document["indications"]


def test_a_category_lists_the_billable_codes_under_it(reading_client):
    document = get(reading_client, "/v1/diagnoses/G61.8", answers.DIAGNOSIS)

    assert document["billable"] is False
    assert [child["code"] for child in document["children"]] == ["G61.81", "G61.82", "G61.89"]


def test_the_payment_limit_of_one_code_on_a_day(reading_client):
    document = get(reading_client, "/v1/payment-limits?hcpcs=j1561&on=2026-02-01", answers.PAYMENT_LIMIT)

    assert (document["hcpcs"], document["quarter"], document["in_force"]) == ("J1561", "2026q1", True)
    assert document["payment_limit_range"] is None
    assert document["effective_from"] == "2026-01-01"


def test_a_payment_limit_past_the_newest_quarter_is_carried_forward_and_says_so(reading_client):
    newest = get(reading_client, "/v1/payment-limits?hcpcs=J1561")
    later = get(reading_client, "/v1/payment-limits?hcpcs=J1561&on=2028-01-01", answers.PAYMENT_LIMIT)

    assert later["in_force"] is False
    assert later["payment_limit"] == newest["payment_limit"]
    assert later["payment_limit_range"]["expected"] == later["payment_limit"]


def test_a_coinsurance_that_is_not_on_file_is_null_with_a_reason(reading_client):
    rows = get(reading_client, "/v1/payment-limits?on=2026-02-01", answers.PAYMENT_LIMITS)["items"]

    assert all((row["coinsurance_percent"] is None) == (row["coinsurance_percent_reason"] is not None) for row in rows)


def test_facts_come_page_by_page_and_each_once(reading_client):
    seen, after = [], ""
    while after is not None:
        page = get(reading_client, f"/v1/facts?kind=payment_limit&limit=50&after={after}", answers.FACTS)
        seen += [item["id"] for item in page["items"]]
        after = page["next"]

    assert len(seen) > 50
    assert seen == sorted(set(seen))


def test_every_fact_can_be_written(reading_client):
    count, after = 0, ""
    while after is not None:
        page = get(reading_client, f"/v1/facts?limit=500&after={after}", answers.FACTS)
        count += len(page["items"])
        after = page["next"]

    assert count == get(reading_client, "/v1/reference")["facts"]


def test_facts_are_narrowed(reading_client):
    page = get(reading_client, "/v1/facts?kind=payment_limit&key=J1561&on=2026-02-01&basis=read", answers.FACTS)

    assert [(item["kind"], item["key"], item["effective_from"]) for item in page["items"]] == [
        ("payment_limit", "J1561", "2026-01-01")
    ]


def test_the_reference_says_what_is_stale_since_when_and_what_comes_next(reading_client):
    document = get(reading_client, "/v1/reference", answers.REFERENCE)

    assert [item["id"] for item in document["stale_since"]] == document["stale"]
    late = {item["id"]: item["late_on"] for item in document["publications"] if item["status"] == "late"}
    assert {warning["key"]: warning["since"] for warning in document["warnings"]} == late
    assert late["mue"] == "2024-10-01"
    assert {"payment_limits", "icd10cm", "medicare_deductibles", "poverty_guidelines"} <= {
        item["id"] for item in document["publications"]
    }


def test_seed_files_that_were_not_brought_in_are_warned_of(book):
    runtime = FakeRuntime(book)
    runtime.seed_is_newer = True

    document = get(make_app(runtime).test_client(), "/v1/reference", answers.REFERENCE)

    assert {"code": "seed_not_applied", "key": "flask seed", "since": None} in document["warnings"]


def test_facts_are_narrowed_to_what_is_not_in_force(reading_client, seed):
    disputed = sorted(fact.id for fact in seed.facts if fact.standing is Standing.DISPUTED)

    page = get(reading_client, "/v1/facts?standing=disputed&limit=500", answers.FACTS)

    assert [item["id"] for item in page["items"]] == disputed
    assert disputed


def test_a_fact_shows_its_source(reading_client):
    fact_id = get(reading_client, "/v1/payment-limits?hcpcs=J1561&on=2026-02-01")["fact_id"]

    document = get(reading_client, f"/v1/facts/{fact_id}", answers.FACT)

    assert document["source_document"]["id"] == document["source"]
    assert get(reading_client, f"/v1/sources/{document['source']}", answers.SOURCE)["fact_count"] > 0


def test_what_is_on_file_is_counted(reading_client, seed):
    document = get(reading_client, "/v1/reference", answers.REFERENCE)

    assert document["facts"] == sum(count["read"] + count["unverified"] for count in document["counts"])
    assert document["facts"] >= len(seed.facts)
    assert document["newest_quarter"] == "2026q4"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/products/nothing",
        "/v1/indications/nothing",
        "/v1/diagnoses/G61.88",
        "/v1/diagnoses/nothing",
        "/v1/payment-limits?hcpcs=J0000",
        "/v1/facts/nothing:at:all",
        "/v1/sources/nothing",
    ],
)
def test_what_is_not_on_file_is_404_and_not_repeated(reading_client, path):
    document = get(reading_client, path, status=404)

    assert document["code"] == "not_on_file"
    assert "nothing" not in document["detail"].lower().replace("nothing of this name", "")


@pytest.mark.parametrize(
    ("path", "pointer", "code"),
    [
        ("/v1/payment-limits?hcpcs=961", "?hcpcs", "hcpcs_malformed"),
        ("/v1/payment-limits?on=tomorrow", "?on", "invalid_date"),
        ("/v1/payment-limits?on=2026-01-01&on=2026-04-01", "?on", "invalid_date"),
        ("/v1/payment-limits?code=J1561", "?code", "unknown_field"),
        ("/v1/products?page=2", "?page", "unknown_field"),
        ("/v1/products/gamunex-c?x", "?x", "unknown_field"),
        ("/v1/facts?limit=501", "?limit", "out_of_range"),
        ("/v1/facts?basis=guessed", "?basis", "not_allowed"),
        ("/v1/diagnoses/G61.81?on=1999-01-01", "?on", "date_out_of_range"),
    ],
)
def test_a_wrong_query_is_refused_by_name(reading_client, path, pointer, code):
    document = get(reading_client, path, status=422)

    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/products",
        "/v1/indications/cidp",
        "/v1/diagnoses/G61.81",
        "/v1/payment-limits",
        "/v1/facts",
        "/v1/reference",
    ],
)
def test_what_the_caller_has_already_is_not_sent_again(reading_client, path):
    first = reading_client.get(path)

    again = reading_client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    spanish = reading_client.get(f"{path}?lang=es", headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.data) == (304, b"")
    assert spanish.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Accept-Language" in first.headers["Vary"]
