"""The facts themselves, their sources, and how many of them there are."""

from bisect import bisect_right
from collections import Counter
from datetime import date

from estimator.model.periods import quarter_of
from estimator.reference.facts import Basis, Fact, Source, Standing
from estimator.reference.publications import Status
from services import freshness
from services.runtime import Runtime
from services.versions import stamped


def list_facts(
    *,
    kind: str | None,
    key: str | None,
    on: date | None,
    basis: Basis | None,
    standing: Standing | None,
    after: str | None,
    limit: int,
    runtime: Runtime,
) -> dict[str, object]:
    """List facts by id, page by page: ``next`` is the ``after`` of the page that follows."""
    found = [
        fact_id
        for fact_id, fact in runtime.book.facts.items()
        if (kind is None or fact.kind == kind)
        and (key is None or fact.key == key)
        and (on is None or fact.period.holds(on))
        and (basis is None or fact.basis is basis)
        and (standing is None or fact.standing is standing)
    ]
    found.sort()
    start = 0 if after is None else bisect_right(found, after)
    page = found[start : start + limit]
    more = start + limit < len(found)
    items = [fact_document(runtime.book.facts[fact_id]) for fact_id in page]
    return stamped({"items": items, "next": page[-1] if more else None}, runtime)


def show_fact(fact_id: str, *, runtime: Runtime) -> dict[str, object]:
    """Show a fact with its source. Raises ``NotOnFile``."""
    fact = runtime.book.fact(fact_id)
    source = source_document(runtime.book.source(fact.source_id))
    return stamped(fact_document(fact) | {"source_document": source}, runtime)


def show_source(source_id: str, *, runtime: Runtime) -> dict[str, object]:
    """Show a source, and how many facts were taken from it. Raises ``NotOnFile``."""
    source = runtime.book.source(source_id)
    count = sum(fact.source_id == source_id for fact in runtime.book.facts.values())
    return stamped(source_document(source) | {"fact_count": count}, runtime)


def overview(*, runtime: Runtime) -> dict[str, object]:
    """Say what is on file: counts by kind and basis, the newest quarter, what is unverified, stale or due."""
    book, today = runtime.book, runtime.today()
    counts = Counter((fact.kind, fact.basis) for fact in book.facts.values())
    quarters = [fact.period.first_day for fact in book.facts.values() if fact.kind == "payment_limit"]
    stale = freshness.stale(book, today)
    calendar = freshness.publication_documents(book, today)
    document: dict[str, object] = {
        "facts": len(book.facts),
        "counts": [
            {"kind": kind, "read": counts[kind, Basis.READ], "unverified": counts[kind, Basis.UNVERIFIED]}
            for kind in sorted({kind for kind, _ in counts})
        ],
        "newest_quarter": str(quarter_of(max(quarters))) if quarters else None,
        "unverified": sum(count for (_, basis), count in counts.items() if basis is Basis.UNVERIFIED),
        "stale": [fact.id for fact, _ in stale],
        "stale_since": [{"id": fact.id, "since": since.isoformat()} for fact, since in stale],
        "publications": calendar,
        "warnings": [
            *([{"code": "seed_not_applied", "key": "flask seed", "since": None}] if runtime.seed_is_newer else []),
            *(
                {"code": "publication_late", "key": item["id"], "since": item["late_on"]}
                for item in calendar
                if item["status"] == Status.LATE
            ),
        ],
        "sources": len(book.sources),
    }
    return stamped(document, runtime)


def fact_document(fact: Fact) -> dict[str, object]:
    """Write a fact as the plain document that a record of the seed files is."""
    first_day, last_day = fact.period
    return {
        "id": fact.id,
        "kind": fact.kind,
        "key": fact.key,
        "value": fact.value,
        "unit": fact.unit,
        "effective_from": first_day.isoformat(),
        "effective_to": None if last_day is None else last_day.isoformat(),
        "recheck_after": None if fact.recheck_after is None else fact.recheck_after.isoformat(),
        "published_on": None if fact.published_on is None else fact.published_on.isoformat(),
        "source": fact.source_id,
        "locator": fact.locator,
        "basis": fact.basis.value,
        "release": fact.release,
        "note": fact.note,
        "standing": fact.standing.value,
    }


def source_document(source: Source) -> dict[str, object]:
    """Write a source as a plain document."""
    return {
        "id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published_on": source.published_on,
        "official": source.official,
        "note": source.note,
    }
