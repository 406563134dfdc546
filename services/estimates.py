"""One estimate: the order and the plan go in, the year's document comes out."""

from functools import lru_cache

from estimator import pipeline
from estimator.model.order import EstimateRequest
from estimator.reference.book import ReferenceBook
from services import knowledge, lookups
from services.estimate_documents import compose
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording

ANSWERS_REMEMBERED = 64
"""How many of the latest answers a process remembers, to answer the very same question again at once."""


def quote(
    request: EstimateRequest,
    *,
    runtime: Runtime,
    language: str,
    view: str | None = None,
    organization: str | None = None,
) -> dict[str, object]:
    """Work out an estimate and write its document; nothing is kept beyond the memory of this process.

    ``view`` may be ``summary``, which leaves out the infusions and the facts. ``organization`` is the caller's, whose
    contracts the request may name. Raises ``InvalidRequest``.
    """
    book = knowledge.book_on(request.as_of, runtime=runtime)
    request, book, overlay = lookups.applied(request, book, organization=organization, runtime=runtime)
    wording = Wording(runtime, language)
    full = view != "summary"
    # Prices by package come as a map, which cannot be looked up by value; such a question is worked out every time.
    # What rests on an organization's own rates is not remembered beside everybody's.
    is_remembered = request.therapy.package_prices is None and overlay is None
    answer = _answer if is_remembered else _answer.__wrapped__
    created_at = runtime.now().isoformat(timespec="seconds")
    document = answer(request, book, wording, full=full) | {"created_at": created_at}
    return stamped(document, runtime, overlay=overlay)


@lru_cache(maxsize=ANSWERS_REMEMBERED)
def _answer(request: EstimateRequest, book: ReferenceBook, wording: Wording, *, full: bool) -> dict[str, object]:
    return compose(pipeline.estimate(request, book=book), book=book, wording=wording, full=full)
