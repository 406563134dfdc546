"""Conditions that immune globulin is used for."""

from decimal import Decimal

from estimator.errors import NotOnFile
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Indication
from services.runtime import Runtime
from services.versions import stamped


def list_indications(*, runtime: Runtime, language: str) -> dict[str, object]:
    """List every indication, by id."""
    items = [_document(indication, language) for _, indication in sorted(runtime.book.indications.items())]
    return stamped({"items": items, "next": None}, runtime)


def show_indication(indication_id: str, *, runtime: Runtime, language: str) -> dict[str, object]:
    """Show an indication, by its id or an alias, with evidence, usual practice and labels. Raises ``NotOnFile``."""
    book, today = runtime.book, runtime.today()
    indication = _find(indication_id, book)
    labeled = [
        {"product": product_id, "routes": [route.value for route in label.routes], "fact_id": fact.id}
        for (product_id, labeled_for), records in sorted(book.labels.items())
        if labeled_for == indication.id
        for fact, label in records
        if fact.period.holds(today)
    ]
    document = _document(indication, language) | {
        "aliases": list(indication.aliases),
        "evidence": [
            {"grade": item.grade, "by": item.by, "source_id": item.source_id, "basis": item.basis}
            for item in indication.evidence
        ],
        "usual_practice": _usual_practice(indication.id, book),
        "labeled_products": labeled,
    }
    return stamped(document, runtime)


def _find(indication_id: str, book: ReferenceBook) -> Indication:
    for indication in book.indications.values():
        if indication_id == indication.id or indication_id in indication.aliases:
            return indication
    raise NotOnFile("indication", indication_id)


def _document(indication: Indication, language: str) -> dict[str, object]:
    return {
        "id": indication.id,
        "name": (indication.name_es if language == "es" else None) or indication.name,
        "group": indication.group,
        "icd10": list(indication.icd10),
        "class_labeled": indication.class_labeled,
        "fact_id": indication.fact_id,
    }


def _usual_practice(indication_id: str, book: ReferenceBook) -> dict[str, object] | None:
    usual = book.regimens.get(indication_id)
    if usual is None:
        return None
    return {
        "g_per_kg": {"low": _grams(usual.low), "typical": _grams(usual.typical), "high": _grams(usual.high)},
        "interval_days": list(usual.interval_days),
        "days_per_course": list(usual.days_per_course),
        "loading_g_per_kg": None if usual.loading_mg_per_kg is None else _grams(usual.loading_mg_per_kg),
        "fact_id": usual.fact_id,
    }


def _grams(mg_per_kg: Decimal) -> str:
    return plain(mg_per_kg / MG_PER_GRAM)
