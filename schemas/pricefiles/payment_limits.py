"""CMS's quarterly file of Medicare Part B payment limits (formerly the ASP pricing file).

Rows above the header name the quarter; columns are read by their names, because their number varies from quarter to
quarter; the coinsurance percentage exists since April 2023. "N/A" and blank say that no limit is published: that is
no limit of zero.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from estimator.model.periods import Period
from schemas.pricefiles.columns import named, number
from schemas.pricefiles.containers import FileRefused, open_table
from schemas.pricefiles.days import period_of

COLUMNS = {
    "code": ("hcpcs code",),
    "dosage": ("hcpcs code dosage",),
    "limit": ("payment limit",),
    "coinsurance": ("co-insurance percentage", "coinsurance percentage"),
    "notes": ("notes",),
}
NEEDED = ("code", "dosage", "limit")
MEMBER_WORDS = ("payment limit", "pricing file", "asp pricing")
_CODE = re.compile(r"[A-Z0-9]{5}").fullmatch


class LimitRow(NamedTuple):
    """One code's row. ``limit`` and ``coinsurance`` are ``None`` where the file prints none."""

    line: int
    code: str
    dosage: str
    limit: Decimal | None
    coinsurance: Decimal | None
    notes: str


class PaymentLimitFile(NamedTuple):
    """The file: the days it says it is in force (``None`` where an excerpt lacks them), and its rows by code."""

    name: str
    period: Period | None
    rows: dict[str, LimitRow]
    has_coinsurance: bool


def read(content: bytes, *, name: str) -> PaymentLimitFile:
    """Read a file as CMS publishes it: zip, CSV or workbook. Raises ``FileRefused``."""
    opened = open_table(content, name=name, wanted=MEMBER_WORDS)
    rows: dict[str, LimitRow] = {}
    has_coinsurance = False
    for line, cells in named(opened, COLUMNS, needed=NEEDED):
        code = cells["code"].upper()
        if _CODE(code) is None:
            raise FileRefused("file_cell_wrong", line=line, column="HCPCS Code")
        if code in rows:
            raise FileRefused("file_code_twice", line=line, value=code)
        has_coinsurance = has_coinsurance or "coinsurance" in cells
        percent = number(cells.get("coinsurance", ""), line=line, column="Co-insurance Percentage")
        if percent is not None and percent > 100:
            raise FileRefused("file_cell_wrong", line=line, column="Co-insurance Percentage")
        rows[code] = LimitRow(
            line=line,
            code=code,
            dosage=cells["dosage"],
            limit=number(cells["limit"], line=line, column="Payment Limit"),
            coinsurance=percent,
            notes=cells.get("notes", ""),
        )
    if not rows:
        raise FileRefused("file_without_rows")
    return PaymentLimitFile(opened.name, period_of(opened.rows), rows, has_coinsurance)
