"""The dictionary of clinical facts, with its questions in the language of the reader."""

from estimator.model.quantities import plain
from estimator.reference.clinical_reading import conditions_known
from services.policy_answers import shown_unit
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording


def list_clinical_facts(*, runtime: Runtime, language: str) -> dict[str, object]:
    """List every clinical fact, by name."""
    wording = Wording(runtime, language)
    items = [
        {
            "name": fact.name,
            "criterion": fact.criterion,
            "type": fact.type,
            "unit": shown_unit(fact),
            "units": {unit: plain(size) for unit, size in fact.units.items()},
            "choices": sorted(conditions_known(runtime.book)) if fact.criterion == "condition" else list(fact.choices),
            "proof": fact.proof,
            "ask": wording.sentence("clinical_facts", fact.name),
            "meaning": fact.meaning,
            "from_order": fact.from_order,
            "also_from": [runtime.book.clinical.by_criterion[name].name for name in fact.also_from],
            "fact_id": fact.fact_id,
        }
        for _, fact in sorted(runtime.book.clinical.by_name.items())
    ]
    return stamped({"items": items, "next": None}, runtime)
