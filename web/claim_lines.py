"""``POST /v1/claim-lines``."""

from flask import Response

from schemas.claim_lines import CLAIM_LINES_REQUEST
from schemas.line_documents import CLAIM_LINES
from schemas.queries import NO_QUERY
from services import claim_lines
from web import answers, auth, current, examples, openapi, reading

noun = openapi.Noun("claim-lines", "From order to claim.")


@noun.computes("/v1/claim-lines", body=CLAIM_LINES_REQUEST, answer=CLAIM_LINES, examples=examples.CLAIM_LINES)
def create_claim_lines() -> Response:
    """Work out the claim lines of one course."""
    runtime = current.ready_runtime()
    asked, _ = reading.read_order(CLAIM_LINES_REQUEST, NO_QUERY, runtime=runtime)
    organization = auth.organization_for(asked, runtime=runtime)
    return answers.computed(
        claim_lines.bill(asked, runtime=runtime, language=current.chosen_language(), organization=organization)
    )
