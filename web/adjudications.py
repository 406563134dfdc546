"""``POST /v1/adjudications``."""

from flask import Response

from schemas.adjudications import ADJUDICATION_REQUEST
from schemas.line_documents import ADJUDICATION
from schemas.queries import NO_QUERY
from services import adjudications
from web import answers, current, examples, openapi, reading

noun = openapi.Noun("adjudications", "From claim to shares.")


@noun.computes("/v1/adjudications", body=ADJUDICATION_REQUEST, answer=ADJUDICATION, examples=examples.ADJUDICATIONS)
def create_adjudication() -> Response:
    """Share claim lines out between plan and patient."""
    runtime = current.ready_runtime()
    asked, _ = reading.read_request(ADJUDICATION_REQUEST, NO_QUERY, runtime=runtime)
    return answers.computed(adjudications.adjudicate(asked, runtime=runtime, language=current.chosen_language()))
