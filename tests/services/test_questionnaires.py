"""The checklist of what a coverage check still needs: the smallest set, by the paper it stands in."""

import pytest

from schemas.coverage_checks import COVERAGE_CHECK_REQUEST
from services import questionnaires
from tests.facts.test_texts import TEXTS
from tests.schemas import requests
from tests.services import asking

BODY = {
    "as_of": "2026-11-21",
    "patient": {"age_years": 50},
    "therapy": {"diagnosis": "D83.1", "product": "privigen"},
    "coverage": {"payer": "commercial", "policies": ["aetna.cpb_0206"]},
}


def written(runtime, language="en", **more):
    request = requests.read(COVERAGE_CHECK_REQUEST, BODY | more)
    return asking.plain(questionnaires.questionnaire(request, runtime=runtime, language=language))


def test_the_checklist_holds_the_facts_that_the_check_needs_and_no_other(runtime):
    needed = {item["fact"] for item in asking.checked(runtime, dict(BODY))["documents_needed"]}
    items = written(runtime)["items"]

    assert {item["fact"] for item in items} == needed
    assert needed == {
        "lab.igg.pretreatment",
        "history.recurrent_bacterial_infections",
        "lab.vaccine.nonresponse",
        "exam.other_causes_excluded",
    }
    assert [item["number"] for item in items] == [1, 2, 3, 4]


def test_what_stands_in_the_same_paper_stands_together_with_what_it_is_for(runtime):
    document = written(runtime)
    level = next(item for item in document["items"] if item["fact"] == "lab.igg.pretreatment")

    assert (level["proof_name"], level["unit"], level["answer"]) == ("Laboratory report", "mg/dL", None)
    assert level["asked_by"][0]["needs"] == "< 500 mg/dL"
    assert level["asked_by"][0]["citation"].endswith("(secondary summary)")
    page = document["markdown"].splitlines()
    assert page.count("## Laboratory report") == 1
    assert page.index("## Chart notes") < page.index("## Laboratory report")
    assert "   ____________ mg/dL" in page
    assert "   ☐ yes   ☐ no" in page


def test_a_fact_that_is_known_is_asked_for_no_more(runtime):
    known = {"lab.igg.pretreatment": {"value": 300, "unit": "mg/dL"}}
    facts = {item["fact"] for item in written(runtime, clinical=known)["items"]}

    assert "lab.igg.pretreatment" not in facts
    assert "lab.vaccine.nonresponse" in facts


def test_nothing_is_asked_for_where_nothing_could_change_the_answer(runtime):
    policies = {"payer": "commercial", "policies": ["uhc.commercial.d0035"]}
    document = written(runtime, therapy={"diagnosis": "D83.1", "product": "asceniv"}, coverage=policies)

    assert document["items"] == []
    assert "No fact is missing" in document["markdown"]


def test_what_the_payer_judges_is_no_paper_to_find(runtime):
    therapy = {"diagnosis": "L10.0"}
    document = written(
        runtime, therapy=therapy, coverage={"payer": "medicare"}, site_of_care="physician_office", service_state="OH"
    )

    assert {point["kind"] for point in document["open_points"]} >= {"judged_by_payer"}
    assert "## Left to the payer's judgement" in document["markdown"]


def test_the_page_is_in_the_language_of_the_reader_and_its_data_are_not(runtime):
    english, spanish = written(runtime), written(runtime, "es")

    assert spanish["markdown"].startswith("# Lo que el texto de la política aún pide")
    assert "## Informe de laboratorio" in spanish["markdown"]
    assert "   ☐ sí   ☐ no" in spanish["markdown"]
    same = ("fact", "proof", "type", "unit", "choices", "number")
    assert [[item[name] for name in same] for item in english["items"]] == [
        [item[name] for name in same] for item in spanish["items"]
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_kind_of_proof_has_its_name(book, language):
    proofs = {fact.proof for fact in book.clinical.by_criterion.values()}

    assert {f"proof_{proof}" for proof in proofs} <= set(TEXTS[language]["questionnaires"])
