"""What belongs to the request being answered: the runtime, its id, its language."""

from uuid import uuid4

from flask import current_app, g, request

from services.runtime import Runtime
from web import language

EXTENSION = "igcost"


class Starting(Exception):
    """The facts are not read yet; the caller may come back in a moment.

    ``has_failed``: reading them has failed. ``lacks``: the flags that this program needs and the facts do not have.
    ``has_other_tables``: the database is that of an older program.
    """

    def __init__(
        self, *, has_failed: bool = False, lacks: tuple[str, ...] = (), has_other_tables: bool = False
    ) -> None:
        super().__init__()
        self.has_failed = has_failed
        self.lacks = lacks
        self.has_other_tables = has_other_tables


def runtime() -> Runtime:
    """Give the runtime of this application, ready or not."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def ready_runtime() -> Runtime:
    """Give the runtime once its facts are read, with the facts of one moment for the whole request.

    Raises ``Starting`` before, and sees to it that they will be.
    """
    pinned: Runtime | None = g.get("pinned_runtime")
    if pinned is not None:
        return pinned
    found = runtime()
    if not found.ready:
        found.start()
        raise Starting(has_failed=found.has_failed, lacks=found.lacks, has_other_tables=found.has_other_tables)
    g.pinned_runtime = pinned = found.pinned()
    return pinned


def request_id() -> str:
    """Give the id of this request. It is always ours: an id a caller chose could say something about a patient."""
    found: str | None = g.get("request_id")
    if found is None:
        found = g.request_id = uuid4().hex
    return found


def chosen_language() -> str:
    """Give the language of this answer, ``en`` or ``es``."""
    found: str | None = g.get("language")
    if found is None:
        found = g.language = language.negotiate(request.args.get("lang"), request.headers.get("Accept-Language"))
    return found
