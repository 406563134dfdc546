"""What the price files of hospitals and payers say of the codes we know, in one form for all of them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.model.contracts import RateMethod

MOST_ROWS = 100_000
"""How many rows of our codes a file may have: more cannot be one provider's rates with one payer."""

_NDC = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})").fullmatch
_BILLED = frozenset({"CPT", "HCPCS"})


class Wanted(NamedTuple):
    """The codes we look for: billing codes, and the billing code of each National Drug Code (5-4-2)."""

    codes: frozenset[str]
    ndcs: Mapping[str, str]

    def match(self, code: str, kind: str) -> tuple[str | None, str | None]:
        """Give the billing code and the NDC that a code of a file stands for; neither where it is none of ours."""
        plain = code.strip().upper()
        if kind in _BILLED:
            return (plain, None) if plain in self.codes else (None, None)
        ndc = dashed_ndc(plain) if kind == "NDC" else None
        return (self.ndcs[ndc], ndc) if ndc is not None and ndc in self.ndcs else (None, None)


class Paid(NamedTuple):
    """What was really paid, as hospitals must state it since 2026: median, 10th and 90th percentile, and of how many.

    The number of cases may be a phrase, such as "1 through 10".
    """

    median: Decimal | None
    low: Decimal | None
    high: Decimal | None
    cases: str | None


class PriceRow(NamedTuple):
    """One price of one of our codes. ``value`` is dollars or percent, by ``method``.

    ``doubt`` says why the row cannot be used as it stands, where its own words already tell. ``unit`` and ``unit_kind``
    are a drug's measure as printed; a payer's file has none. ``places`` are place-of-service codes, empty for any.
    """

    place: str
    code: str
    ndc: str | None
    method: RateMethod
    value: Decimal | None
    doubt: str | None = None
    payer: str | None = None
    plan: str | None = None
    setting: str | None = None
    billing_class: str | None = None
    places: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    unit: Decimal | None = None
    unit_kind: str | None = None
    last_day: date | None = None
    note: str | None = None
    paid: Paid | None = None


class FileHead(NamedTuple):
    """What a price file says of itself."""

    form: str
    version: str | None
    publisher: str | None
    updated_on: date | None


class PriceFile(NamedTuple):
    """A price file that was read to its end. ``items`` counts all its items; ``rows`` are those of our codes.

    ``elsewhere`` counts prices of our codes for other providers, ``inpatient`` those of stays, and ``remote`` provider
    groups that the file only points to.
    """

    head: FileHead
    items: int
    rows: tuple[PriceRow, ...]
    elsewhere: int = 0
    inpatient: int = 0
    remote: int = 0


def dashed_ndc(text: str) -> str | None:
    """Write a National Drug Code as 5-4-2; ``None`` for what is none, or could be several."""
    if len(text) == 11 and text.isascii() and text.isdigit():
        return f"{text[:5]}-{text[5:9]}-{text[9:]}"
    found = _NDC(text)
    if found is None or sum(map(len, found.groups())) not in (10, 11):
        return None
    labeler, product, package = found.groups()
    return f"{labeler:>05}-{product:>04}-{package:>02}"


def day_of(text: str | None) -> date | None:
    """Read a day as ISO 8601 or as month/day/year; ``None`` for anything else."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    parts = None if found is None else [int(part) for part in found.groups()]
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if american is not None:
        month, day, year = (int(part) for part in american.groups())
        parts = [year, month, day]
    try:
        return None if parts is None else date(*parts)
    except ValueError:
        return None
