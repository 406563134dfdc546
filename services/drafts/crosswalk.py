"""CMS's crosswalk: which packages of immune globulin stand under which code, and how many billing units each holds."""

from collections.abc import Mapping
from decimal import Decimal

from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.kinds import Package, Product
from schemas.pricefiles import crosswalk
from schemas.pricefiles.containers import FileRefused
from services.drafts.making import partial_draft, quarter_period, quarter_stated
from services.drafts.model import Asked, Document, Draft, Figure, FileFacts, Value
from services.drafts.payment_limits import URL

COMPARED = ("product", "hcpcs", "billing_units", "mg")
"""What the crosswalk says of a package; labelers are spelled in another way every other quarter."""


def draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read CMS's quarterly crosswalk. Raises ``FileRefused``.

    Only packages are taken whose product is known: that of the same NDC on file, else the one product of that name and
    code. The others are named in the warnings.
    """
    file = crosswalk.read(content, name=asked.file_name)
    quarter = quarter_stated(file.period, asked)
    period = quarter_period(quarter)
    own = {code for code, records in book.billing_codes.items() if any(item.immune_globulin for item in records)}
    kept = [row for row in file.rows if row.code in own]
    known = {package.ndc: package for packages in book.packages.values() for package in packages}
    figures: dict[str, Figure] = {}
    warnings: list[Document] = [] if file.period else [{"code": "period_not_in_file", "key": None}]
    for row in kept:
        if row.ndc is None:
            raise FileRefused("file_cell_wrong", line=row.line, column="NDC2")
        value, doubt = _package(row, known.get(row.ndc), book, period)
        if value is None:
            warnings.append({"code": doubt, "key": row.ndc})
        elif row.ndc in figures:
            if figures[row.ndc].value != value:
                raise FileRefused("file_code_twice", line=row.line, value=row.ndc)
        else:
            place = f"row NDC2 {row.ndc}, line {row.line}"
            open_ended = Period(period.first_day, None)
            figures[row.ndc] = Figure("package", row.ndc, value, None, place, None, open_ended, period.last_day)
    if not figures:
        raise FileRefused("file_without_our_codes")
    found = FileFacts(
        kind="ndc_crosswalk",
        title="NDC-HCPCS crosswalk",
        url=URL,
        table=file.name,
        period=period,
        figures=tuple(figures.values()),
        rows=len(file.rows),
        kept=len(kept),
        warnings=tuple(warnings),
    )
    return partial_draft(found, content, asked, book=book, same=_says_the_same, scope=_is_listed)


def _package(
    row: crosswalk.PackageRow, held: Package | None, book: ReferenceBook, period: Period
) -> tuple[dict[str, object] | None, str]:
    """Give a package as a fact states it, or why there is none. Its milligrams follow from its billing units."""
    code = book.billing_code(row.code, period.last_day or period.first_day)
    if code is None or code.mg_per_unit is None:
        return None, "code_not_in_force"
    mg = None if row.units is None else row.units * code.mg_per_unit
    if row.units is None or mg is None or not mg or row.units % 1 or mg % 1:
        return None, "units_not_whole"
    product = book.products.get(held.product_id) if held is not None else _product(row, book)
    if product is None:
        return None, "product_unknown"
    stated = {"product": product.id, "hcpcs": row.code, "billing_units": int(row.units), "mg": int(mg)}
    on_file = None if held is None else book.facts[held.fact_id].value
    if isinstance(on_file, Mapping) and _says_the_same(on_file, stated):
        return dict(on_file), ""
    like = held or next(iter(book.packages.get(product.id, ())), None)
    return {
        **stated,
        "labeler": row.labeler or (held.labeler if held is not None else "not stated"),
        "container": like.container if like is not None else "vial",
        "ml": _plain(held.ml) if held is not None and held.mg == mg else None,
        "offered": product.is_marketed,
    }, ""


def _product(row: crosswalk.PackageRow, book: ReferenceBook) -> Product | None:
    """Find the one product of a name and code; none where two go by it."""
    name = row.drug.casefold().strip(" ®™")
    found = [
        product
        for product in book.products.values()
        if product.hcpcs == row.code
        and name in (each.casefold() for each in (product.id, product.brand, *product.names))
    ]
    return found[0] if len(found) == 1 else None


def _plain(found: Decimal | None) -> str | None:
    return None if found is None else str(found)


def _says_the_same(held: Value, value: Value) -> bool:
    if not isinstance(held, Mapping) or not isinstance(value, Mapping):
        return False
    return all(held.get(name) == value.get(name) for name in COMPARED)


def _is_listed(fact: Fact) -> bool:
    return isinstance(fact.value, Mapping) and bool(fact.value.get("offered"))
