"""OPPS Addendum B: how a hospital outpatient department is paid for each code, quarter by quarter.

Latin text with stray bytes, even in the cells of codes; a status indicator is one or two characters; a lone dot means
that there is no figure, which is not zero; amounts carry a dollar sign and commas.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from schemas.pricefiles.columns import named, number, tidy
from schemas.pricefiles.containers import FileRefused, Row, open_table

COLUMNS = {
    "code": ("hcpcs code",),
    "status": ("si",),
    "group": ("apc",),
    "rate": ("payment rate",),
    "note": ("note",),
}
NEEDED = ("code", "status", "group", "rate")
MEMBER_WORDS = ("addendum b", "addendum_b", "addendum-b", "addendumb")
_CODE = re.compile(r"[A-Z0-9]{5}").fullmatch
_STATUS = re.compile(r"[A-Z][A-Z0-9]?").fullmatch
_STRAY = re.compile(r"[^A-Z0-9]+")
_YEAR = re.compile(r"addendum b\b.*?\bcy\s*(20\d\d)", re.IGNORECASE)


class AddendumRow(NamedTuple):
    """One code. ``rate`` is ``None`` where no amount is printed, ``status`` where no indicator is."""

    line: int
    code: str
    status: str | None
    group: str
    rate: Decimal | None


class AddendumFile(NamedTuple):
    """The file: the calendar year of its title, its rows by code, and the codes that had stray bytes beside them."""

    name: str
    year: int | None
    rows: dict[str, AddendumRow]
    stray: tuple[str, ...]


def read(content: bytes, *, name: str) -> AddendumFile:
    """Read an Addendum B as CMS publishes it: zip, CSV or workbook. Raises ``FileRefused``."""
    opened = open_table(content, name=name, wanted=MEMBER_WORDS, unwanted=("addendum a",))
    rows: dict[str, AddendumRow] = {}
    stray = []
    for line, cells in named(opened, COLUMNS, needed=NEEDED):
        printed, status = cells["code"].upper(), cells["status"].upper()
        code = _STRAY.sub("", printed)
        if _CODE(code) is None:
            raise FileRefused("file_cell_wrong", line=line, column="HCPCS Code")
        if code != printed:
            stray.append(code)
        if status and _STATUS(status) is None:
            raise FileRefused("file_cell_wrong", line=line, column="SI")
        printed_rate = "" if cells["rate"] == "." else cells["rate"]
        rate = number(printed_rate, line=line, column="Payment Rate")
        row = AddendumRow(line, code, status or None, cells["group"], rate)
        if rows.setdefault(code, row)._replace(line=line) != row:
            raise FileRefused("file_code_twice", line=line, value=code)
    if not rows:
        raise FileRefused("file_without_rows")
    return AddendumFile(opened.name, _year(opened.rows), rows, tuple(stray))


def _year(rows: Sequence[Row]) -> int | None:
    for row in rows[:10]:
        found = _YEAR.search(tidy(" ".join(row.cells)))
        if found is not None:
            return int(found[1])
    return None
