"""A request body read exactly: no binary floats, no duplicate keys, nothing after the end.

What is not JSON as we accept it raises ``UnreadableBody``; a string that could never be written back (half of a
character pair) raises ``InvalidRequest`` with its place. ``OVERSIZED`` stands for a number too long to be meant; every
field refuses it as out of range, without spending time on its digits.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from json.decoder import JSONDecodeError
from typing import Final, NoReturn

from estimator.errors import IgCostError, InvalidRequest, Problem
from schemas import pointers

MAX_DEPTH = 32
"""How deep objects and lists may lie in each other; the contract's deepest request needs nine."""

MAX_DIGITS = 28
"""How many characters a number may have: what decimal arithmetic holds without rounding."""

MAX_ADJUSTED_EXPONENT = 18

MAX_PROBLEMS = 100


class OversizedNumber:
    """A number with more digits than any quantity here can have."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "OVERSIZED"


OVERSIZED: Final = OversizedNumber()


class UnreadableBody(IgCostError):
    """The body is not JSON as this interface accepts it; ``code`` says in what way, each of ``problems`` where.

    Where no place can be told by a pointer, it is the whole body.
    """

    def __init__(
        self, code: str, params: Mapping[str, object] | None = None, *, problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}
        self.problems = tuple(problems) or (Problem("", code, self.params),)


def read_object(body: bytes) -> dict[str, object]:
    """Read a JSON object from a body.

    Raises ``UnreadableBody`` (codes ``empty_body``, ``not_utf8``, ``malformed_json``, ``trailing_content``,
    ``duplicate_key``, ``not_a_json_number``, ``too_deep``, ``not_a_json_object``) and ``InvalidRequest`` with
    ``invalid_character``.
    """
    if not body or body.isspace():
        raise UnreadableBody("empty_body")
    text = ""
    try:
        text = body.decode("utf-8")
        tree = _DECODER.decode(text)
    except _KeyTwice as found:
        raise _twice(text, found.key) from None
    except UnicodeDecodeError:
        raise UnreadableBody("not_utf8") from None
    except JSONDecodeError as error:
        code = "trailing_content" if error.msg == "Extra data" else "malformed_json"
        raise UnreadableBody(code, {"line": error.lineno, "column": error.colno}) from None
    except RecursionError:
        raise UnreadableBody("too_deep", {"limit": MAX_DEPTH}) from None
    if type(tree) is not dict:
        raise UnreadableBody("not_a_json_object")
    if "\\u" in text or text.count("{") + text.count("[") > MAX_DEPTH:
        _inspect(tree)
    return tree


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _KeyTwice(key)
            seen.add(key)
    return found


class _KeyTwice(Exception):
    """An object has a key twice. Where it lies is known to nobody while objects are made from the inside out."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class _Pairs(list[tuple[str, object]]):
    """An object as it stands in the text, with every key as often as it is there."""


def _twice(text: str, key: str) -> UnreadableBody:
    """Find every key that stands twice in its object, with its place; ``key`` is one of them."""
    problems: list[Problem] = []
    try:
        todo: list[tuple[str, object]] = [("", _PAIRS_DECODER.decode(text))]
    except (JSONDecodeError, RecursionError):  # what follows the first such key is broken besides
        todo = []
    while todo:
        pointer, node = todo.pop(0)
        seen: set[str] = set()
        for name, child in node if isinstance(node, _Pairs) else ():
            here = pointer + pointers.token(name)
            if name in seen and len(problems) < MAX_PROBLEMS:
                problems.append(Problem(here, "duplicate_key", {"key": pointers.shown(name)}))
            seen.add(name)
            todo.append((here, child))
        if isinstance(node, list) and not isinstance(node, _Pairs):
            todo += [(f"{pointer}/{index}", child) for index, child in enumerate(node)]
    return UnreadableBody("duplicate_key", {"key": pointers.shown(key)}, problems=problems)


def _whole(digits: str) -> int | OversizedNumber:
    return int(digits) if len(digits) <= MAX_DIGITS else OVERSIZED


def _fraction(digits: str) -> Decimal | OversizedNumber:
    if len(digits) > MAX_DIGITS:
        return OVERSIZED
    exponent = digits.lower().partition("e")[2]
    if exponent and abs(int(exponent)) > MAX_ADJUSTED_EXPONENT:
        return OVERSIZED
    return Decimal(digits)


def _constant(name: str) -> NoReturn:
    raise UnreadableBody("not_a_json_number", {"name": name})


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant, strict=True
)
_PAIRS_DECODER = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_int=_whole, parse_float=_fraction, parse_constant=lambda _: None, strict=True
)


def _inspect(tree: dict[str, object]) -> None:
    """Refuse what only a walk through the whole tree can find."""
    problems: list[Problem] = []
    level: list[tuple[str, object]] = [("", tree)]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise UnreadableBody("too_deep", {"limit": MAX_DEPTH})
        deeper: list[tuple[str, object]] = []
        for pointer, node in level:
            for step, child, suspect in _children(node):
                here = pointer + step
                if not _is_encodable(suspect) and len(problems) < MAX_PROBLEMS:
                    problems.append(Problem(here, "invalid_character"))
                if isinstance(child, dict | list):
                    deeper.append((here, child))
        level = deeper
    if problems:
        raise InvalidRequest(problems)


def _children(node: object) -> Iterator[tuple[str, object, str]]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield pointers.token(key), child, key + child if isinstance(child, str) else key
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield f"/{index}", child, child if isinstance(child, str) else ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
