"""JSON of any size, one event at a time: whole numbers as int, others as Decimal, nothing through a binary float."""

import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

import ijson

from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.streams import ByteStream

Event = tuple[str, Any]
Events = Iterator[Event]

LONGEST_TOKEN = 16 * 1024 * 1024
MOST_EVENTS = 2_000_000
"""How many events one object that is kept may have."""
LONGEST_TEXT = 1_000
"""How many characters of a text are kept: twice what a note may have."""
LONGEST_NUMBER = 500
"""How many bytes a number that is kept may fill: no price comes near."""
MOST_CHARACTERS = 32 * 1024 * 1024
"""How many characters all texts of one object that is kept may have."""
DEEPEST = 64

_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})


def events_of(stream: ByteStream) -> Events:
    """Give the events of a JSON document as they come. Raises ``FileRefused`` where it is no JSON or is cut off."""
    return chain.from_iterable(_batches(stream))


def _batches(stream: ByteStream) -> Iterator[list[Event]]:
    found: list[Event] = ijson.sendable_list()
    parser = ijson.basic_parse_coro(found)
    quiet = 0
    try:
        while chunk := stream.read():
            parser.send(chunk)
            quiet = 0 if found else quiet + len(chunk)
            if quiet > LONGEST_TOKEN:
                raise FileRefused("file_broken", form="JSON")
            yield found
            found.clear()
        parser.close()
    except (ijson.JSONError, ValueError, ArithmeticError, SystemError) as broken:  # SystemError: an endless number
        raise FileRefused("file_broken", form="JSON") from broken
    yield found


def begin_object(events: Events) -> None:
    """Take the start of the document, which is an object. Raises ``FileRefused``."""
    for event, _ in events:
        if event == "start_map":
            return
        break
    raise FileRefused("file_not_price_file")


def skip(events: Events, event: str) -> None:
    """Pass over the value that ``event`` has begun."""
    if event not in _STARTS:
        return
    depth = 1
    for event_, _ in events:
        if event_ in _STARTS:
            depth += 1
            if depth > DEEPEST:
                raise FileRefused("file_broken", form="JSON")
        elif event_ in _ENDS:
            depth -= 1
            if not depth:
                return


def value_of(events: Events, event: str, value: object) -> Any:  # noqa: ANN401 - JSON may be anything
    """Build the value that ``event`` has begun, its texts cut at what may be used of them.

    Raises ``FileRefused`` where it is larger than any such value.
    """
    if event not in _STARTS:
        return _shortened(value)
    builder = ijson.ObjectBuilder()
    builder.event(event, value)
    depth, characters = 1, 0
    for count, (event_, found) in enumerate(events):
        value_ = _shortened(found)
        characters += len(value_) if isinstance(value_, str) else 0
        builder.event(event_, value_)
        if count > MOST_EVENTS:
            raise FileRefused("file_too_large", limit=MOST_EVENTS)
        if characters > MOST_CHARACTERS:
            raise FileRefused("file_too_large", limit=MOST_CHARACTERS)
        if event_ in _STARTS:
            depth += 1
            if depth > DEEPEST:
                raise FileRefused("file_broken", form="JSON")
        elif event_ in _ENDS:
            depth -= 1
            if not depth:
                break
    return builder.value


def _shortened(value: object) -> object:
    """Keep of a long text its beginning, and nothing of a number longer than any that is read."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value.lstrip()[:LONGEST_TEXT]
    is_long = isinstance(value, int | Decimal) and sys.getsizeof(value) > LONGEST_NUMBER
    return None if is_long else value


def exact(value: object) -> Decimal | None:
    """Read a number, also one written as text; ``None`` for anything else, and for what no price or percentage is."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        found = Decimal(value if not isinstance(value, str) else value.strip().removeprefix("$").replace(",", ""))
    except ArithmeticError:
        return None
    if not found.is_finite() or found <= 0 or abs(found.adjusted()) > 12 or len(found.as_tuple().digits) > 28:
        return None
    return found


def text(value: object) -> str | None:
    """Read text, cut at a length that a note may have; ``None`` for blank and for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return " ".join(str(value).split())[:500] or None


def texts(value: object) -> tuple[str, ...]:
    """Read a list of texts."""
    return tuple(found for item in value if (found := text(item))) if isinstance(value, list) else ()
