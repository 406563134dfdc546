"""The physician fee schedule: relative value units of the services on file, and the dollars of one unit.

The national fee is the product of the two, rounded to the cent for one unit; the book works it out.
"""

from datetime import date

from estimator.model.codes import Category
from estimator.model.periods import Period, Quarter
from estimator.reference.book import ReferenceBook
from estimator.reference.derived import FEE_SCHEDULE
from schemas.pricefiles import physician_fees
from schemas.pricefiles.containers import FileRefused
from services.drafts.making import partial_draft
from services.drafts.model import Asked, Document, Draft, Figure, FileFacts

URL = "https://www.cms.gov/medicare/payment/fee-schedules/physician/pfs-relative-value-files"


def draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read a relative value file. It holds from its release to the end of the year. Raises ``FileRefused``."""
    file = physician_fees.read(content, name=asked.file_name)
    quarter = _quarter(file.quarter, asked)
    period = Period(quarter.first_day, date(quarter.year, 12, 31))
    own = {code for code, records in book.billing_codes.items() if records[-1].category is not Category.DRUG}
    own |= {key for kind, key in book.timelines if kind == "physician_rvu"}
    kept = [row for code, row in file.rows.items() if code in own]
    paid = [row for row in kept if row.total is not None]
    if not paid:
        raise FileRefused("file_without_our_codes")
    other = next((row for row in paid if row.factor != paid[0].factor), None)
    if other is not None:
        raise FileRefused("file_cell_wrong", line=other.line, column="CONV FACTOR")
    figures = [
        Figure(
            "physician_rvu",
            row.code,
            str(row.total),
            "relative_value_units",
            f"row {row.code}, line {row.line}, non-facility total",
        )
        for row in paid
    ]
    factor = f"conversion factor column, line {paid[0].line}"
    figures.append(
        Figure("conversion_factor", FEE_SCHEDULE, str(paid[0].factor), "usd_per_relative_value_unit", factor)
    )
    warnings: list[Document] = [] if file.quarter else [{"code": "period_not_in_file", "key": None}]
    warnings += [{"code": "not_paid_by_schedule", "key": row.code} for row in kept if row.total is None]
    found = FileFacts(
        kind="physician_fee_schedule",
        title="Physician fee schedule relative value file",
        url=URL,
        table=file.name,
        period=period,
        figures=tuple(figures),
        rows=file.total,
        kept=len(kept),
        warnings=tuple(warnings),
        published_on=file.released_on,
    )
    return partial_draft(found, content, asked, book=book)


def _quarter(stated: Quarter | None, asked: Asked) -> Quarter:
    if stated is None:
        if asked.quarter is None:
            raise FileRefused("file_period_missing")
        return asked.quarter
    if asked.quarter is not None and asked.quarter != stated:
        raise FileRefused("file_other_quarter", says=str(stated), quarter=str(asked.quarter))
    return stated
