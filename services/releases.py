"""Official files, loaded while the product runs: tried first, then taken in whole or not at all."""

from datetime import UTC, datetime

from estimator.errors import IgCostError
from estimator.reference.build import build
from services.drafts.model import Asked, Document, Draft
from services.drafts.registry import DRAFTS
from services.runtime import Runtime
from services.versions import stamped
from storage import facts, filling, releases, versions
from storage.releases import ReleaseRow

KINDS = tuple(DRAFTS)


class FactsMoved(IgCostError):
    """The facts on file changed between reading a file and taking it in: another load came first. Try again."""

    def __init__(self) -> None:
        super().__init__("the facts on file have changed meanwhile; load the file again")


def examine(kind: str, content: bytes, asked: Asked, *, runtime: Runtime) -> Draft:
    """Read a file and say what it would bring. Nothing is written. Raises ``FileRefused``."""
    return DRAFTS[kind](content, asked, book=runtime.book)


def show(draft: Draft, *, runtime: Runtime) -> Document:
    """Write what a file would bring."""
    return stamped(draft.report | {"id": None, "loaded": False}, runtime)


def load(draft: Draft, *, by: str, runtime: Runtime) -> Document:
    """Take a file in, in one transaction, and serve it at once. A file that brings nothing new is only noted.

    Raises ``FactsMoved``; then nothing has changed.
    """
    now = datetime.now(UTC)
    release_id = f"{draft.kind}:{draft.report['quarter']}:{now:%Y%m%dT%H%M%S%f}"
    with runtime.database.begin() as connection:
        state = facts.state(connection)
        if state is None or versions.shown(state.version) != runtime.book.version:
            raise FactsMoved
        version = state.version
        if draft.is_news:
            version = filling.add_facts(connection, draft.facts, [draft.source], draft.codes).version
            loaded = facts.load(connection)
            # Facts that no book can be built from are never committed.
            build(loaded.facts, loaded.sources, loaded.diagnosis_codes, version=versions.shown(version))
        row = ReleaseRow(
            release_id,
            draft.kind,
            draft.period.first_day,
            draft.period.last_day,
            draft.release,
            draft.file_name,
            draft.sha256,
            now,
            by,
            draft.report,
            version,
        )
        releases.add(connection, row)
    runtime.refresh()
    return stamped(draft.report | {"id": release_id, "loaded": True}, runtime) | {
        "reference_version": versions.shown(version)
    }


def list_releases(*, runtime: Runtime) -> Document:
    """List the files that were loaded, the newest first."""
    with runtime.database.read() as connection:
        rows = releases.list_all(connection)
    items = [
        {
            "id": row.id,
            "kind": row.kind,
            "effective_from": row.effective_from.isoformat(),
            "effective_to": None if row.effective_to is None else row.effective_to.isoformat(),
            "release": row.release,
            "file_name": row.file_name,
            "sha256": row.sha256,
            "loaded_at": row.loaded_at.isoformat(timespec="seconds"),
            "loaded_by": row.loaded_by,
            "new_facts": row.report.get("new_facts"),
            "version": versions.shown(row.version),
        }
        for row in rows
    ]
    return stamped({"items": items, "next": None}, runtime)
