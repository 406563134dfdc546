"""Read YAML without surprises.

Plain YAML keeps the last of two equal keys, turns ``1.10`` into a binary float, ``0636`` into an octal number, ``1:30``
into ninety and ``no`` into false. Here each of these is a ``BadFact`` that names the line.
"""

import re
from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import ClassVar, NoReturn

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from estimator.errors import BadFact

_AMBIGUOUS = re.compile(
    r"""[-+]?0\d[\d_]*                              # 0636: octal to YAML
    |[-+]?\d[\d_]*_[\d_]*                           # 1_000
    |[-+]?0[xob][0-9a-fA-F_]+                       # 0x1f
    |[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?               # 1:30
    |yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF
    |True|TRUE|False|FALSE|Null|NULL""",
    re.VERBOSE,
)
_FLOAT = re.compile(
    r"""[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?
    |[-+]?\d+[eE][-+]?\d+
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?")


class _RefusedError(Exception):
    def __init__(self, node: Node, reason: str) -> None:
        super().__init__(reason)
        self.line = node.start_mark.line + 1
        self.reason = reason


class _StrictLoader(yaml.CSafeLoader):
    """The fast loader with a short list of plain words: true, false, null, whole numbers and days."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as PyYAML declares it
    yaml_constructors: ClassVar = {
        tag: build
        for tag, build in yaml.CSafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in ("null", "bool", "int", "str", "seq", "map")
    }

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, object]:  # noqa: FBT001, FBT002
        found: dict[Hashable, object] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=deep)
            if not isinstance(key, str):
                reason = f"the key {key!r} is not text; quote it, and write a number with a point, not a comma"
                raise _RefusedError(key_node, reason)
            if key in found:
                raise _RefusedError(key_node, f"the key {key!r} stands twice")
            found[key] = self.construct_object(value_node, deep=deep)
        return found


def _whole(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern.pattern})\Z", pattern.flags)


def _refuse_float(_loader: _StrictLoader, node: ScalarNode) -> NoReturn:
    raise _RefusedError(node, f"{node.value} is a binary float to YAML; quote it")


def _refuse_ambiguous(_loader: _StrictLoader, node: ScalarNode) -> NoReturn:
    raise _RefusedError(node, f"{node.value} is read in two ways; quote it, or write true, false or null")


def _day(_loader: _StrictLoader, node: ScalarNode) -> date:
    try:
        return date.fromisoformat(node.value)
    except ValueError as error:
        raise _RefusedError(node, f"{node.value} is no day of the calendar") from error


def _refuse_moment(_loader: _StrictLoader, node: ScalarNode) -> NoReturn:
    raise _RefusedError(node, f"{node.value} is not written as a day, such as 2026-01-31; quote it if it is text")


# The resolvers of one first character are tried in this order.
for _tag, _pattern, _first in (
    ("!ambiguous", _AMBIGUOUS, "-+0123456789yYnNoOtTfF"),
    ("!float", _FLOAT, "-+.0123456789"),
    ("tag:yaml.org,2002:int", _INTEGER, "-+0123456789"),
    ("!day", _DAY, "0123456789"),
    ("!moment", _MOMENT, "0123456789"),
    ("tag:yaml.org,2002:bool", re.compile("true|false"), "tf"),
    ("tag:yaml.org,2002:null", re.compile("null|~|"), "n~"),
):
    _StrictLoader.add_implicit_resolver(_tag, _whole(_pattern), list(_first))
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"\Z"), [""])
_StrictLoader.add_constructor("!ambiguous", _refuse_ambiguous)
_StrictLoader.add_constructor("!float", _refuse_float)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _refuse_float)
_StrictLoader.add_constructor("!day", _day)
_StrictLoader.add_constructor("!moment", _refuse_moment)


def load(path: Path, *, file: str) -> object:
    """Read one YAML document. Raises ``BadFact`` that names ``file`` and the line."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFact(file=file, row="the whole file", reason="is not UTF-8") from error
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        raise BadFact(file=file, row=f"line {line}", reason="has a tab; use spaces")
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a safe loader, made stricter
    except _RefusedError as error:
        raise BadFact(file=file, row=f"line {error.line}", reason=error.reason) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        row = f"line {mark.line + 1}" if mark is not None else "the whole file"
        raise BadFact(file=file, row=row, reason=f"is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise BadFact(file=file, row="the whole file", reason="is not YAML") from error
