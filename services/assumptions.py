"""What was supposed, as it stands in documents."""

from collections.abc import Iterable, Mapping

from estimator.model.levels import Assumption, Tri
from estimator.model.money import Cents
from services import ranges
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
