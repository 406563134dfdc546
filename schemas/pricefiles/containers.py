"""Zip, gzip, CSV and Excel → rows of text. Whatever is wrong with a file is said by name, and nothing is half read.

Official files come as a zip that holds the same table twice (a workbook, and a CSV made for screen readers), or as one
of the two. CSV is read as UTF-8 where it is that, else as Windows-1252: a single non-breaking space has been seen.
"""

import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from estimator.errors import InvalidRequest, Problem

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_MEMBERS = 200
MOST_ROWS = 2_000_000
LONGEST_CELL = 1_000_000
MOST_LAYERS = 3

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_TABLES = (".csv", ".txt", ".xlsx")
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError, MemoryError)
"""What unpacking raises; a way of packing that is not known is a RuntimeError."""


class FileRefused(InvalidRequest):
    """A file cannot be used: what is wrong with it, or with what was asked of it (``pointer``), in one problem."""

    def __init__(self, code: str, *, pointer: str = "/file", **params: object) -> None:
        super().__init__([Problem(pointer, code, params)])


class Row(NamedTuple):
    """One row of a table, with its line counted from 1."""

    line: int
    cells: tuple[str, ...]


class Opened(NamedTuple):
    """A table in a file: the name of what it was read from, and its rows.

    ``is_open``: the last line does not end, as in a file that was cut off.
    """

    name: str
    rows: tuple[Row, ...]
    is_open: bool = False


class OpenedText(NamedTuple):
    """A text in a file, and the name of what it was read from."""

    name: str
    text: str


def open_table(content: bytes, *, name: str, wanted: Sequence[str] = (), unwanted: Sequence[str] = ()) -> Opened:
    """Find the table in a file and read all its rows.

    ``wanted`` are words of which one stands in the name of the right member, where a zip holds several tables, and
    ``unwanted`` words of which none does. Raises ``FileRefused``: an empty or truncated file, one that unpacks to more
    than any official file, a form not known.
    """
    name, content = _unpacked(content, name, wanted, unwanted)
    if content.startswith(_ZIP):
        return Opened(name, tuple(_workbook_rows(content)))
    found = text_of(content)
    return Opened(name, tuple(_csv_rows(found)), is_open=not found.endswith(("\n", "\r")))


def open_text(content: bytes, *, name: str, wanted: Sequence[str] = (), unwanted: Sequence[str] = ()) -> OpenedText:
    """Find the text in a file of fixed columns, zipped or not. Raises ``FileRefused`` as ``open_table`` does."""
    name, content = _unpacked(content, name, wanted, unwanted)
    found = text_of(content)
    if not found.endswith(("\n", "\r")):
        raise FileRefused("file_broken", form="txt")
    return OpenedText(name, found)


def _unpacked(content: bytes, name: str, wanted: Sequence[str], unwanted: Sequence[str]) -> tuple[str, bytes]:
    """Unpack a zip or gzip, one inside the other too; a workbook, which is a zip by itself, stays one."""
    for _ in range(MOST_LAYERS):
        if not content:
            raise FileRefused("file_empty")
        if content.startswith(_OLD_EXCEL):
            raise FileRefused("file_old_excel")
        if content.startswith(_ZIP) and not _is_workbook(content):
            name, content = _from_zip(content, wanted, unwanted)
        elif content.startswith(_GZIP):
            name, content = name.removesuffix(".gz"), _gunzip(content)
        else:
            return name, content
    raise FileRefused("file_too_large", limit=MOST_LAYERS)


def text_of(content: bytes) -> str:
    """Decode a text file: UTF-8 where it is that, else Windows-1252 (every byte of which is a character)."""
    try:
        found = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = content.decode("cp1252", errors="replace")
    if "\x00" in found:
        raise FileRefused("file_not_text")
    return found


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError) as broken:
        raise FileRefused("file_broken", form="zip") from broken


def _from_zip(content: bytes, wanted: Sequence[str], unwanted: Sequence[str]) -> tuple[str, bytes]:
    """Unpack the table of a zip: a CSV rather than a workbook, the one of the wanted name rather than another."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise FileRefused("file_too_large", limit=MOST_MEMBERS)
            texts = _likeliest(members, wanted, unwanted)
            if not texts:
                raise FileRefused("file_without_table", names=", ".join(item.filename for item in members[:10]))
            if len(texts) > 1:
                raise FileRefused("file_several_tables", names=", ".join(item.filename for item in texts[:10]))
            with archive.open(texts[0]) as member:
                return texts[0].filename, _bounded(member.read(MOST_UNPACKED_BYTES + 1))
    except _BROKEN_ZIP as broken:
        raise FileRefused("file_broken", form="zip") from broken


def _likeliest(members: list[zipfile.ZipInfo], wanted: Sequence[str], unwanted: Sequence[str]) -> list[zipfile.ZipInfo]:
    """Choose members by their names: of the wanted name, and CSV rather than plain text rather than a workbook."""

    def named(words: Sequence[str], item: zipfile.ZipInfo) -> bool:
        return any(word in item.filename.lower() for word in words)

    tables = [item for item in members if item.filename.lower().endswith(_TABLES)]
    left = [item for item in tables if not named(unwanted, item)]
    of_a_form = ([item for item in left if item.filename.lower().endswith(ending)] for ending in _TABLES)
    found = next((items for items in of_a_form if items), [])
    return [item for item in found if named(wanted, item)] or found


def _gunzip(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            return _bounded(stream.read(MOST_UNPACKED_BYTES + 1))
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as broken:
        raise FileRefused("file_broken", form="gzip") from broken


def _bounded(unpacked: bytes) -> bytes:
    if len(unpacked) > MOST_UNPACKED_BYTES:
        raise FileRefused("file_too_large", limit=MOST_UNPACKED_BYTES)
    return unpacked


def _csv_rows(found: str) -> Iterator[Row]:
    """Read comma-separated rows; quoted cells may hold line ends. A quote that never closes is a truncated file."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(found, newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise FileRefused("file_too_large", limit=MOST_ROWS)
            yield Row(reader.line_num, tuple(cells))
    except csv.Error as broken:
        raise FileRefused("file_broken", form="csv", line=reader.line_num) from broken


def _workbook_rows(content: bytes) -> Iterator[Row]:
    """Read the first sheet of a workbook, every cell as the text it shows."""
    _check_unpacked(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, cells in enumerate(islice(sheet.iter_rows(values_only=True), MOST_ROWS), start=1):
            yield Row(number, tuple(_shown(cell) for cell in cells))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, TypeError, OSError) as broken:
        raise FileRefused("file_broken", form="xlsx") from broken


def _check_unpacked(content: bytes) -> None:
    """Refuse a workbook that says it unpacks to more than any official file; its parts are read by the library."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise FileRefused("file_too_large", limit=MOST_UNPACKED_BYTES)


def _shown(cell: object) -> str:
    """Write a cell as text. Excel keeps numbers in binary: their shortest decimal form is the figure that was typed."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
