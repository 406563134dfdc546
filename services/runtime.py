"""What one process holds: settings, database, reference book and wording."""

import gc
import logging
import time
from collections.abc import Mapping
from copy import copy
from datetime import date, datetime
from functools import cached_property
from threading import Event, Lock, Thread

from estimator.errors import BadFact, IgCostError
from estimator.reference.book import ReferenceBook
from estimator.reference.build import build
from services.config import Config
from storage import facts, filling, migrate, packed, seed_files, versions
from storage.database import Database, DatabaseUnusable

_RETRY_SECONDS = 5.0
_LOOK_SECONDS = 1.0

_log = logging.getLogger(__name__)


StorageUnusable = DatabaseUnusable
"""What is to be kept cannot be written, or what is kept not read: a full disk, a lock, no server."""


class FactsOutdated(IgCostError):
    """The facts on file are older than this program: it speaks of things they do not know. `flask seed` mends it."""

    def __init__(self, lacks: tuple[str, ...]) -> None:
        super().__init__(f"the facts on file are older than this program and lack {', '.join(lacks)}; run `flask seed`")
        self.lacks = lacks


class TablesOutdated(IgCostError):
    """The tables are those of an older program: migrations of this one have not run."""

    def __init__(self) -> None:
        super().__init__("the database is that of an older program; run `flask db upgrade`, then `flask seed`")


class Runtime:
    """Everything is opened when it is first asked for, so a runtime may be made before a process forks.

    A web worker calls ``start`` and answers "not ready" until ``ready``; other callers just ask for the ``book``.
    """

    def __init__(self, config: Config, database: Database) -> None:
        self.config = config
        self.database = database
        self._book: ReferenceBook | None = None
        self._building = Lock()
        self._starting = Lock()
        self._starter: Thread | None = None
        self._retry_at = 0.0
        self.has_failed = False
        self.lacks: tuple[str, ...] = ()
        self.has_other_tables = False
        self._refused: str | None = None
        self.seed_is_newer = False
        self._watcher: Thread | None = None
        self._closed = Event()

    @classmethod
    def open(cls, config: Config) -> "Runtime":
        """Make a runtime. Nothing is read yet."""
        return cls(config, Database(config.database_url))

    @property
    def ready(self) -> bool:
        """Say whether the reference book is there."""
        return self._book is not None

    @property
    def book(self) -> ReferenceBook:
        """Give the reference book. The first call fills an empty database, and builds the book once per process."""
        if self._book is None:
            with self._building:
                if self._book is None:
                    self._book = self._build()
        return self._book

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, object]]:
        """Give the wording by language."""
        return seed_files.read_texts(self.config.seed_folder)

    def pinned(self) -> "Runtime":
        """Give this runtime as it is at this moment: its book stays the same however many releases are loaded."""
        _ = self.texts
        return copy(self)

    def at(self, version: str) -> "Runtime":
        """Give this runtime with the facts of an earlier version, as an answer names it. Raises ``NotOnFile``."""
        with self.database.read() as connection:
            loaded = packed.load(connection, version)
        earlier = self.pinned()
        shown = versions.shown(loaded.version)
        earlier._book = build(  # noqa: SLF001 - a copy of our own
            loaded.facts, loaded.sources, loaded.diagnosis_codes, version=shown
        )
        return earlier

    def refresh(self) -> bool:
        """Take up the facts that are on file now, if they are not those of the book; say whether there was news.

        The new book is built beside the old one and put in its place whole.
        """
        with self._building:
            book = self._book
            with self.database.read() as connection:
                state = facts.state(connection)
            self._compare_seed(state)
            if book is None or state is None or versions.shown(state.version) in (book.version, self._refused):
                return False
            try:
                self._book = self._read()
            except FactsOutdated:
                # The book in hand stays; the same facts are not tried again, so this is logged once.
                self._refused = versions.shown(state.version)
                raise
        _leave_out_of_searches()
        _log.info("took up facts %s", self._book.version)
        return True

    def now(self) -> datetime:
        """Give the instant it is, where the organization is."""
        return datetime.now(self.config.time_zone)

    def today(self) -> date:
        """Give the day it is where the organization is."""
        return datetime.now(self.config.time_zone).date()

    def start(self) -> None:
        """Begin to build the book in the background, unless it is there or on its way; returns at once.

        After a failure, which is logged, the first call some seconds later tries again.
        """
        with self._starting:
            on_its_way = self._starter is not None and self._starter.is_alive()
            if self.ready or on_its_way or time.monotonic() < self._retry_at:
                return
            self._starter = Thread(target=self._start, name="igcost-start", daemon=True)
            self._starter.start()

    def watch(self) -> None:
        """Look every second whether another process has loaded a release, until the runtime is closed."""
        with self._starting:
            if self._watcher is None:
                self._watcher = Thread(target=self._watch, name="igcost-watch", daemon=True)
                self._watcher.start()

    def close(self) -> None:
        """Wait for a start on its way, and close the database."""
        self._closed.set()
        for thread in (self._starter, self._watcher):
            if thread is not None:
                thread.join()
        self.database.dispose()

    def _start(self) -> None:
        try:
            version = self.book.version
        except Exception as failure:  # noqa: BLE001 - whatever it is, the worker stays up and says it is not ready
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            self.has_failed = True
            self.lacks = failure.lacks if isinstance(failure, FactsOutdated) else ()
            self.has_other_tables = isinstance(failure, TablesOutdated)
            message = "the facts could not be read; trying again on a later request"
            if isinstance(failure, IgCostError):  # foreseen, and said in one sentence
                _log.error("%s: %s", message, failure)
            else:
                _log.exception(message)
        else:
            self.has_failed, self.lacks, self.has_other_tables = False, (), False
            _leave_out_of_searches()
            _log.info("ready with facts %s", version)
            if self.seed_is_newer:
                _log.warning("the seed files differ from those the database was filled from; run `flask seed`")

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            try:
                if self.ready:
                    self.refresh()
            except Exception:  # noqa: BLE001 - whatever it is, the watch goes on
                # The book in hand stays good; the next look may succeed.
                _log.exception("could not look for new facts")

    def _build(self) -> ReferenceBook:
        with self.database.read() as connection:
            if filling.has_tables(connection) and migrate.is_behind(connection):
                raise TablesOutdated
        filling.fill_if_empty(self.database, self.config.seed_folder)
        return self._read()

    def _compare_seed(self, state: facts.State | None) -> None:
        """Note whether the seed files of this program are those on file; else they wait for `flask seed`."""
        self.seed_is_newer = state is not None and state.seed_digest != self._seed_digest

    @cached_property
    def _seed_digest(self) -> str:
        return seed_files.digest(self.config.seed_folder)

    def _read(self) -> ReferenceBook:
        with self.database.read() as connection:
            loaded = facts.load(connection)
            self._compare_seed(facts.state(connection))
        try:
            book = build(loaded.facts, loaded.sources, loaded.diagnosis_codes, version=versions.shown(loaded.version))
        except BadFact as unusable:
            if not self.seed_is_newer:
                raise
            # This program reads such a record in a form that its own seed files have, and those on file not yet.
            raise FactsOutdated((f"{unusable.row} ({unusable.reason})",)) from unusable
        # A flag that has a sentence can be raised; without its record an answer could not say how grave it is.
        worded = self.texts.get("en", {}).get("flags")
        lacks = tuple(sorted(worded.keys() - book.flags.keys())) if isinstance(worded, Mapping) else ()
        if lacks:
            raise FactsOutdated(lacks)
        return book


def _leave_out_of_searches() -> None:
    """Leave what is held now, above all the book, out of every later search for garbage: it stays with the process.

    What an earlier call left out is searched once more, so that a book that was replaced can go.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
