"""``GET /v1/reference``."""

from flask import Response

from schemas.reference import REFERENCE
from services import facts
from web import answers, openapi, reading

noun = openapi.Noun("reference", "What is on file.")


@noun.reads("/v1/reference", answer=REFERENCE)
def show_reference() -> Response:
    """Say which facts are on file, and which of them need another look."""
    runtime = reading.asked_plainly()
    return answers.reference(facts.overview(runtime=runtime))
