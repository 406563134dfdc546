"""OPPS Addendum B: what a hospital outpatient department is paid for the codes on file, and in which way.

Rates of services are set for the calendar year, those of drugs for a quarter.
"""

from datetime import date

from estimator.model.codes import Category
from estimator.model.periods import Period, Quarter
from estimator.reference.book import ReferenceBook
from schemas.pricefiles import addendum_b
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.days import quarter_in
from services.drafts.making import partial_draft, quarter_period
from services.drafts.model import Asked, Document, Draft, Figure, FileFacts

URL = (
    "https://www.cms.gov/medicare/payment/prospective-payment-systems/hospital-outpatient/addendum-a-addendum-b-updates"
)


def draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read an Addendum B. Raises ``FileRefused``."""
    file = addendum_b.read(content, name=asked.file_name)
    quarter = _quarter(file, asked)
    period = quarter_period(quarter)
    drugs = {code for code, records in book.billing_codes.items() if records[-1].category is Category.DRUG}
    own = book.billing_codes.keys() | {key for kind, key in book.words if kind == "opps_status"}
    kept = [row for code, row in file.rows.items() if code in own]
    figures: list[Figure] = []
    for row in kept:
        holds = period if row.code in drugs else Period(period.first_day, date(quarter.year, 12, 31))
        place = f"row {row.code}, line {row.line}"
        if row.status is not None:
            figures.append(Figure("opps_status", row.code, row.status, None, f"{place}, column SI", None, holds))
        if row.rate is not None:
            group = f"; APC {row.group}" if row.group else ""
            where = f"{place}, column Payment Rate{group}"
            figures.append(Figure("opps_rate", row.code, str(row.rate), "usd", where, None, holds))
    if not figures:
        raise FileRefused("file_without_our_codes")
    warnings: list[Document] = [{"code": "stray_bytes", "key": code} for code in file.stray]
    found = FileFacts(
        kind="opps_addendum_b",
        title="OPPS Addendum B",
        url=URL,
        table=file.name,
        period=period,
        figures=tuple(figures),
        rows=len(file.rows),
        kept=len(kept),
        warnings=tuple(warnings),
    )
    return partial_draft(found, content, asked, book=book)


def _quarter(file: addendum_b.AddendumFile, asked: Asked) -> Quarter:
    """Take the quarter from the name, or from the operator; the title tells the year alone. They must agree."""
    named = quarter_in(file.name) or quarter_in(asked.file_name)
    quarter = asked.quarter or named
    if quarter is None:
        raise FileRefused("file_period_missing")
    if named is not None and named != quarter:
        raise FileRefused("file_other_quarter", says=str(named), quarter=str(quarter))
    if file.year is not None and file.year != quarter.year:
        raise FileRefused("file_other_quarter", says=f"CY {file.year}", quarter=str(quarter))
    return quarter
