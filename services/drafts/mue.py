"""Medically unlikely edits: the most units of the codes on file that are paid on a day in one setting."""

from estimator.model.periods import Period, Quarter, quarter_of
from estimator.reference.book import ReferenceBook
from schemas.pricefiles import mue
from schemas.pricefiles.containers import FileRefused
from services.drafts.making import partial_draft, quarter_period
from services.drafts.model import Asked, Draft, Figure, FileFacts

URL = (
    "https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/"
    "medicare-ncci-medically-unlikely-edits"
)


def draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read the table of one setting. Raises ``FileRefused``.

    A limit holds until another table says otherwise, and is to be looked up again when the quarter is over.
    """
    file = mue.read(content, name=asked.file_name)
    quarter = _quarter(file, asked)
    period = quarter_period(quarter)
    own = book.billing_codes.keys() | {key.partition(":")[0] for kind, key in book.words if kind == "mue"}
    kept = [row for code, row in file.rows.items() if code in own]
    if not kept:
        raise FileRefused("file_without_our_codes")
    figures = [
        Figure(
            "mue",
            f"{row.code}:{file.setting}",
            str(row.units),
            "units_per_day",
            f"row {row.code}, line {row.line}",
            None,
            Period(period.first_day, None),
            period.last_day,
        )
        for row in kept
    ]
    found = FileFacts(
        kind="mue",
        title=f"Medically unlikely edits, {file.setting.replace('_', ' ')}",
        url=URL,
        table=file.name,
        period=period,
        figures=tuple(figures),
        rows=len(file.rows),
        kept=len(kept),
    )
    setting = f":{file.setting}"
    return partial_draft(found, content, asked, book=book, scope=lambda fact: fact.key.endswith(setting))


def _quarter(file: mue.UnitsFile, asked: Asked) -> Quarter:
    if file.effective_from is None:
        if asked.quarter is None:
            raise FileRefused("file_period_missing")
        return asked.quarter
    named = quarter_of(file.effective_from)
    if file.effective_from != named.first_day:
        raise FileRefused("file_not_a_quarter", says=file.effective_from.isoformat())
    if asked.quarter is not None and asked.quarter != named:
        raise FileRefused("file_other_quarter", says=file.effective_from.isoformat(), quarter=str(asked.quarter))
    return named
