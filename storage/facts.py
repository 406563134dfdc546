"""Read the facts in force: all of them for the reference book, or those of one kind."""

import json
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from estimator.errors import NotOnFile
from estimator.model.periods import Period
from estimator.reference.facts import Basis, DiagnosisCode, Fact, Source, Standing
from storage import tables


@dataclass(frozen=True, slots=True)
class LoadedFacts:
    """Everything on file at one moment, and the hash that names it."""

    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    diagnosis_codes: tuple[DiagnosisCode, ...]
    version: str


class State(NamedTuple):
    """What ``reference_state`` says: the hash over the records, how many there are, of which seed files."""

    version: str
    facts: int
    sources: int
    diagnosis_codes: int
    seed_digest: str | None = None


def state(connection: Connection) -> State | None:
    """Tell what is on file; ``None`` before the first filling."""
    table = tables.reference_state
    row = connection.execute(
        select(table.c.version, table.c.facts, table.c.sources, table.c.diagnosis_codes, table.c.seed_digest)
    ).one_or_none()
    return None if row is None else State(*row)


def load(connection: Connection) -> LoadedFacts:
    """Read everything on file. Raises ``NotOnFile`` before the first filling."""
    found = state(connection)
    if found is None:
        raise NotOnFile("state", "reference")
    return LoadedFacts(
        facts=tuple(load_facts(connection)),
        sources=tuple(load_sources(connection)),
        diagnosis_codes=tuple(load_diagnosis_codes(connection)),
        version=found.version,
    )


def load_facts(connection: Connection, *, kind: str | None = None, key: str | None = None) -> list[Fact]:
    """Read the facts, of one kind or of one kind and key where they are given, by kind, key and time."""
    table = tables.facts
    query = select(table).order_by(table.c.kind, table.c.key, table.c.effective_from, table.c.release)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if key is not None:
        query = query.where(table.c.key == key)
    return [_fact(row) for row in connection.execute(query)]


def load_sources(connection: Connection) -> list[Source]:
    """Read the sources by id."""
    columns = (tables.sources.c[field.name] for field in fields(Source))
    return [Source(*row) for row in connection.execute(select(*columns).order_by(tables.sources.c.id))]


def load_diagnosis_codes(connection: Connection) -> list[DiagnosisCode]:
    """Read the diagnosis codes by code and time."""
    table = tables.diagnosis_codes
    query = select(
        table.c.code, table.c.billable, table.c.title, table.c.effective_from, table.c.effective_to, table.c.source_id
    ).order_by(table.c.code, table.c.effective_from)
    periods: dict[tuple[date, date | None], Period] = {}
    codes = []
    for code, billable, title, first_day, last_day, source_id in connection.execute(query):
        period = periods.setdefault((first_day, last_day), Period(first_day, last_day))
        codes.append(DiagnosisCode(code, billable, title, period, source_id))
    return codes


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        kind=row.kind,
        key=row.key,
        value=json.loads(row.value),
        unit=row.unit,
        period=Period(row.effective_from, row.effective_to),
        recheck_after=row.recheck_after,
        published_on=row.published_on,
        source_id=row.source_id,
        locator=row.locator,
        basis=Basis(row.basis),
        release=row.release,
        note=row.note,
        standing=Standing(row.standing),
    )
