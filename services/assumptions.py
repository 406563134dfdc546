"""What was supposed, as it stands in documents."""

from collections.abc import Iterable, Mapping

from estimator.model.levels import Assumption, Tri
from estimator.model.money import Cents
from estimator.reference.book import ReferenceBook
from services import ranges, used_facts
from services.wording import Wording

Document = dict[str, object]


def documents(
    assumptions: Iterable[Assumption], wording: Wording, *, effects: Mapping[str, Tri[Cents]] | None = None
) -> list[Document]:
    """Write assumptions with their sentences; ``effects`` say how far the answer to each would move the cost."""
    known = effects or {}
    found: list[Document] = []
    for item in assumptions:
        effect = known.get(item.pointer) if item.pointer is not None else None
        found.append(
            {
                "code": item.code,
                "message": wording.sentence("assumptions", item.code, item.params),
                "effect": None if effect is None else ranges.of(*effect),
                "field": item.pointer,
                "fact_ids": item.fact_ids,
            }
        )
    return found


def resting_on(fact_ids: Iterable[str], book: ReferenceBook, wording: Wording) -> list[Document]:
    """Say of the facts used what has to be said: of an earlier day, whose day of publication is not on file."""
    return _about_facts("publication_day_unknown", used_facts.undated(fact_ids, book), wording)


def unverified(fact_ids: Iterable[str], book: ReferenceBook, wording: Wording) -> list[Document]:
    """Say how many of the facts used have not been checked against their source."""
    return _about_facts("unverified_facts", used_facts.any_unverified(fact_ids, book), wording)


def _about_facts(code: str, fact_ids: tuple[str, ...], wording: Wording) -> list[Document]:
    if not fact_ids:
        return []
    message = wording.sentence("assumptions", code, (("count", str(len(fact_ids))),))
    return [{"code": code, "message": message, "effect": None, "field": None, "fact_ids": list(fact_ids)}]
