"""``GET /v1/facts``."""

from flask import Response

from schemas.queries import FACTS_QUERY
from schemas.reference import FACT, FACTS
from services import facts
from web import answers, current, openapi, reading

noun = openapi.Noun("facts", "Every dated, cited statement that answers rest on.")


@noun.reads("/v1/facts", answer=FACTS, query=FACTS_QUERY)
def list_facts() -> Response:
    """List facts by id, page by page."""
    runtime = current.ready_runtime()
    query = reading.read_query(FACTS_QUERY)
    return answers.reference(facts.list_facts(**query._asdict(), runtime=runtime))


@noun.reads("/v1/facts/<fact_id>", answer=FACT, may_lack=True)
def show_fact(fact_id: str) -> Response:
    """Show a fact with its source."""
    runtime = reading.asked_plainly()
    return answers.reference(facts.show_fact(fact_id, runtime=runtime))
