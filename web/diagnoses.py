"""``GET /v1/diagnoses/{code}``."""

from flask import Response

from schemas.queries import DAY_QUERY
from schemas.reference import DIAGNOSIS
from services import diagnoses
from web import answers, current, openapi, reading

noun = openapi.Noun("diagnoses", "ICD-10-CM codes of the official list.")


@noun.reads("/v1/diagnoses/<code>", answer=DIAGNOSIS, query=DAY_QUERY, may_lack=True)
def show_diagnosis(code: str) -> Response:
    """Show a diagnosis code; for a category, the billable codes under it."""
    runtime = current.ready_runtime()
    query = reading.read_query(DAY_QUERY)
    return answers.reference(diagnoses.show_diagnosis(code, on=query.on, runtime=runtime))
