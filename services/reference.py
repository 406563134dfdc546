"""Look after the fact base: fill it, check the files it is filled from, show what it holds."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from estimator.errors import BadFact, IgCostError, NotOnFile
from estimator.reference.build import build
from estimator.reference.facts import Fact
from services.runtime import Runtime, TablesOutdated
from storage import facts, filling, migrate, seed_files, versions
from storage.filling import FillReport
from storage.seed_files import SeedFiles


class NoTables(IgCostError):
    """The database has no tables yet."""

    def __init__(self) -> None:
        super().__init__("the database has no tables yet; run `flask db upgrade` first")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a seed folder holds and everything that is wrong with it."""

    facts: int
    sources: int
    diagnosis_codes: int
    version: str
    problems: tuple[BadFact, ...]


def seed(runtime: Runtime) -> FillReport:
    """Make the seed rows of the database equal to the seed folder.

    Raises ``BadFact`` for a record that cannot be used (and then nothing changes), ``NoTables`` and
    ``TablesOutdated`` before a migration.
    """
    files = seed_files.read(runtime.config.seed_folder)
    with runtime.database.begin() as connection:
        if not filling.has_tables(connection):
            raise NoTables
        if migrate.is_behind(connection):
            raise TablesOutdated
        report = filling.fill(connection, files)
        _prove(connection, files)
    return report


def check(folder: Path) -> CheckReport:
    """Read a seed folder as ``seed`` would, without a database, and list every problem."""
    found, problems = seed_files.survey(folder)
    version = versions.shown(versions.content_version(found.facts, found.sources, found.diagnosis_codes))
    if not problems:
        try:
            build(found.facts, found.sources, found.diagnosis_codes, version=version)
        except BadFact as problem:
            problems = (_placed(problem, found),)
    try:
        seed_files.read_texts(folder)
    except BadFact as problem:
        problems = (*problems, problem)
    return CheckReport(len(found.facts), len(found.sources), len(found.diagnosis_codes), version, problems)


def show(runtime: Runtime, kind: str, key: str | None = None) -> list[Fact]:
    """List the facts of a kind (and key) on file, by key and time. Raises ``NotOnFile`` where there is none."""
    with runtime.database.read() as connection:
        if not filling.has_tables(connection):
            raise NoTables
        found = facts.load_facts(connection, kind=kind, key=key)
    if not found:
        raise NotOnFile("fact", kind if key is None else f"{kind}:{key}")
    return found


def _prove(connection: Connection, files: SeedFiles) -> None:
    """Build a book from what is now on file, so that facts no book can be built from are never committed."""
    loaded = facts.load(connection)
    try:
        build(loaded.facts, loaded.sources, loaded.diagnosis_codes, version=versions.shown(loaded.version))
    except BadFact as problem:
        raise _placed(problem, files) from problem


def _placed(problem: BadFact, files: SeedFiles) -> BadFact:
    """Name the file and the row of a fact that the book names by its id."""
    place = files.places.get(problem.row)
    return problem if place is None else place.bad(problem.reason)
