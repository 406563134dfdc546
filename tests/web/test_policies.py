"""Policies, clinical facts and flags through the door, and what a check refuses about them."""

import pytest

from schemas import policies as forms
from schemas.coverage_documents import COVERAGE_CHECK
from tests.web.test_contract import assert_form
from tests.web.test_reference import get


def sent(client, **parts):
    body = {"therapy": {"diagnosis": "D83.9"}, "coverage": {"payer": "commercial"}} | parts
    return client.post("/v1/coverage-checks", json=body)


def test_every_policy_on_file_can_be_listed_and_shown(reading_client):
    items = get(reading_client, "/v1/policies", forms.POLICIES)["items"]

    assert len(items) == 63
    for item in items:
        document = get(reading_client, f"/v1/policies/{item['id']}", forms.POLICY)
        assert len(document["versions"]) == len(item["versions"])


def test_a_policy_shows_its_tree_with_questions_and_citations(reading_client):
    first, second = get(reading_client, "/v1/policies/premera.ig")["versions"]
    igg = first["entries"][0]["criteria"]["initial"]["parts"][0]

    assert (igg["fact"], igg["needs"]) == ("lab.igg.pretreatment", "< 400 mg/dL")
    assert igg["citation"].endswith("change log (secondary summary)")
    assert second["effective_from"] == "2025-06-10"


def test_a_policy_that_is_not_on_file(reading_client):
    assert get(reading_client, "/v1/policies/nobody.ig", status=404)["code"] == "not_on_file"


def test_the_dictionary_keeps_levels_before_and_on_treatment_apart(reading_client):
    facts = {item["name"]: item for item in get(reading_client, "/v1/clinical-facts", forms.CLINICAL_FACTS)["items"]}

    before, trough = facts["lab.igg.pretreatment"], facts["lab.igg.trough"]
    assert before["units"] == trough["units"] == {"mg/dL": "1", "g/L": "100"}
    assert "lab.igg.trough" not in facts["lab.igg.level"]["also_from"]
    assert before["ask"] != trough["ask"]


def test_every_question_is_asked_in_both_languages(reading_client):
    english = get(reading_client, "/v1/clinical-facts")["items"]
    spanish = get(reading_client, "/v1/clinical-facts?lang=es")["items"]

    assert all(one["ask"].endswith("?") and one["ask"] != one["name"] for one in (*english, *spanish))
    assert all(one["ask"] != other["ask"] for one, other in zip(english, spanish, strict=True))


def test_the_registry_of_flags_is_listed_gravest_first(reading_client):
    items = get(reading_client, "/v1/flags", forms.FLAGS)["items"]
    ranks = ["blocks_payment", "likely_denial", "needs_document", "process", "advisory"]

    assert [ranks.index(item["severity"]) for item in items] == sorted(ranks.index(item["severity"]) for item in items)
    assert all(item[part] for item in items for part in ("message", "next_step", "plain", "when", "source_id"))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("lab.igg.pretreatment", 320, "clinical_needs_unit"),
        ("lab.igg.pretreatment", {"value": 320, "unit": "mmol/L"}, "clinical_unit_unknown"),
        ("lab.igg.pretreatment", {"value": -1, "unit": "mg/dL"}, "clinical_not_a_number"),
        ("lab.igg.pretreatment", True, "clinical_not_a_number"),
        ("lab.igg", {"value": 320, "unit": "mg/dL"}, "clinical_unknown"),
        ("exam.biopsy_proven", "yes", "clinical_not_a_flag"),
        ("order.specialist", "plumber", "clinical_not_a_word"),
        ("diagnosis.condition", "nothing_known", "clinical_not_a_word"),
        ("treatment.products_failed", ["gamunex-c", "aspirin"], "clinical_not_a_word"),
        ("diagnosis.icd10", "D80.1", "clinical_conflict"),
        ("exam.modified_rankin", {"value": 3, "unit": "point", "on": "2026-01-01"}, "unknown_field"),
    ],
)
def test_a_clinical_fact_that_cannot_be_taken_is_refused_by_name(reading_client, name, value, code):
    answer = sent(reading_client, clinical={name: value})

    assert answer.status_code == 422
    error = answer.get_json()["errors"][0]
    assert error["code"] == code
    assert error["pointer"].startswith(f"/clinical/{name}")


def test_one_fact_under_both_of_its_names_is_refused(reading_client):
    level = {"value": 320, "unit": "mg/dL"}
    answer = sent(reading_client, clinical={"lab.igg.pretreatment": level, "igg_pretreatment": level})

    assert [error["code"] for error in answer.get_json()["errors"]] == ["clinical_twice"]


def test_what_is_null_is_not_known(reading_client):
    answer = sent(reading_client, clinical={"lab.igg.pretreatment": None})

    assert answer.status_code == 200


def test_a_policy_named_that_is_not_on_file_is_refused_with_its_neighbours(reading_client):
    answer = sent(reading_client, coverage={"payer": "commercial", "policies": ["bcbsnd.igg", "premera.ig"]})
    error = answer.get_json()["errors"][0]

    assert (error["pointer"], error["code"]) == ("/coverage/policies/0", "policy_unknown")
    assert "bcbsnd.ig" in error["message"]


def test_a_check_with_policies_has_the_form_it_is_described_by(reading_client):
    answer = sent(
        reading_client,
        coverage={"payer": "commercial", "policies": ["premera.ig", "aetna.cpb_0206", "magellan.eh0071"]},
        clinical={"lab.igg.pretreatment": {"value": "3.2", "unit": "g/L"}, "exam.modified_rankin": 3},
    )

    assert_form(answer.get_json(), COVERAGE_CHECK)
