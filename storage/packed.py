"""Whole versions of the fact base, packed, each under the hash of its contents."""

import hashlib
import json
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from estimator.errors import NotOnFile
from estimator.model.periods import Period
from estimator.reference.facts import Basis, DiagnosisCode, Fact, Source, Standing
from storage import tables, versions
from storage.facts import LoadedFacts


class NotedVersion(NamedTuple):
    """A version, and when it came into force for the first time."""

    version: str
    noted_at: datetime


def note(
    connection: Connection,
    version: str,
    facts: Iterable[Fact],
    sources: Iterable[Source],
    codes: Iterable[DiagnosisCode],
) -> None:
    """Keep a version, unless it has been kept already."""
    table = tables.reference_versions
    if connection.scalar(select(table.c.version).where(table.c.version == version)) is not None:
        return
    code_lines = "\n".join(sorted(map(versions.diagnosis_line, codes)))
    digest = hashlib.sha256(code_lines.encode()).hexdigest()
    lists = tables.code_lists
    if connection.scalar(select(lists.c.digest).where(lists.c.digest == digest)) is None:
        connection.execute(lists.insert(), {"digest": digest, "content": _pack(code_lines)})
    connection.execute(
        table.insert(),
        {
            "version": version,
            "noted_at": datetime.now(UTC),
            "facts": _pack("\n".join(sorted(map(versions.fact_line, facts)))),
            "sources": _pack("\n".join(sorted(map(versions.source_line, sources)))),
            "codes_digest": digest,
        },
    )


def load(connection: Connection, version: str) -> LoadedFacts:
    """Unpack a version by its hash, or by the digits that answers show. Raises ``NotOnFile``."""
    table = tables.reference_versions
    row = connection.execute(select(table).where(table.c.version.startswith(version, autoescape=True))).first()
    if row is None or not version:
        raise NotOnFile("version", version)
    lists = tables.code_lists
    codes = connection.scalar(select(lists.c.content).where(lists.c.digest == row.codes_digest))
    return LoadedFacts(
        facts=tuple(_fact(json.loads(line)) for line in _unpack(row.facts)),
        sources=tuple(Source(*json.loads(line)) for line in _unpack(row.sources)),
        diagnosis_codes=tuple(_codes(_unpack(codes or b""))),
        version=row.version,
    )


def list_all(connection: Connection) -> list[NotedVersion]:
    """List every version there has been, the newest first."""
    table = tables.reference_versions
    rows = connection.execute(select(table.c.version, table.c.noted_at).order_by(table.c.noted_at.desc()))
    return [NotedVersion(*row) for row in rows]


def _pack(text: str) -> bytes:
    return zlib.compress(text.encode(), level=6)


def _unpack(content: bytes) -> list[str]:
    return zlib.decompress(content).decode().split("\n") if content else []


def _fact(fields: list[object]) -> Fact:
    kind, key, value, unit, first_day, last_day, recheck, published, source, locator, basis, *rest = fields
    release, note_, *more = rest
    return Fact(
        kind=str(kind),
        key=str(key),
        value=value if isinstance(value, dict) else str(value),
        unit=_text(unit),
        period=Period(date.fromisoformat(str(first_day)), _day(last_day)),
        recheck_after=_day(recheck),
        published_on=_day(published),
        source_id=str(source),
        locator=str(locator),
        basis=Basis(str(basis)),
        release=release if isinstance(release, int) else None,
        note=_text(note_),
        standing=Standing(str(more[0])) if more else Standing.IN_FORCE,
    )


def _codes(lines: list[str]) -> Iterable[DiagnosisCode]:
    periods: dict[tuple[str, str], Period] = {}
    for line in lines:
        code, first_day, last_day, billable, source_id, title = line.split("\t")
        days = (first_day, last_day)
        if days not in periods:
            periods[days] = Period(date.fromisoformat(first_day), None if last_day == "None" else _day(last_day))
        yield DiagnosisCode(code, billable == "1", title, periods[days], source_id)


def _day(found: object) -> date | None:
    return None if found is None else date.fromisoformat(str(found))


def _text(found: object) -> str | None:
    return None if found is None else str(found)
