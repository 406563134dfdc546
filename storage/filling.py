"""Fill the fact tables from the seed files: all of it or nothing, and as often as one likes."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, inspect, select, text

from estimator.reference.facts import DiagnosisCode, Fact, Source
from storage import facts, migrate, packed, seed_files, tables, versions
from storage.database import Database
from storage.differences import Changes, Difference, Record, difference
from storage.locking import only_process
from storage.seed_files import SeedFiles

_SERVER_LOCK = 7_402_117
"""Any number will do: PostgreSQL's name for the lock that fillers of one database take."""


@dataclass(frozen=True, slots=True)
class FillReport:
    """What filling did. ``conflicts`` tells where the operator's rows were left as they are against the seed files."""

    facts: Changes
    sources: Changes
    diagnosis_codes: Changes
    conflicts: tuple[str, ...]
    version: str


def fill(connection: Connection, seed: SeedFiles) -> FillReport:
    """Make the seed rows of the tables equal to the files, inside the transaction open on ``connection``.

    Rows that an operator loaded are never touched; where one stands in the way of a seed row, or still needs a source
    that the files have given up, it stays and is listed as a conflict.
    """
    conflicts: list[str] = []
    sources = _sources(connection, seed.sources, conflicts)
    records = _facts(connection, seed.facts, conflicts)
    codes = _codes(connection, seed.diagnosis_codes, conflicts)
    # Facts and codes point to sources: those come first and go last.
    sources.write(connection)
    for rows in (records, codes):
        rows.remove(connection)
        rows.write(connection)
    sources.remove(connection)
    state = facts.state(connection)
    if state is None or any(rows.changes.any for rows in (sources, records, codes)):
        state = _note_state(connection, seed.digest)
    elif state.seed_digest != seed.digest:
        connection.execute(tables.reference_state.update().values(seed_digest=seed.digest))
    return FillReport(
        facts=records.changes,
        sources=sources.changes,
        diagnosis_codes=codes.changes,
        conflicts=tuple(conflicts),
        version=state.version,
    )


def has_tables(connection: Connection) -> bool:
    """Say whether the migrations that make the fact tables have run."""
    return inspect(connection).has_table(tables.reference_state.name)


def is_filled(connection: Connection) -> bool:
    """Say whether the tables exist and have been filled."""
    return has_tables(connection) and facts.state(connection) is not None


def fill_if_empty(database: Database, seed_folder: Path) -> FillReport | None:
    """Make the tables and fill them where nothing is there yet; ``None`` where they are filled already.

    Any number of processes may call this at once: one does the work, in one transaction, and the others wait for it.
    """
    with database.read() as connection:
        if is_filled(connection):
            return None
    with nullcontext() if database.file is None else only_process(database.file), database.begin() as connection:
        _take_lock(connection)
        if is_filled(connection):
            return None
        migrate.upgrade(connection)
        return fill(connection, seed_files.read(seed_folder))


def _sources(connection: Connection, wanted: Sequence[Source], conflicts: list[str]) -> Difference:
    table = tables.sources
    found = [dict(row) for row in connection.execute(select(table)).mappings()]
    operators = {row["id"]: row for row in found if row["origin"] == tables.OPERATOR}
    records: list[Record] = []
    for source in wanted:
        record = {**asdict(source), "origin": tables.SEED}
        held = operators.get(source.id)
        if held is None:
            records.append(record)
        elif held != {**record, "origin": tables.OPERATOR}:
            conflicts.append(f"source {source.id}: the operator's stays")
    rows = difference(table, records, (row for row in found if row["id"] not in operators))
    of_operator = tables.facts.c.origin == tables.OPERATOR
    needed = set(connection.scalars(select(tables.facts.c.source_id).where(of_operator)))
    codes = tables.diagnosis_codes.c
    loaded = select(codes.code).where(codes.origin == tables.OPERATOR)
    needed |= set(connection.scalars(select(codes.source_id).where(codes.code.in_(loaded)).distinct()))
    conflicts += [
        f"source {row['id']}: something of the operator's needs it, though it left the seed files"
        for row in rows.removed
        if row["id"] in needed
    ]
    return rows._replace(removed=[row for row in rows.removed if row["id"] not in needed])


def _facts(connection: Connection, wanted: Sequence[Fact], conflicts: list[str]) -> Difference:
    table = tables.facts
    found = connection.execute(select(table.c.id, table.c.digest, table.c.origin)).mappings().all()
    operators = {row["id"]: row["digest"] for row in found if row["origin"] == tables.OPERATOR}
    records = []
    for record in map(_fact_record, wanted):
        held = operators.get(record["id"])
        if held is None:
            records.append(record)
        elif held != record["digest"]:
            conflicts.append(f"fact {record['id']}: the operator's stays")
    return difference(table, records, (dict(row) for row in found if row["id"] not in operators), compared=("digest",))


def _fact_record(fact: Fact) -> Record:
    return {
        "id": fact.id,
        "kind": fact.kind,
        "key": fact.key,
        "value": versions.value_text(fact.value),
        "unit": fact.unit,
        "effective_from": fact.period.first_day,
        "effective_to": fact.period.last_day,
        "recheck_after": fact.recheck_after,
        "published_on": fact.published_on,
        "source_id": fact.source_id,
        "locator": fact.locator,
        "basis": fact.basis.value,
        "release": fact.release,
        "note": fact.note,
        "standing": fact.standing.value,
        "origin": tables.SEED,
        "digest": versions.fact_digest(fact),
    }


def _code_record(code: DiagnosisCode) -> Record:
    return {
        "code": code.code,
        "effective_from": code.period.first_day,
        "billable": code.billable,
        "title": code.title,
        "effective_to": code.period.last_day,
        "source_id": code.source_id,
    }


def _codes(connection: Connection, wanted: Sequence[DiagnosisCode], conflicts: list[str]) -> Difference:
    table = tables.diagnosis_codes
    key = (table.c.code, table.c.effective_from)
    of_operator = {tuple(row) for row in connection.execute(select(*key).where(table.c.origin == tables.OPERATOR))}
    found: list[Record] = []
    held: list[Record] = []
    for record in map(_code_record, facts.load_diagnosis_codes(connection)):
        (held if (record["code"], record["effective_from"]) in of_operator else found).append(record)
    records: list[Record] = []
    left: list[Record] = []
    # The codes that an operator's list has ended or changed: from its first day on the seed files say nothing of them.
    loaded = {record["code"] for record in held}
    for record in map(_code_record, wanted):
        (left if record["code"] in loaded else records).append(record)
    other = sum(record not in held for record in left)
    if other:
        conflicts.append(f"diagnosis codes: {other} of the operator's stay")
    return difference(table, records, (record for record in found if record["code"] not in loaded))


def add_facts(
    connection: Connection,
    records: Sequence[Fact],
    sources: Sequence[Source],
    codes: Sequence[DiagnosisCode] = (),
) -> facts.State:
    """Add an operator's facts and codes with their sources, inside the transaction open on ``connection``.

    A fact of the same id and a code of the same first day are replaced, a source of the same id stays; nothing else
    changes. Gives what is then on file.
    """
    _take_lock(connection)
    ids = [source.id for source in sources]
    known = set(connection.scalars(select(tables.sources.c.id).where(tables.sources.c.id.in_(ids))))
    new = [{**asdict(source), "origin": tables.OPERATOR} for source in sources if source.id not in known]
    if new:
        connection.execute(tables.sources.insert(), new)
    rows = [{**_fact_record(fact), "origin": tables.OPERATOR} for fact in records]
    if rows:
        connection.execute(tables.facts.delete().where(tables.facts.c.id.in_([row["id"] for row in rows])))
        connection.execute(tables.facts.insert(), rows)
    if codes:
        table = tables.diagnosis_codes
        same = (table.c.code == bindparam("old_code")) & (table.c.effective_from == bindparam("old_day"))
        days = [{"old_code": code.code, "old_day": code.period.first_day} for code in codes]
        connection.execute(table.delete().where(same), days)
        connection.execute(table.insert(), [{**_code_record(code), "origin": tables.OPERATOR} for code in codes])
    held = facts.state(connection)
    return _note_state(connection, None if held is None else held.seed_digest)


def _take_lock(connection: Connection) -> None:
    """Let one process at a time write the fact base of a server; an embedded one is locked by its transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SERVER_LOCK})


def _note_state(connection: Connection, seed_digest: str | None) -> facts.State:
    """Hash and count what is now on file, and keep that."""
    records = facts.load_facts(connection)
    sources = facts.load_sources(connection)
    codes = facts.load_diagnosis_codes(connection)
    version = versions.content_version(records, sources, codes)
    state = facts.State(version, len(records), len(sources), len(codes), seed_digest)
    connection.execute(tables.reference_state.delete())
    connection.execute(tables.reference_state.insert(), {"id": 1, "seeded_at": datetime.now(UTC), **state._asdict()})
    packed.note(connection, version, records, sources, codes)
    return state
