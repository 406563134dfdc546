"""CMS's relative value file of the physician fee schedule (PPRRVU).

Its header is stacked over five rows, and a column came in between in 2026: the rows are joined into one name for each
column ("NON-FACILITY" over "TOTAL"), and columns are found by that name. A code that is not paid by the schedule, or
not outside a facility, has zeros there; those are no rates.
"""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.model.periods import Quarter
from schemas.pricefiles.columns import named, number, tidy
from schemas.pricefiles.containers import FileRefused, Row, open_table
from schemas.pricefiles.days import MONTHS

COLUMNS = {
    "code": ("hcpcs",),
    "modifier": ("mod",),
    "status": ("status code",),
    "total": ("non-facility total",),
    "not_there": ("non-fac na indicator",),
    "factor": ("conv factor",),
}
NEEDED = ("code", "modifier", "status", "total", "factor")
MEMBER_WORDS = ("pprrvu",)
QUALIFYING = re.compile(r"(?<!non)[\W_]*qpp", re.IGNORECASE)
"""Since 2026 there are two files: one with the higher conversion factor of qualifying participants (QPP)."""

PAID_STATUSES = frozenset("ART")
"""Status codes of services that the schedule pays: active, restricted, therapy."""

_HEADER_ROWS = 5
_TITLE = re.compile(r"(20\d\d) national physician fee schedule relative value file (\w+) release", re.IGNORECASE)
_RELEASED = re.compile(r"released\s+(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9]{5}").fullmatch


class RateRow(NamedTuple):
    """One code without a modifier. ``total`` is ``None`` where the schedule does not pay it outside a facility."""

    line: int
    code: str
    total: Decimal | None
    factor: Decimal


class FeeFile(NamedTuple):
    """The file: which release it says it is, when it came out, and its rows by code."""

    name: str
    quarter: Quarter | None
    released_on: date | None
    rows: dict[str, RateRow]
    total: int


def read(content: bytes, *, name: str) -> FeeFile:
    """Read a relative value file as CMS publishes it: zip, CSV or workbook. Raises ``FileRefused``."""
    opened = open_table(content, name=name, wanted=MEMBER_WORDS, unwanted=("_qpp", "-qpp", " qpp"))
    if QUALIFYING.search(opened.name.rpartition("/")[2].lower().replace("nonqpp", "")):
        raise FileRefused("file_other_conversion_factor")
    rows: dict[str, RateRow] = {}
    total_rows = 0
    for line, cells in named(opened._replace(rows=_with_one_header(opened.rows)), COLUMNS, needed=NEEDED):
        code = cells["code"].upper()
        if _CODE(code) is None:
            raise FileRefused("file_cell_wrong", line=line, column="HCPCS")
        total_rows += 1
        if cells["modifier"]:
            continue
        if code in rows:
            raise FileRefused("file_code_twice", line=line, value=code)
        total = number(cells["total"], line=line, column="NON-FACILITY TOTAL")
        factor = number(cells["factor"], line=line, column="CONV FACTOR")
        if factor is None:
            raise FileRefused("file_cell_wrong", line=line, column="CONV FACTOR")
        is_paid = cells["status"].upper() in PAID_STATUSES and cells.get("not_there", "").upper() != "NA"
        rows[code] = RateRow(line, code, total if is_paid and total else None, factor)
    if not rows:
        raise FileRefused("file_without_rows")
    above = " ".join(tidy(" ".join(row.cells)) for row in opened.rows[:15])
    return FeeFile(opened.name, _quarter(above), _released_on(above), rows, total_rows)


def _with_one_header(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Join the stacked rows of the header into one."""
    for place, row in enumerate(rows[:40]):
        if [tidy(cell).lower() for cell in row.cells[:2]] == ["hcpcs", "mod"]:
            stack = rows[max(0, place - _HEADER_ROWS + 1) : place + 1]
            cells = tuple(
                tidy(" ".join(each.cells[column] for each in stack if column < len(each.cells)))
                for column in range(len(row.cells))
            )
            return (Row(row.line, cells), *rows[place + 1 :])
    return rows


def _quarter(above: str) -> Quarter | None:
    found = _TITLE.search(above)
    if found is None:
        return None
    month = found[2].lower()
    if month not in MONTHS or MONTHS.index(month) % 3:
        raise FileRefused("file_not_a_quarter", says=f"{found[2]} {found[1]}")
    return Quarter(int(found[1]), MONTHS.index(month) // 3 + 1)


def _released_on(above: str) -> date | None:
    found = _RELEASED.search(above)
    if found is None:
        return None
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise FileRefused("file_period_wrong", line=0) from None
