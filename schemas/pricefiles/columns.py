"""Columns found by the names in a header row, wherever it stands and whatever else stands around it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from schemas.pricefiles.containers import FileRefused, Row

Cells = Mapping[str, str]


def tidy(text: str) -> str:
    """Write a name or a value plainly: no blanks at its edges, single blanks inside, none of them non-breaking."""
    return " ".join(text.replace("\xa0", " ").split())


def named(
    rows: Sequence[Row], columns: Mapping[str, Sequence[str]], *, needed: Iterable[str]
) -> Iterator[tuple[int, Cells]]:
    """Give each row below the header as a map, with its line.

    ``columns`` gives our name for a column and the names it goes by in the files, in lower case. The header is the
    first row that has every ``needed`` column. Raises ``FileRefused`` where there is none, or where it names one twice.
    """
    needed = tuple(needed)
    for place, row in enumerate(rows):
        header = [tidy(cell).lower() for cell in row.cells]
        found = {name: header.index(known) for name, names in columns.items() for known in names if known in header}
        if all(name in found for name in needed):
            _refuse_twice(header, [header[index] for index in found.values()])
            return _below(rows[place + 1 :], found)
    wanted = ", ".join(columns[name][0] for name in needed)
    raise FileRefused("file_header_missing", columns=wanted)


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
