"""Read a seed folder: facts, sources and the diagnosis codes, with every problem found on the way."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from estimator.errors import BadFact
from estimator.model.periods import Period, quarter_of
from estimator.reference.facts import DiagnosisCode, Fact, Source
from storage import seed_records, seed_tables, strict_yaml
from storage.seed_records import RECORD_FIELDS, Place

NOT_FACTS = ("texts", "demo", "sources")
"""Folders that hold no facts."""

_INDEX = "index.yaml"
_SOURCES = "sources.yaml"
_SOURCES_FOLDER = "sources"
_INDEX_FIELDS = (RECORD_FIELDS - {"key", "value"}) | {"file", "quarter"}


@dataclass(frozen=True, slots=True)
class SeedFiles:
    """Everything a seed folder states. ``places`` tells where the fact of an id stands, ``digest`` names the files."""

    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    diagnosis_codes: tuple[DiagnosisCode, ...]
    places: Mapping[str, Place] = field(default_factory=dict)
    digest: str | None = None


def read(folder: Path) -> SeedFiles:
    """Read a seed folder. Raises ``BadFact`` for the first problem."""
    seed, problems = survey(folder)
    if problems:
        raise problems[0]
    return seed


def survey(folder: Path) -> tuple[SeedFiles, tuple[BadFact, ...]]:
    """Read a seed folder as far as possible and list everything that is wrong with it."""
    reading = _Reading(folder)
    reading.run()
    seed = SeedFiles(
        facts=tuple(fact for fact, _ in reading.facts),
        sources=tuple(reading.sources.values()),
        diagnosis_codes=tuple(reading.diagnosis_codes),
        places={fact.id: place for fact, place in reversed(reading.facts)},
        digest=digest(folder),
    )
    return seed, tuple(reading.problems)


def read_sources(folder: Path) -> Mapping[str, Source]:
    """Read the sources that a seed folder lists. Raises ``BadFact`` for the first problem."""
    reading = _Reading(folder)
    reading.find_sources()
    if reading.problems:
        raise reading.problems[0]
    return reading.sources


def digest(folder: Path) -> str:
    """Give the SHA-256 over the files that state facts: it differs as soon as one of them does."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        if path.suffix in (".yaml", ".csv") and not file.startswith("texts/"):
            whole.update(f"{file}\n{path.stat().st_size}\n".encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()


def read_texts(folder: Path) -> dict[str, dict[str, object]]:
    """Read the wording of a seed folder: per language, ``texts/en.yaml`` and every file in ``texts/en/`` together."""
    texts: dict[str, dict[str, object]] = {}
    for path in sorted((folder / "texts").rglob("*.yaml")):
        file = path.relative_to(folder).as_posix()
        found = strict_yaml.load(path, file=file)
        if not isinstance(found, dict):
            raise BadFact(file=file, row="the whole file", reason="must be a map from codes to texts")
        language = texts.setdefault(path.relative_to(folder / "texts").parts[0].removesuffix(".yaml"), {})
        for section, entries in found.items():
            known = language.setdefault(section, entries)
            if known is entries:
                continue
            twice = (
                sorted(known.keys() & entries.keys())
                if isinstance(known, dict) and isinstance(entries, dict)
                else [section]
            )
            if twice or not isinstance(known, dict) or not isinstance(entries, dict):
                raise BadFact(file=file, row=str(twice[0]), reason="stands in another file of the language already")
            language[section] = known | entries
    return texts


class _Reading:
    """One walk through a seed folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: list[tuple[Fact, Place]] = []
        self.sources: dict[str, Source] = {}
        self.diagnosis_codes: list[DiagnosisCode] = []
        self.problems: list[BadFact] = []
        self.indexes: dict[Path, dict[str, Mapping[str, object]]] = {}

    def find_sources(self) -> None:
        with self.noting():
            self.read_sources()
        for path in sorted((self.folder / _SOURCES_FOLDER).glob("*.yaml")):
            with self.noting():
                self.read_sources_of(path, path.relative_to(self.folder).as_posix())

    def run(self) -> None:
        self.find_sources()
        for path in sorted(self.folder.rglob("*")):
            file = path.relative_to(self.folder).as_posix()
            if file.startswith(tuple(f"{name}/" for name in NOT_FACTS)) or file == _SOURCES or path.name == _INDEX:
                continue
            with self.noting():
                if path.suffix == ".yaml":
                    self.read_yaml(path, file)
                elif path.suffix == ".csv":
                    self.read_csv(path, file)
        self.problems += seed_records.check_together(self.facts, frozenset(self.sources))
        self.check_diagnosis_codes()

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note a problem and go on."""
        try:
            yield
        except BadFact as problem:
            self.problems.append(problem)

    def read_sources(self) -> None:
        path = self.folder / _SOURCES
        if not path.is_file():
            raise BadFact(file=_SOURCES, row="the whole file", reason=f"is missing in {self.folder.name}")
        self.read_sources_of(path, _SOURCES)

    def read_sources_of(self, path: Path, file: str) -> None:
        found = strict_yaml.load(path, file=file)
        if not isinstance(found, dict):
            raise BadFact(file=file, row="the whole file", reason="must be a map from source ids to sources")
        for source_id, entry in found.items():
            with self.noting():
                place = Place(file, source_id)
                if not isinstance(entry, dict):
                    raise place.bad("must be a map")
                if source_id in self.sources:
                    raise place.bad("stands in another file already")
                self.sources[source_id] = seed_records.read_source(entry, source_id=source_id, place=place)

    def read_yaml(self, path: Path, file: str) -> None:
        document = strict_yaml.load(path, file=file)
        whole = Place(file, "the whole file")
        if not isinstance(document, dict) or document.keys() - {"kind", "defaults", "records"}:
            raise whole.bad("must be a map of kind, defaults and records")
        kind, defaults = document.get("kind"), document.get("defaults") or {}
        if not isinstance(kind, str) or not isinstance(defaults, dict):
            raise whole.bad("kind must be a word and defaults a map")
        for entry, place in _records(document, "records", file):
            with self.noting():
                self.facts.append((seed_records.read_fact({**defaults, **entry}, kind=kind, place=place), place))

    def read_csv(self, path: Path, file: str) -> None:
        if fnmatchcase(file, seed_tables.DIAGNOSIS_FILES):
            self.read_diagnosis_codes(path, file)
            return
        layout = seed_tables.layout_of(file)
        shared = self.shared_fields(path, file)
        for cells, place in seed_tables.rows(path, file=file, columns=layout.columns):
            with self.noting():
                found = seed_tables.facts_of(cells, place, layout=layout, shared=shared)
                self.facts += [(fact, place) for fact in found]

    def read_diagnosis_codes(self, path: Path, file: str) -> None:
        shared = self.shared_fields(path, file)
        periods: dict[Period, Period] = {}
        for cells, place in seed_tables.rows(path, file=file, columns=seed_tables.DIAGNOSIS_COLUMNS):
            with self.noting():
                code = seed_tables.diagnosis_code(cells, place, shared=shared, known=periods)
                if code.source_id not in self.sources:
                    raise place.bad(f"the source {code.source_id!r} is not in sources.yaml")
                self.diagnosis_codes.append(code)

    def check_diagnosis_codes(self) -> None:
        latest: dict[str, Period] = {}
        for code in sorted(self.diagnosis_codes, key=lambda item: item.period.first_day):
            former = latest.get(code.code)
            if former is not None and (former.last_day is None or former.last_day >= code.period.first_day):
                place = Place("diagnosis_codes", code.code)
                self.problems.append(place.bad(f"stands twice on {code.period.first_day}"))
            latest[code.code] = code.period

    def shared_fields(self, path: Path, file: str) -> Mapping[str, object]:
        """Give what the index of the file's folder says about all its rows; no index, nothing shared."""
        index = path.parent / _INDEX
        if not index.is_file():
            return {}
        if path.parent not in self.indexes:
            self.indexes[path.parent] = {}
            with self.noting():
                self.indexes[path.parent] = _read_index(index, index.relative_to(self.folder).as_posix())
        try:
            return self.indexes[path.parent][path.name]
        except KeyError:
            raise BadFact(file=file, row="the whole file", reason=f"is not in the folder's {_INDEX}") from None


def _read_index(path: Path, file: str) -> dict[str, Mapping[str, object]]:
    entries: dict[str, Mapping[str, object]] = {}
    for entry, place in _records({"files": strict_yaml.load(path, file=file)}, "files", file):
        name = entry.get("file")
        if not isinstance(name, str) or not (path.parent / name).is_file():
            raise place.bad(f"names a file that is not there: {name!r}")
        if name in entries or entry.keys() - _INDEX_FIELDS:
            raise place.bad("stands twice" if name in entries else f"has unknown fields beside {sorted(_INDEX_FIELDS)}")
        quarter = entry.get("quarter")
        first_day, last_day = seed_records.read_period(entry, place)
        if quarter is not None and (
            str(quarter_of(first_day)) != quarter or last_day != quarter_of(first_day).last_day
        ):
            raise place.bad(f"its days are not those of the quarter {quarter!r}")
        entries[name] = {key: found for key, found in entry.items() if key not in ("file", "quarter")}
    return entries


def _records(document: object, name: str, file: str) -> Iterator[tuple[Mapping[str, object], Place]]:
    """Give each record under ``name`` with the place it stands at."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise BadFact(file=file, row="the whole file", reason=f"must hold a list of {name}")
    for number, entry in enumerate(found, start=1):
        place = Place(file, f"entry {number}")
        if not isinstance(entry, dict):
            raise place.bad("must be a map")
        label = next((entry[key] for key in ("key", "file") if isinstance(entry.get(key), str)), None)
        yield entry, Place(file, place.row if label is None else f"{place.row} ({label})")
