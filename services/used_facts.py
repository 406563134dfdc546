"""The facts an answer rests on, each with its source."""

from collections.abc import Iterable
from functools import lru_cache

from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Basis, Fact

CONTRACT = "contract"
"""The kind of an organization's own facts: contracted rates."""


def documents(fact_ids: Iterable[str], book: ReferenceBook) -> list[dict[str, object]]:
    """Write the facts of the ids, each once, in the order they were first used."""
    written = _written(book.version)
    found = []
    for fact_id in dict.fromkeys(fact_ids):
        document = written.get(fact_id)
        if document is None and fact_id in book.facts:
            document = _document(book.facts[fact_id], book)
            if book.facts[fact_id].kind != CONTRACT:  # an organization's own is kept beside nobody else's
                written[fact_id] = document
        if document is not None:
            found.append(document)
    return found


@lru_cache(maxsize=2)
def _written(version: str) -> dict[str, dict[str, object]]:  # noqa: ARG001 - the version is the key
    """Keep the documents of a version's facts: a fact never changes within a version."""
    return {}


def any_unverified(fact_ids: Iterable[str], book: ReferenceBook) -> tuple[str, ...]:
    """List those facts that have not been checked against their source."""
    return tuple(
        fact_id
        for fact_id in dict.fromkeys(fact_ids)
        if fact_id in book.facts and book.facts[fact_id].basis is Basis.UNVERIFIED
    )


def undated(fact_ids: Iterable[str], book: ReferenceBook) -> tuple[str, ...]:
    """List those facts of a book of an earlier day whose day of publication is not on file.

    An organization's own rates are not among them: they were entered for the answer.
    """
    if not book.is_earlier:
        return ()
    return tuple(
        fact_id
        for fact_id in dict.fromkeys(fact_ids)
        if (fact := book.facts.get(fact_id)) is not None and fact.published_on is None and fact.kind != CONTRACT
    )


def _document(fact: Fact, book: ReferenceBook) -> dict[str, object]:
    first_day, last_day = fact.period
    source = book.sources[fact.source_id]
    return {
        "id": fact.id,
        "value": fact.value,
        "unit": fact.unit,
        "effective_from": first_day.isoformat(),
        "effective_to": None if last_day is None else last_day.isoformat(),
        "recheck_after": None if fact.recheck_after is None else fact.recheck_after.isoformat(),
        "basis": fact.basis.value,
        "source": {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "published_on": source.published_on if fact.published_on is None else fact.published_on.isoformat(),
        },
        "locator": fact.locator,
    }
