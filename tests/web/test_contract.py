"""Every example of the document, answered from the facts on file, has exactly the form it is described by."""

import pytest
from marshmallow import ValidationError

from schemas import coverage_documents, documents, line_documents
from tests.web.test_openapi import EXAMPLES

FORMS = {
    "/v1/estimates": documents.ESTIMATE,
    "/v1/claim-lines": line_documents.CLAIM_LINES,
    "/v1/adjudications": line_documents.ADJUDICATION,
    "/v1/coverage-checks": coverage_documents.COVERAGE_CHECK,
    "/v1/coverage-checks/questionnaire": coverage_documents.QUESTIONNAIRE,
}


def assert_form(document, form):
    """Load a document strictly by the schema that describes it."""
    try:
        form.load(document)
    except ValidationError as error:
        raise AssertionError(error.messages) from error


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("path", "body"), EXAMPLES)
def test_every_answer_has_the_form_it_is_described_by(reading_client, path, body, language):
    answer = reading_client.post(f"{path}?lang={language}", json=body)

    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert_form(answer.get_json(), FORMS[path])


def test_the_summary_leaves_out_infusions_and_facts(reading_client):
    body = EXAMPLES[0].values[1]

    whole = reading_client.post("/v1/estimates", json=body).get_json()
    short = reading_client.post("/v1/estimates?view=summary", json=body).get_json()

    assert set(whole) - set(short) >= {"infusions", "facts"}
    assert short["summary"] == whole["summary"]
    assert_form(short, documents.ESTIMATE)


def test_no_number_changes_with_the_language(reading_client):
    body = EXAMPLES[1].values[1]

    english, spanish = (
        reading_client.post(f"/v1/estimates?lang={language}", json=body).get_json() for language in ("en", "es")
    )

    assert english["summary"]["headline"] != spanish["summary"]["headline"]
    for name in ("infusions", "years", "months", "order", "facts"):
        assert english[name] == spanish[name]
