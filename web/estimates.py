"""``POST /v1/estimates``."""

from flask import Response

from schemas.documents import ESTIMATE
from schemas.estimates import ESTIMATE_REQUEST
from schemas.queries import ESTIMATE_QUERY
from services import estimates
from web import answers, auth, current, examples, openapi, reading

noun = openapi.Noun("estimates", "What a course of immune globulin will cost.")


@noun.computes(
    "/v1/estimates", body=ESTIMATE_REQUEST, answer=ESTIMATE, examples=examples.ESTIMATES, query=ESTIMATE_QUERY
)
def create_estimate() -> Response:
    """Estimate what a patient will pay over the window."""
    runtime = current.ready_runtime()
    asked, query = reading.read_order(ESTIMATE_REQUEST, ESTIMATE_QUERY, runtime=runtime)
    return answers.computed(
        estimates.quote(
            asked,
            runtime=runtime,
            language=current.chosen_language(),
            view=query.view,
            organization=auth.organization_for(asked, runtime=runtime),
        )
    )
