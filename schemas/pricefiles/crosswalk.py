"""CMS's quarterly crosswalk from package (NDC) to HCPCS code, with the billing units a package holds.

The code's column is renamed every year (``_2026_CODE``) and now and then lags a year; rows run out into hundreds of
empty columns. PKG SIZE is wrong for some immune globulins and is not read: what a package holds follows from its
billing units.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from estimator.model.periods import Period
from schemas.pricefiles.columns import named, number
from schemas.pricefiles.containers import FileRefused, open_table
from schemas.pricefiles.days import period_of

COLUMNS = {
    "code": ("hcpcs code", re.compile(r"_?20\d\d[_ ]code")),
    "labeler": ("labeler name",),
    "ndc": ("ndc2", "ndc"),
    "drug": ("drug name",),
    "dosage": ("hcpcs dosage",),
    "units": ("billunitspkg",),
}
NEEDED = ("code", "ndc", "units")
MEMBER_WORDS = ("crosswalk",)
UNWANTED_WORDS = ("noc",)
_CODE = re.compile(r"[A-Z0-9]{5}").fullmatch
_NDC = re.compile(r"\d{5}-\d{4}-\d{2}").fullmatch


class PackageRow(NamedTuple):
    """One package under one code. ``ndc`` is ``None`` where something else than an NDC stands there."""

    line: int
    code: str
    ndc: str | None
    labeler: str
    drug: str
    dosage: str
    units: Decimal | None


class CrosswalkFile(NamedTuple):
    """The file: the days it says it is in force, and its rows as they stand."""

    name: str
    period: Period | None
    rows: tuple[PackageRow, ...]


def read(content: bytes, *, name: str) -> CrosswalkFile:
    """Read a crosswalk as CMS publishes it: zip, CSV or workbook. Raises ``FileRefused``."""
    opened = open_table(content, name=name, wanted=MEMBER_WORDS, unwanted=UNWANTED_WORDS)
    rows = []
    for line, cells in named(opened, COLUMNS, needed=NEEDED):
        code, ndc = cells["code"].upper(), cells["ndc"]
        if _CODE(code) is None:
            raise FileRefused("file_cell_wrong", line=line, column="HCPCS Code")
        rows.append(
            PackageRow(
                line=line,
                code=code,
                ndc=ndc if _NDC(ndc) else None,
                labeler=cells.get("labeler", ""),
                drug=cells.get("drug", ""),
                dosage=cells.get("dosage", ""),
                units=number(cells["units"], line=line, column="BILLUNITSPKG"),
            )
        )
    if not rows:
        raise FileRefused("file_without_rows")
    return CrosswalkFile(opened.name, period_of(opened.rows), tuple(rows))
