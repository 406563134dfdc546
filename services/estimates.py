"""One estimate: the order and the plan go in, the year's document comes out."""

from estimator import pipeline
from estimator.model.order import EstimateRequest
from services import knowledge
from services.estimate_documents import compose
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording

SUMMARY_LEAVES_OUT = ("infusions", "facts")


def quote(request: EstimateRequest, *, runtime: Runtime, language: str, view: str | None = None) -> dict[str, object]:
    """Work out an estimate and write its document; nothing is kept.

    ``view`` may be ``summary``, which leaves out the infusions and the facts. Raises ``InvalidRequest``.
    """
    book = knowledge.book_on(request.as_of, runtime=runtime)
    found = pipeline.estimate(request, book=book)
    document = compose(found, book=book, wording=Wording(runtime, language), full=view != "summary")
    document["created_at"] = runtime.now().isoformat(timespec="seconds")
    return stamped(document, runtime)
