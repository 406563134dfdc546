"""A hospital's price file as CSV, tall (a row for each payer) or wide (columns for each payer), row by row."""

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Protocol

from schemas.pricefiles.columns import tidy
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.hospital_words import INPATIENT, Charge, Item, billing_class, check_version, paid, row
from schemas.pricefiles.json_events import exact
from schemas.pricefiles.price_rows import MOST_ROWS, FileHead, PriceFile, PriceRow, Wanted, day_of
from schemas.pricefiles.streams import ByteStream, Watcher, opened

LONGEST_CELL = 1_000_000
LONGEST_ROW = 16 * 1024 * 1024
HEADER_WITHIN = 10

_DOLLARS, _PERCENT, _ALGORITHM = "negotiated_dollar", "negotiated_percentage", "negotiated_algorithm"
_METHODOLOGY = "methodology"
_WIDE = {
    ("standard_charge", _DOLLARS): _DOLLARS,
    ("standard_charge", _PERCENT): _PERCENT,
    ("standard_charge", _ALGORITHM): _ALGORITHM,
    ("standard_charge", _METHODOLOGY): _METHODOLOGY,
}
_OF_PAYER = {
    "additional_payer_notes": "notes",
    "median_amount": "median_amount",
    "10th_percentile": "10th_percentile",
    "90th_percentile": "90th_percentile",
    "count": "count",
}
"""Columns of the wide form that name a payer without the words "standard_charge"."""
_NAMES = (*_WIDE.values(), *_OF_PAYER.values())
Payer = tuple[str | None, str | None]


class _Reader(Protocol):
    """What the standard library's reader of rows can do."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class _Columns(NamedTuple):
    """Where everything stands: plain columns by name, codes with their types, and each payer's columns."""

    plain: Mapping[str, int]
    codes: tuple[tuple[int, int], ...]
    payers: Mapping[Payer, Mapping[str, int]]

    @property
    def is_wide(self) -> bool:
        return bool(self.payers)


def read(path: Path, wanted: Wanted, *, watcher: Watcher | None = None) -> PriceFile:
    """Read a file to its end. Raises ``FileRefused``; then nothing of it is used."""
    csv.field_size_limit(LONGEST_CELL)
    with opened(path, watcher=watcher) as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, strict=True)
        try:
            return _read(reader, lines, wanted)
        except csv.Error as broken:
            raise FileRefused("file_broken", form="CSV") from broken


def _read(reader: _Reader, lines: "_Lines", wanted: Wanted) -> PriceFile:
    said, columns = _header(reader)
    version = said.get("version") or None
    check_version(version)
    rows: list[PriceRow] = []
    count = inpatient = 0
    for cells in reader:
        lines.held = 0
        if not cells:
            continue
        count += 1
        item = _item(cells, columns, reader.line_num, wanted)
        if item is None:
            continue
        if item.setting == INPATIENT:
            inpatient += 1
            continue
        rows += _rows(item, cells, columns)
        if len(rows) > MOST_ROWS:
            raise FileRefused("file_too_many_rates", limit=MOST_ROWS)
    if not count:
        raise FileRefused("file_without_rows")
    form = "hospital_wide" if columns.is_wide else "hospital_tall"
    head = FileHead(form, version, said.get("hospital_name") or None, day_of(said.get("last_updated_on")))
    return PriceFile(head, count, tuple(rows), inpatient=inpatient)


def _header(reader: _Reader) -> tuple[dict[str, str], _Columns]:
    """Find the row that names what the hospital says of itself, its answers below, and the row that names columns."""
    said: dict[str, str] = {}
    general: list[str] | None = None
    for number, cells in enumerate(reader):
        names = [_plain(cell) for cell in cells]
        if general is not None and not said:
            said = {name: tidy(cell) for name, cell in zip(general, cells, strict=False)}
        elif "hospital_name" in names and "version" in names:
            general = names
        elif "description" in names and "code|1" in names and "setting" in names:
            return said, _columns(cells, names)
        if number >= HEADER_WITHIN:
            break
    raise FileRefused("file_header_missing", columns="description, code|1, code|1|type, setting")


def _columns(cells: list[str], names: list[str]) -> _Columns:
    plain: dict[str, int] = {}
    payers: dict[Payer, dict[str, int]] = {}
    for index, name in enumerate(names):
        parts = [tidy(part) for part in cells[index].split("|")]
        if len(parts) == 4 and (parts[0].lower(), parts[3].lower()) in _WIDE:
            found = payers.setdefault((parts[1], parts[2]), {})
            key = _WIDE[parts[0].lower(), parts[3].lower()]
            if key in found:
                raise FileRefused("file_header_twice", columns=tidy(cells[index]))
            found[key] = index
        elif len(parts) == 3 and parts[0].lower() in _OF_PAYER:
            payers.setdefault((parts[1], parts[2]), {})[_OF_PAYER[parts[0].lower()]] = index
        elif name:
            if name in plain:
                raise FileRefused("file_header_twice", columns=name)
            plain[name] = index
    codes: list[tuple[int, int]] = []
    number = 1
    while f"code|{number}" in plain and f"code|{number}|type" in plain:
        codes.append((plain[f"code|{number}"], plain[f"code|{number}|type"]))
        number += 1
    if not codes or (not payers and f"standard_charge|{_DOLLARS}" not in plain):
        raise FileRefused("file_header_missing", columns=f"code|1|type, standard_charge|{_DOLLARS}")
    return _Columns(plain, tuple(codes), payers)


def _item(cells: list[str], columns: _Columns, line: int, wanted: Wanted) -> Item | None:
    """Say what a row is about, if it is one of our codes; a billing code goes before a National Drug Code."""
    code = ndc = None
    for at, kind_at in columns.codes:
        if at >= len(cells) or kind_at >= len(cells) or not cells[at]:
            continue
        found, found_ndc = wanted.match(tidy(cells[at]), tidy(cells[kind_at]).upper())
        if found is not None and (code is None or found_ndc is None):
            code = found
        ndc = ndc or found_ndc
    if code is None:
        return None
    cell = _Cells(cells, columns.plain)
    return Item(
        place=f"line {line}",
        code=code,
        ndc=ndc,
        setting=cell.text("setting").lower(),
        modifiers=tuple(part for part in cell.text("modifiers").replace("|", " ").replace(",", " ").split() if part),
        unit=cell.number("drug_unit_of_measurement"),
        unit_kind=cell.text("drug_type_of_measurement").upper() or None,
        billing_class=billing_class(cell.text("billing_class")),
    )


def _rows(item: Item, cells: list[str], columns: _Columns) -> Iterator[PriceRow]:
    if columns.is_wide:
        for (payer, plan), places in columns.payers.items():
            charge = _charge(_Cells(cells, places), {name: name for name in _NAMES})
            if charge is not None:
                yield row(item, charge, payer=payer, plan=plan)
        return
    cell = _Cells(cells, columns.plain)
    tall = {name: name for name in _NAMES} | {name: f"standard_charge|{name}" for name in _WIDE.values()}
    tall["notes"] = "additional_generic_notes"
    charge = _charge(cell, tall)
    if charge is not None:
        yield row(item, charge, payer=cell.text("payer_name") or None, plan=cell.text("plan_name") or None)


def _charge(cell: "_Cells", names: Mapping[str, str]) -> Charge | None:
    """Read one payer's charge; ``None`` where the row states none."""
    algorithm = cell.text(names[_ALGORITHM])[:500] or None
    if algorithm is None and not cell.text(names[_DOLLARS]) and not cell.text(names[_PERCENT]):
        return None
    methodology = cell.text(names[_METHODOLOGY]).lower()
    note = cell.text(names["notes"])[:500] or None
    was_paid = paid(
        cell.number(names["median_amount"]),
        cell.number(names["10th_percentile"]),
        cell.number(names["90th_percentile"]),
        cell.text(names["count"]) or None,
    )
    return Charge(cell.number(names[_DOLLARS]), cell.number(names[_PERCENT]), algorithm, methodology, note, was_paid)


class _Cells:
    """The cells of a row by the names of their columns; a column that is not there is blank."""

    def __init__(self, cells: list[str], places: Mapping[str, int]) -> None:
        self._cells = cells
        self._places = places

    def text(self, name: str) -> str:
        index = self._places.get(name)
        return "" if index is None or index >= len(self._cells) else tidy(self._cells[index])

    def number(self, name: str) -> Decimal | None:
        return exact(self.text(name))


class _Lines:
    """The lines of a stream as text: UTF-8 where a line is that, else Windows-1252.

    ``held`` counts what has been handed out for the row being read; a row longer than any row is refused.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._rest = b""
        self._ready: Iterator[bytes] = iter(())
        self.held = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._ready, None)
        while line is None:
            line = self._fill()
        self.held += len(line)
        if self.held > LONGEST_ROW:
            raise FileRefused("file_broken", form="CSV")
        if b"\x00" in line:
            raise FileRefused("file_not_text")
        try:
            return line.decode()
        except UnicodeDecodeError:
            return line.decode("cp1252", errors="replace")

    def _fill(self) -> bytes | None:
        """Read on, and give the next whole line if there is one by now; the last line may lack its end."""
        piece = self._stream.read()
        if not piece:
            if not self._rest:
                raise StopIteration
            last, self._rest = self._rest, b""
            return last
        parts = (self._rest + piece).split(b"\n")
        self._rest = parts.pop()
        if len(self._rest) > LONGEST_ROW:
            raise FileRefused("file_broken", form="CSV")
        self._ready = iter([part + b"\n" for part in parts])
        return next(self._ready, None)


def _plain(cell: str) -> str:
    """Write a column's name plainly: lower case, no blanks around its bars."""
    return "|".join(part.strip() for part in tidy(cell).lower().split("|"))
