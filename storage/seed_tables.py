"""The CSV files of the seed data: which columns each has, and which facts a row states."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.model.periods import Period
from estimator.reference.facts import DiagnosisCode, Fact
from storage.seed_records import RECORD_FIELDS, Place, read_fact, read_period

Cells = Mapping[str, str]
"""One row by column; an empty cell is an empty text."""


class Statement(NamedTuple):
    """One fact that a row states, before the fields that all kinds share."""

    kind: str
    value: object
    unit: str | None = None
    more: Mapping[str, object] = {}


class Layout(NamedTuple):
    """One kind of CSV file: its own columns, the key's first, and how a row is read."""

    files: str
    columns: tuple[str, ...]
    read: Callable[[Cells, Place], Iterator[Statement]]


DIAGNOSIS_FILES = "diagnosis_codes/*.csv"
DIAGNOSIS_COLUMNS = ("code", "billable", "title")

_SHARED = RECORD_FIELDS - {"key", "value"}
_DAYS = frozenset({"effective_from", "effective_to", "recheck_after", "published_on"})
_ICD10 = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _packages(cells: Cells, place: Place) -> Iterator[Statement]:
    value = {
        "product": cells["product"] or None,
        "labeler": cells["labeler"] or None,
        "container": cells["container"] or None,
        "mg": _count(cells, "mg", place),
        "ml": cells["ml"] or None,
        "hcpcs": cells["hcpcs"] or None,
        "billing_units": _count(cells, "billing_units", place),
        "offered": _truth(cells, "offered", place),
    }
    yield Statement("package", value)


def _payment_limits(cells: Cells, _place: Place) -> Iterator[Statement]:
    if cells["payment_limit"]:
        yield Statement("payment_limit", cells["payment_limit"], "usd_per_unit", {"note": cells["notes"] or None})
    if cells["coinsurance_percent"]:
        yield Statement("part_b_coinsurance", cells["coinsurance_percent"], "percent")


def _physician_rvus(cells: Cells, _place: Place) -> Iterator[Statement]:
    yield Statement("physician_rvu", cells["total_nonfacility_rvu"], "relative_value_units")


def _opps_rates(cells: Cells, _place: Place) -> Iterator[Statement]:
    group = {"locator": f"{cells['locator']}; APC {cells['apc']}"} if cells["apc"] and cells.get("locator") else {}
    yield Statement("opps_rate", cells["payment_rate"], "usd", group)


def _opps_status(cells: Cells, _place: Place) -> Iterator[Statement]:
    yield Statement("opps_status", cells["status_indicator"])


def _mue(cells: Cells, place: Place) -> Iterator[Statement]:
    for setting in ("practitioner", "outpatient_hospital", "dme_supplier"):
        units = _count(cells, setting, place)
        if units is not None:
            yield Statement("mue", str(units), "units_per_day", {"key": f"{cells['code']}:{setting}"})


LAYOUTS = (
    Layout(
        "packages.csv",
        ("ndc", "product", "labeler", "container", "mg", "ml", "hcpcs", "billing_units", "offered"),
        _packages,
    ),
    Layout("payment_limits/*.csv", ("hcpcs", "payment_limit", "coinsurance_percent", "notes"), _payment_limits),
    Layout("service_rates/physician_rvus.csv", ("code", "total_nonfacility_rvu"), _physician_rvus),
    Layout("service_rates/opps_rates.csv", ("code", "payment_rate", "apc"), _opps_rates),
    Layout("service_rates/opps_status.csv", ("code", "status_indicator"), _opps_status),
    Layout("mue.csv", ("code", "practitioner", "outpatient_hospital", "dme_supplier"), _mue),
)


def layout_of(file: str) -> Layout:
    """Give the layout of a CSV file by its path in the seed folder."""
    for layout in LAYOUTS:
        if fnmatchcase(file, layout.files):
            return layout
    raise BadFact(file=file, row="the whole file", reason="no layout is known for this CSV file")


def rows(path: Path, *, file: str, columns: tuple[str, ...]) -> Iterator[tuple[Cells, Place]]:
    """Read the rows of a CSV file whose header has ``columns`` and perhaps fields that all records share."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = next(reader, [])
            _check_header(header, columns, Place(file, "line 1"))
            for row in reader:
                place = Place(file, f"line {reader.line_num}")
                if len(row) != len(header):
                    raise place.bad(f"has {len(row)} cells, the header has {len(header)}")
                yield dict(zip(header, row, strict=True)), place
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadFact(file=file, row=f"after line {reader.line_num}", reason=f"is not CSV: {error}") from error


def facts_of(cells: Cells, place: Place, *, layout: Layout, shared: Mapping[str, object]) -> list[Fact]:
    """Read the facts that one row states; ``shared`` fills what the row leaves out."""
    record = {**_filled(cells, shared, place), "key": cells[layout.columns[0]]}
    return [
        read_fact(
            {**record, "value": statement.value, "unit": statement.unit, **statement.more},
            kind=statement.kind,
            place=place,
        )
        for statement in layout.read(cells, place)
    ]


def diagnosis_code(
    cells: Cells, place: Place, *, shared: Mapping[str, object], known: dict[Period, Period]
) -> DiagnosisCode:
    """Read one row of the official list. ``known`` lets a hundred thousand rows share a few periods."""
    code, title = cells["code"], cells["title"]
    if _ICD10.fullmatch(code) is None:
        raise place.bad(f"{code!r} is not an ICD-10-CM code with its dot")
    if not title:
        raise place.bad("title is missing")
    record = _filled(cells, shared, place)
    period = read_period(record, place)
    source_id = record.get("source")
    if not isinstance(source_id, str):
        raise place.bad("source is missing")
    return DiagnosisCode(code, _truth(cells, "billable", place), title, known.setdefault(period, period), source_id)


def _filled(cells: Cells, shared: Mapping[str, object], place: Place) -> Mapping[str, object]:
    own = {name: _typed(name, cell, place) for name, cell in cells.items() if cell and name in _SHARED}
    return {**shared, **own} if own else shared


def _check_header(header: list[str], columns: tuple[str, ...], place: Place) -> None:
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns and name not in _SHARED]
    if missing or unknown or len(set(header)) != len(header):
        raise place.bad(
            f"the header needs {', '.join(columns)} and may have record fields; "
            f"missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}; no name may stand twice"
        )


def _typed(name: str, cell: str, place: Place) -> object:
    if name in _DAYS:
        try:
            return date.fromisoformat(cell)
        except ValueError:
            raise place.bad(f"{name} must be a day such as 2026-01-31; found {cell!r}") from None
    return _whole(name, cell, place) if name == "release" else cell


def _whole(name: str, cell: str, place: Place) -> int:
    if not (cell.isascii() and cell.isdigit()):
        raise place.bad(f"{name} must be a whole number; found {cell!r}")
    return int(cell)


def _count(cells: Cells, name: str, place: Place) -> int | None:
    return _whole(name, cells[name], place) if cells[name] else None


def _truth(cells: Cells, name: str, place: Place) -> bool:
    if cells[name] not in _TRUTH:
        raise place.bad(f"{name} must be yes or no; found {cells[name]!r}")
    return _TRUTH[cells[name]]
