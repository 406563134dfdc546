"""What is asked about an official file, what it states, and what it would bring."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from estimator.model.periods import Period, Quarter
from estimator.reference.facts import DiagnosisCode, Fact, Source

Document = dict[str, object]
Value = str | Mapping[str, object]


class Asked(NamedTuple):
    """What the operator says about a file: the quarter it is claimed to be of, and when it was published."""

    file_name: str
    quarter: Quarter | None = None
    published_on: date | None = None


class Figure(NamedTuple):
    """One figure a file states: the fact it becomes but for release, source and publication.

    Without a ``period`` it holds for the days of its file. What has no last day is to be looked up again after
    ``recheck_after``.
    """

    kind: str
    key: str
    value: Value
    unit: str | None
    locator: str
    note: str | None = None
    period: Period | None = None
    recheck_after: date | None = None


class FileFacts(NamedTuple):
    """A file that has been read: what it is, the days it is for, and the figures about what is on file here."""

    kind: str
    title: str
    url: str
    table: str
    period: Period
    figures: tuple[Figure, ...]
    rows: int
    kept: int
    warnings: tuple[Document, ...] = ()
    published_on: date | None = None


class Draft(NamedTuple):
    """What a file would bring. ``facts`` and ``codes`` are only those that are not on file as they stand."""

    kind: str
    period: Period
    release: int | None
    file_name: str
    sha256: str
    facts: tuple[Fact, ...]
    source: Source
    report: Document
    codes: tuple[DiagnosisCode, ...] = ()

    @property
    def is_news(self) -> bool:
        """Say whether anything in the file is not on file yet."""
        return bool(self.facts or self.codes)
