"""CMS's quarterly file of Part B payment limits: a limit and a coinsurance percentage for each code."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from estimator.model.codes import Category
from estimator.reference.book import ReferenceBook
from schemas.pricefiles import payment_limits
from schemas.pricefiles.containers import FileRefused
from services.drafts.making import quarter_period, quarter_stated, whole_draft
from services.drafts.model import Asked, Document, Draft, Figure, FileFacts

URL = "https://www.cms.gov/medicare/payment/part-b-drugs/asp-pricing-files"


def draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read CMS's quarterly payment limit file. Raises ``FileRefused``."""
    file = payment_limits.read(content, name=asked.file_name)
    quarter = quarter_stated(file.period, asked)
    own = {
        code
        for code, records in book.billing_codes.items()
        if any(item.immune_globulin or item.category is Category.PREMEDICATION for item in records)
    }
    kept = [row for code, row in file.rows.items() if code in own]
    figures: list[Figure] = []
    for row in kept:
        place = f"row of {row.code}, line {row.line}"
        if row.limit is not None:
            figures.append(Figure("payment_limit", row.code, str(row.limit), "usd_per_unit", place, row.notes or None))
        if row.coinsurance is not None:
            figures.append(Figure("part_b_coinsurance", row.code, str(row.coinsurance), "percent", place))
    if not figures:
        raise FileRefused("file_without_our_codes")
    warnings: list[Document] = []
    if file.period is None:
        warnings.append({"code": "period_not_in_file", "key": None})
    if not file.has_coinsurance:
        warnings.append({"code": "no_coinsurance_column", "key": None})
    warnings += _doubtful_prices(kept, quarter.first_day, book)
    found = FileFacts(
        kind="payment_limits",
        title="Medicare Part B payment limit file",
        url=URL,
        table=file.name,
        period=quarter_period(quarter),
        figures=tuple(figures),
        rows=len(file.rows),
        kept=len(kept),
        warnings=tuple(warnings),
    )
    return whole_draft(found, content, asked, book=book)


def _doubtful_prices(rows: Iterable[payment_limits.LimitRow], on: date, book: ReferenceBook) -> list[Document]:
    """Name prices whose dollars per gram lie outside what immune globulin ever cost: a sign of a wrong unit."""
    found: list[Document] = []
    fact = book.word("plausible_range", "usd_per_gram", on)
    bounds = fact.value if fact is not None else None
    for row in rows:
        code = book.billing_code(row.code, on)
        if row.limit is None or code is None or not code.mg_per_unit or not isinstance(bounds, Mapping):
            continue
        per_gram = row.limit * 1000 / code.mg_per_unit
        if not Decimal(str(bounds["low"])) <= per_gram <= Decimal(str(bounds["high"])):
            found.append({"code": "price_per_gram_doubtful", "key": row.code, "usd_per_gram": f"{per_gram:.2f}"})
    return found
