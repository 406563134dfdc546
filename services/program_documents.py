"""Programmes that an income or paying oneself may open, as they stand in documents: no promise, and never counted."""

from collections.abc import Iterable

from estimator.income_programs import Program
from services.wording import Wording

Document = dict[str, object]


def documents(programs: Iterable[Program], wording: Wording) -> list[Document]:
    """Write each programme with its sentence and the income it goes by, in percent of the poverty guideline."""
    return [
        {
            "code": item.code,
            "message": wording.sentence("programs", item.code, item.params),
            "poverty_percent": None if item.level is None else str(item.level.percent),
            "guideline_year": None if item.level is None else item.level.year,
            "guideline_carried_forward": None if item.level is None else item.level.is_carried_forward,
            "fact_ids": item.fact_ids,
        }
        for item in programs
    ]
