"""The OpenAPI document is valid, complete, and its examples work."""

import tomllib
from pathlib import Path

import pytest
from marshmallow import Schema
from openapi_spec_validator import validate

from schemas.not_supported import NOT_YET
from web import examples

EXAMPLES = [
    pytest.param(path, example["value"], id=f"{path} {name}")
    for path, found in (
        ("/v1/estimates", examples.ESTIMATES),
        ("/v1/claim-lines", examples.CLAIM_LINES),
        ("/v1/adjudications", examples.ADJUDICATIONS),
        ("/v1/coverage-checks", examples.COVERAGE_CHECKS),
        ("/v1/coverage-checks/questionnaire", examples.COVERAGE_CHECKS),
    )
    for name, example in found.items()
]


NEEDS_KEY = ("/v1/contracts", "/v1/contracts/price-files")
"""Their examples are sent by the tests of their own."""


@pytest.fixture
def document(client):
    """Give the document as it is served."""
    return client.get("/openapi.json").get_json()


def test_the_document_is_valid_openapi_31(document):
    validate(document)

    assert document["openapi"].startswith("3.1")


def test_the_version_is_that_of_the_project(document):
    project = tomllib.loads((Path(__file__).parent.parent.parent / "pyproject.toml").read_text(encoding="utf-8"))

    assert document["info"]["version"] == project["project"]["version"]


def test_every_endpoint_is_in_the_document(app, document):
    rules = {
        str(rule.rule).replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(("documentation.", "static"))
    }

    assert rules == set(document["paths"])


@pytest.mark.parametrize(("path", "body"), EXAMPLES)
def test_every_example_is_accepted(client, path, body):
    answer = client.post(path, json=body)

    assert answer.status_code == 200, answer.get_data(as_text=True)


def test_every_example_is_in_the_document(document):
    shown = [
        example["value"]
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "requestBody" in operation and "application/json" in operation["requestBody"]["content"]
        if path not in NEEDS_KEY
        for example in operation["requestBody"]["content"]["application/json"]["examples"].values()
    ]

    assert shown == [parameter.values[1] for parameter in EXAMPLES]


def test_no_request_field_lacks_a_closed_door(document):
    for name in ("EstimateRequest", "Patient", "Weight", "Therapy", "Plan", "Balances", "AdjudicationLine"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_errors_are_described_as_problem_documents(document):
    responses = document["paths"]["/v1/estimates"]["post"]["responses"]

    assert set(responses) == {"200", "400", "401", "406", "413", "415", "422", "503"}
    assert "application/problem+json" in document["components"]["responses"]["Problem422"]["content"]


def test_fields_that_are_not_computed_yet_are_marked(document):
    marked = [
        name
        for schema in document["components"]["schemas"].values()
        for name, field in schema.get("properties", {}).items()
        if field.get("x-not-supported-yet") is True
    ]

    assert {name.rpartition(".")[2] for name in NOT_YET} == set(marked)


def test_no_schema_is_made_while_a_request_is_answered(client, monkeypatch):
    client.get("/openapi.json")

    def refuse(self, *_args, **_options):
        raise AssertionError(f"{type(self).__name__} was made during a request")

    monkeypatch.setattr(Schema, "__init__", refuse)
    answers = [client.post(path.values[0], json=path.values[1]) for path in EXAMPLES]
    bad = client.post("/v1/estimates", json={"nope": 1})

    assert {answer.status_code for answer in answers} == {200}
    assert bad.status_code == 422


def test_the_page_loads_only_files_we_serve(client):
    page = client.get("/docs")

    assert "http" not in page.get_data(as_text=True)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "favicon-32x32.png"):
        assert f"/docs/assets/{name}" in page.get_data(as_text=True) or name == "docs.js"
        with client.get(f"/docs/assets/{name}") as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("name", ["index.css", "..%2fcreate.py", "LICENSE"])
def test_no_other_file_is_served(client, name):
    assert client.get(f"/docs/assets/{name}").status_code == 404


def test_the_document_has_an_etag(client):
    tag = client.get("/openapi.json").headers["ETag"]

    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_people_are_sent_to_the_page_and_programs_are_told(client):
    person = client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    program = client.get("/")

    assert (person.status_code, person.headers["Location"]) == (302, "/docs")
    assert program.get_json()["openapi"] == "/openapi.json"
