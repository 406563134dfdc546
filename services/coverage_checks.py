"""An order held against labels, payer rules and claim edits, without a price."""

from estimator import checked_periods
from estimator.model.order import EstimateRequest
from services import assumptions, coverage_documents, knowledge, used_facts
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording


def check(request: EstimateRequest, *, runtime: Runtime, language: str) -> dict[str, object]:
    """Check an order and write the answer. Raises ``InvalidRequest``."""
    book = knowledge.book_on(request.as_of, runtime=runtime)
    wording = Wording(runtime, language)
    found = checked_periods.of_order(request, book=book)
    document = coverage_documents.whole(found, book, wording)
    document["assumptions"] = [
        *assumptions.documents(found.assumptions, wording),
        *assumptions.resting_on(found.fact_ids, book, wording),
    ]
    document["facts"] = used_facts.documents(found.fact_ids, book)
    return stamped(document, runtime)
