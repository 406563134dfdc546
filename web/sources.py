"""``GET /v1/sources/{id}``."""

from flask import Response

from schemas.reference import SOURCE
from services import facts
from web import answers, openapi, reading

noun = openapi.Noun("sources", "The documents that facts were taken from.")


@noun.reads("/v1/sources/<source_id>", answer=SOURCE, may_lack=True)
def show_source(source_id: str) -> Response:
    """Show a source."""
    runtime = reading.asked_plainly()
    return answers.reference(facts.show_source(source_id, runtime=runtime))
