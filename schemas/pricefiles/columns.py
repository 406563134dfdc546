"""Columns found by the names in a header row, wherever it stands and whatever else stands around it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from schemas.pricefiles.containers import FileRefused, Opened, Row

Cells = Mapping[str, str]
Names = Sequence[str | re.Pattern[str]]

_REMARKS = frozenset({"note", "notes"})
"""Columns that say nothing in figures: one that was cut off does no harm."""


def tidy(text: str) -> str:
    """Write a name or a value plainly: no blanks at its edges, single blanks inside, none of them non-breaking."""
    return " ".join(text.replace("\xa0", " ").split())


def named(opened: Opened, columns: Mapping[str, Names], *, needed: Iterable[str]) -> Iterator[tuple[int, Cells]]:
    """Give each row below the header as a map, with its line.

    ``columns`` gives our name for a column and the names it goes by in the files, in lower case, the usual one first.
    The header is the first row that has every ``needed`` column. Raises ``FileRefused`` where there is none, where it
    names one twice, and for a row that was cut off.
    """
    needed = tuple(needed)
    for place, row in enumerate(opened.rows):
        header = [tidy(cell).lower() for cell in row.cells]
        found = {name: index for name, names in columns.items() if (index := _place(header, names)) is not None}
        if all(name in found for name in needed):
            _refuse_twice(header, [header[index] for index in found.values()])
            below = opened.rows[place + 1 :]
            _refuse_cut(below, {found[name] for name in found.keys() - _REMARKS}, is_open=opened.is_open)
            return _below(below, found)
    wanted = ", ".join(str(columns[name][0]) for name in needed)
    raise FileRefused("file_header_missing", columns=wanted)


def _place(header: list[str], names: Names) -> int | None:
    for name in names:
        for index, cell in enumerate(header):
            if cell == name if isinstance(name, str) else name.fullmatch(cell):
                return index
    return None


def _refuse_cut(rows: Sequence[Row], figures: Collection[int], *, is_open: bool) -> None:
    """Refuse a last line without an end in which a figure is missing, or may go on: it would be read wrong."""
    if is_open and rows and any(rows[-1].cells) and len(rows[-1].cells) - 1 <= max(figures):
        raise FileRefused("file_broken", form="csv", line=rows[-1].line)


def _refuse_twice(header: list[str], used: list[str]) -> None:
    twice = sorted({name for name in used if header.count(name) > 1})
    if twice:
        raise FileRefused("file_header_twice", columns=", ".join(twice))


def _below(rows: Sequence[Row], found: Mapping[str, int]) -> Iterator[tuple[int, Cells]]:
    for row in rows:
        cells = {name: tidy(row.cells[index]) if index < len(row.cells) else "" for name, index in found.items()}
        if any(cells.values()):
            yield row.line, cells


def number(text: str, *, line: int, column: str) -> Decimal | None:
    """Read a figure as printed; blank and N/A are none. Raises ``FileRefused`` for anything else that is no number."""
    plain = text.removeprefix("$").replace(",", "")
    if plain.upper() in ("", "N/A", "NA"):
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise FileRefused("file_cell_wrong", line=line, column=column) from None
    if not found.is_finite() or found < 0:
        raise FileRefused("file_cell_wrong", line=line, column=column)
    return found
