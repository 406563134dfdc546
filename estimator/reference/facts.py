"""The form every fact has, whatever it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from estimator.model.periods import Period, quarter_of


class Basis(StrEnum):
    """How a fact came to be on file."""

    READ = "read"
    UNVERIFIED = "unverified"


class Standing(StrEnum):
    """Whether a fact is used. Where sources disagree one is in force; the others stay on file beside it."""

    IN_FORCE = "in_force"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that facts were taken from."""

    id: str
    title: str
    publisher: str
    url: str | None
    published_on: str | None
    official: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated, cited statement. ``value`` is a string (numbers as exact decimal text) or a map of JSON values."""

    kind: str
    key: str
    value: str | Mapping[str, object]
    unit: str | None
    period: Period
    recheck_after: date | None
    published_on: date | None
    source_id: str
    locator: str
    basis: Basis
    release: int | None = None
    note: str | None = None
    standing: Standing = Standing.IN_FORCE

    @property
    def id(self) -> str:
        """``kind:key:period`` with ``:rN`` behind it where the source is reissued. Holds colons, no slashes.

        A fact that is not in force has its standing and its source behind it too.
        """
        tail = "" if self.release is None else f":r{self.release}"
        if self.standing is not Standing.IN_FORCE:
            tail += f":{self.standing}:{self.source_id}"
        return f"{self.kind}:{self.key}:{period_tag(self.period)}{tail}"


class DiagnosisCode(NamedTuple):
    """One row of the official ICD-10-CM list. ``code`` has its dot; a code that is not billable is a category."""

    code: str
    billable: bool
    title: str
    period: Period
    source_id: str


def period_tag(period: Period) -> str:
    """Name a period: ``2026`` for a calendar year, ``2026q1`` for a calendar quarter, else its first day."""
    first, last = period
    if last is not None and first.year == last.year:
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return str(first.year)
        quarter = quarter_of(first)
        if first == quarter.first_day and last == quarter.last_day:
            return str(quarter)
    return first.isoformat()
