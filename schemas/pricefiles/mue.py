"""CMS's quarterly tables of medically unlikely edits: the most units of a code that are paid on one day.

There is a table for each setting: practitioners, outpatient hospitals, suppliers of equipment. The name of the column
says which.
"""

import re
from datetime import date
from typing import NamedTuple

from schemas.pricefiles.columns import named, tidy
from schemas.pricefiles.containers import FileRefused, open_table

SETTINGS = {
    "practitioner": ("practitioner services mue values",),
    "outpatient_hospital": ("outpatient hospital services mue values", "facility outpatient services mue values"),
    "dme_supplier": ("dme supplier services mue values",),
}
_CODE_NAMES = ("hcpcs/cpt code", "hcpcs/ cpt code", "hcpcs code")
MEMBER_WORDS = ("mue",)
_CODE = re.compile(r"[A-Z0-9]{5}").fullmatch
_COUNT = re.compile(r"\d{1,6}").fullmatch
_EFFECTIVE = re.compile(r"(?:eff|effective)[\W_]*(\d{1,2})[-_.](\d{1,2})[-_.](\d{4})", re.IGNORECASE)


class UnitsRow(NamedTuple):
    """The most units of one code on a day."""

    line: int
    code: str
    units: int


class UnitsFile(NamedTuple):
    """The table of one setting, the first day in its name, and its rows by code."""

    name: str
    setting: str
    effective_from: date | None
    rows: dict[str, UnitsRow]


def read(content: bytes, *, name: str) -> UnitsFile:
    """Read one setting's table as CMS publishes it: zip, CSV or workbook. Raises ``FileRefused``."""
    opened = open_table(content, name=name, wanted=MEMBER_WORDS)
    header = {tidy(cell).lower() for row in opened.rows[:20] for cell in row.cells}
    settings = [setting for setting, names in SETTINGS.items() if header & set(names)]
    setting = settings[0] if len(settings) == 1 else "practitioner"
    columns = {"code": _CODE_NAMES, "units": SETTINGS[setting]}
    rows: dict[str, UnitsRow] = {}
    for line, cells in named(opened, columns, needed=columns):
        code = cells["code"].upper()
        if _CODE(code) is None:
            raise FileRefused("file_cell_wrong", line=line, column="HCPCS/CPT Code")
        if code in rows:
            raise FileRefused("file_code_twice", line=line, value=code)
        if _COUNT(cells["units"]) is None:
            raise FileRefused("file_cell_wrong", line=line, column="MUE Values")
        rows[code] = UnitsRow(line, code, int(cells["units"]))
    if not rows:
        raise FileRefused("file_without_rows")
    return UnitsFile(opened.name, setting, _first_day(opened.name) or _first_day(name), rows)


def _first_day(name: str) -> date | None:
    found = _EFFECTIVE.search(name)
    if found is None:
        return None
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise FileRefused("file_period_wrong", line=0) from None
