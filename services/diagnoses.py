"""Diagnosis codes of the official list."""

from datetime import date

from estimator.errors import NotOnFile
from estimator.reference.facts import DiagnosisCode
from schemas.codes import dotted_icd10
from services.runtime import Runtime
from services.versions import stamped


def show_diagnosis(code: str, *, on: date | None, runtime: Runtime) -> dict[str, object]:
    """Show a code as it stands on a day, our indications for it and the billable codes under it.

    Raises ``NotOnFile`` for what is no code on that day.
    """
    book = runtime.book
    day = on or runtime.today()
    dotted = dotted_icd10(code)
    record = None if dotted is None else book.diagnosis(dotted, day)
    if record is None:
        raise NotOnFile("diagnosis", code)
    first_day, last_day = record.period
    children = () if record.billable else book.billable_children(record.code, day)
    document = _document(record) | {
        "effective_from": first_day.isoformat(),
        "effective_to": None if last_day is None else last_day.isoformat(),
        "source_id": record.source_id,
        "indications": list(book.indications_by_code.get(record.code, ())),
        "children": [_document(child) for child in children],
    }
    return stamped(document, runtime)


def _document(record: DiagnosisCode) -> dict[str, object]:
    return {"code": record.code, "title": record.title, "billable": record.billable}
