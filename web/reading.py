"""From the request on the wire to the value a service takes."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from flask import request
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

from estimator.errors import InvalidRequest, Problem
from estimator.model.order import EstimateRequest
from schemas.json_reading import read_object
from schemas.orders import OrderRequestSchema
from schemas.queries import NO_QUERY, QuerySchema
from schemas.reading import WholeRequest
from services import lookups
from services.keys import KeyRefused
from services.runtime import Runtime
from web import auth, current, language

T = TypeVar("T")
Q = TypeVar("Q")
LookUp = Callable[[Mapping[str, object]], list[Problem]]

MAX_BODY_BYTES = 1024 * 1024
COPIED_AT_ONCE = 256 * 1024
REQUESTS_REMEMBERED = 64
"""How many of the latest bodies a process remembers as read; what is read of them never changes."""
REMEMBERED_BYTES = 16 * 1024
JSON = "application/json"
_ACCEPTABLE = (JSON, "application/problem+json")


def read_request(
    schema: WholeRequest[T], query: QuerySchema[Q], *, runtime: Runtime, look_up: LookUp | None = None
) -> tuple[T, Q]:
    """Read a JSON body and the query string by their schemas.

    Raises ``UnsupportedMediaType``, ``RequestEntityTooLarge``, ``UnreadableBody`` and ``InvalidRequest`` with the
    problems of both, and with those that ``look_up`` finds at other places of the same body.
    """
    check_content_type()
    body = request.get_data(cache=False)
    read = _read if len(body) <= REMEMBERED_BYTES else _read.__wrapped__
    options = _tried(lambda: read_query(query))
    found = _tried(lambda: read(schema, body, runtime.today()))
    if not isinstance(options, InvalidRequest) and not isinstance(found, InvalidRequest):
        return found, options
    problems = [problem for each in (options, found) if isinstance(each, InvalidRequest) for problem in each.problems]
    if look_up is not None:
        with suppress(InvalidRequest):
            given = read_object(body)
            pointers = {problem.pointer for problem in problems}
            problems += [problem for problem in look_up(given) if problem.pointer not in pointers]
    raise InvalidRequest(problems)


def read_order(schema: OrderRequestSchema, query: QuerySchema[Q], *, runtime: Runtime) -> tuple[EstimateRequest, Q]:
    """Read an order (``read_request``). Where it cannot be used, names that are not on file are said at once too."""

    def look_up(given: Mapping[str, object]) -> list[Problem]:
        names = schema.names_in(given, today=runtime.today())
        try:
            organization = auth.organization_for(names.request, runtime=runtime)
        except KeyRefused:
            organization = None
        return lookups.unknown(names, organization=organization, runtime=runtime)

    return read_request(schema, query, runtime=runtime, look_up=look_up)


def _tried(read: Callable[[], T]) -> T | InvalidRequest:
    try:
        return read()
    except InvalidRequest as wrong:
        return wrong


@lru_cache(maxsize=REQUESTS_REMEMBERED)
def _read(schema: WholeRequest[T], body: bytes, today: date) -> T:
    """Read a body; the very same bytes on the same day have been read and checked before."""
    return schema.read_request(read_object(body), today=today)


def check_content_type() -> None:
    """Refuse a body that is not JSON in UTF-8, or that is compressed."""
    sent = request.headers.get("Content-Type", "")
    if sent == JSON:
        pass
    elif request.mimetype != JSON or request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType


def check_accept() -> None:
    """Refuse a caller who takes no JSON."""
    accept = request.headers.get("Accept")
    if not accept or accept in ("*/*", JSON):
        return
    accepted = request.accept_mimetypes
    if not any(accepted[mimetype] > 0 for mimetype in _ACCEPTABLE):
        raise NotAcceptable


def asked_plainly() -> Runtime:
    """Give the runtime to a question without parameters; ``lang`` alone may stand beside it.

    Raises ``Starting`` and ``InvalidRequest``.
    """
    runtime = current.ready_runtime()
    read_query(NO_QUERY)
    return runtime


def read_query(schema: QuerySchema[T]) -> T:
    """Read the query string by its schema: ``lang`` is known everywhere, an empty value is none.

    Raises ``InvalidRequest``; a language that we do not speak is refused, not answered in another.
    """
    sent: dict[str, object] = {}
    unspoken: list[Problem] = []
    if request.query_string:
        for name, values in request.args.lists():
            if name != "lang":
                sent[name] = (values[0] or None) if len(values) == 1 else values
            elif not all(language.is_spoken(value) for value in values if value):
                unspoken.append(Problem("?lang", "not_allowed", {"choices": ", ".join(language.LANGUAGES)}))
    try:
        found = schema.read_query(sent)
    except InvalidRequest as wrong:
        raise InvalidRequest([*unspoken, *wrong.problems]) from None
    if unspoken:
        raise InvalidRequest(unspoken)
    return found


class UnsupportedFile(UnsupportedMediaType):
    """A file was sent as something that no such file is, or packed by the way it was sent."""

    def __init__(self, media_types: Sequence[str]) -> None:
        super().__init__()
        self.media_types = tuple(media_types)


class NoRoomForFile(Exception):
    """There is no room to put a file that was sent."""


def check_file_type(media_types: Sequence[str]) -> None:
    """Refuse a body that is not declared as one of these types. Raises ``UnsupportedFile``."""
    is_packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if request.mimetype not in media_types or is_packed:
        raise UnsupportedFile(media_types)


@contextmanager
def file_sent(media_types: Sequence[str], *, most_bytes: int) -> Iterator[Path]:
    """Give the body as a file of its own for as long as the block lasts; it is never in memory as a whole.

    Raises ``UnsupportedFile``, ``RequestEntityTooLarge`` and ``NoRoomForFile``.
    """
    check_file_type(media_types)
    request.max_content_length = most_bytes
    with TemporaryDirectory(prefix="igcost-") as folder:
        path = Path(folder) / "sent"
        try:
            with path.open("wb") as file:
                shutil.copyfileobj(request.stream, file, COPIED_AT_ONCE)
        except OSError as problem:
            raise NoRoomForFile(problem.strerror) from problem
        yield path
