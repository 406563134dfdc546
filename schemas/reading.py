"""How a request is read: one pass over what was sent, every problem collected, frozen values made at the end.

marshmallow declares the fields and describes them to the OpenAPI document; the pass itself is written out here, because
its general machinery (validator chains, processors, a closure for each field) costs several times what reading costs.
A schema states its fields, may ``check`` fields against each other, and says what it ``make``s of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from marshmallow import RAISE, Schema
from marshmallow.fields import List, Nested

from estimator.errors import InvalidRequest, Problem
from schemas import pointers
from schemas.fields import Refused, StrictField
from schemas.json_reading import MAX_PROBLEMS

T = TypeVar("T")
Values = dict[str, Any]
"""What has been read so far, by the name of the value it fills. The fields have seen to the types."""

Given = Mapping[str, object]
"""What was sent, as it was sent."""


class RequestSchema(Schema, Generic[T]):
    """One object of a request. Instances are made once, when their module is imported."""

    class Meta:
        """Unknown fields are refused by name."""

        unknown = RAISE

    example = "{}"

    def __init__(self) -> None:
        super().__init__()
        self._readers: dict[str, tuple[str, Callable[[object], object]]] = {}
        self._needed: tuple[str, ...] = tuple(name for name, field in self.load_fields.items() if field.required)
        for name, field in self.load_fields.items():
            if not isinstance(field, StrictField | Part | PartList):
                raise TypeError(f"{type(self).__name__}.{name} must be a strict field")
            self._readers[name] = (field.attribute or name, field.read)

    def __deepcopy__(self, memo: dict[int, object]) -> "RequestSchema[T]":
        return self

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - for schemas that need it
        """Find what is wrong between fields. ``values`` lacks the fields that could not be read."""
        return []

    def make(self, values: Values) -> T:
        """Make the value of what was read, once nothing is wrong with it."""
        raise NotImplementedError

    def gather(self, given: object) -> tuple[Values, list[Problem]]:
        """Read all fields of an object, and find everything that is wrong with it."""
        if not isinstance(given, dict):
            return {}, [Problem("", "not_an_object", {"example": self.example})]
        values: Values = {}
        problems: list[Problem] = []
        readers = self._readers
        for key, value in given.items():
            reader = readers.get(key)
            if reader is None:
                problems.append(Problem(pointers.token(key), "unknown_field", {"field": pointers.shown(key)}))
                if len(problems) > MAX_PROBLEMS:
                    return values, problems
            elif value is not None:
                try:
                    found = reader[1](value)
                    if found is not None:
                        values[reader[0]] = found
                except Refused as refused:
                    problems += below(pointers.token(key), refused.problems)
        for key in self._needed:
            if given.get(key) is None:
                problems.append(Problem(f"/{key}", "required"))
        problems += self.check(values, given)
        return values, problems

    def read_some(self, given: object, names: Iterable[str]) -> Values:
        """Read some fields of an object by themselves, and leave out what cannot be read."""
        values: Values = {}
        if not isinstance(given, dict):
            return values
        for name in names:
            attribute, read = self._readers[name]
            with suppress(Refused):
                values |= {} if given.get(name) is None else {attribute: read(given[name])}
        return values

    def read(self, given: object) -> T:
        """Read an object inside a request. Raises ``Refused``."""
        values, problems = self.gather(given)
        if problems:
            raise Refused.because(problems)
        return self.make(values)


class WholeRequest(RequestSchema[T], Generic[T]):
    """A whole request body. ``as_of`` is the day whose knowledge is asked for; left out, it is today."""

    def read_request(self, body: object, *, today: date) -> T:
        """Read a body into the value a service takes. Raises ``InvalidRequest`` with every problem found."""
        values, problems = self.gather(body)
        if problems:
            raise InvalidRequest(problems)
        values.setdefault("as_of", today)
        return self.make(values)


class Part(Nested, Generic[T]):
    """An object inside a request, read by its own schema. Words in ``words`` stand for a ready value."""

    def __init__(
        self,
        schema: RequestSchema[T],
        description: str = "",
        *,
        words: Mapping[str, T] | None = None,
        required: bool = False,
        attribute: str | None = None,
    ) -> None:
        self.part = schema
        self.words = words or {}
        metadata: dict[str, object] = {"description": description} if description else {}
        super().__init__(schema, required=required, allow_none=not required, attribute=attribute, metadata=metadata)

    def read(self, value: object) -> T:
        """Read the object. Raises ``Refused``."""
        if isinstance(value, str) and value in self.words:
            return self.words[value]
        return self.part.read(value)


class PartList(List[Any], Generic[T]):
    """A list of objects, or of plain values where ``item`` is a field."""

    def __init__(
        self,
        item: Part[T] | StrictField[T],
        description: str = "",
        *,
        longest: int = 50,
        required: bool = False,
        may_be_empty: bool = False,
        attribute: str | None = None,
        examples: Sequence[object] = (),
    ) -> None:
        self.item = item
        self.longest = longest
        self.may_be_empty = may_be_empty
        metadata: dict[str, object] = {"minItems": 0 if may_be_empty else 1, "maxItems": longest}
        if description:
            metadata["description"] = description
        if examples:
            metadata["examples"] = list(examples)
        super().__init__(item, required=required, allow_none=not required, attribute=attribute, metadata=metadata)

    def read(self, value: object) -> tuple[T, ...]:
        """Read every item; an empty list is as good as none, and refused unless none is a fair answer.

        Raises ``Refused`` with every item's problems.
        """
        if not isinstance(value, list):
            raise Refused("not_a_list")
        if not value and not self.may_be_empty:
            raise Refused("required")
        if len(value) > self.longest:
            raise Refused("too_many", {"limit": self.longest})
        items: list[T] = []
        problems: list[Problem] = []
        for index, each in enumerate(value):
            try:
                if each is None:
                    raise Refused("required")  # noqa: TRY301 - to be collected like any other refusal
                items.append(self.item.read(each))
            except Refused as refused:
                problems += below(f"/{index}", refused.problems)
        if problems:
            raise Refused.because(problems)
        return tuple(items)


class MapOf(StrictField[Mapping[str, T]], Generic[T]):
    """An object whose keys are codes."""

    def __init__(
        self,
        read_key: Callable[[object], str],
        value: StrictField[T],
        description: str = "",
        *,
        longest: int = 50,
        attribute: str | None = None,
        examples: Sequence[object] = (),
    ) -> None:
        self.read_key = read_key
        self.value = value
        self.longest = longest
        super().__init__(description, attribute=attribute, examples=examples)

    def openapi(self) -> dict[str, object]:
        """Describe a map."""
        values = {key: found for key, found in self.value.metadata.items() if key != "examples"}
        return {"type": "object", "additionalProperties": values, "maxProperties": self.longest}

    def read(self, value: object) -> Mapping[str, T]:
        """Read every entry."""
        if not isinstance(value, dict):
            raise Refused("not_an_object", {"example": '{"00000-0000-00": "100.00"}'})
        if len(value) > self.longest:
            raise Refused("too_many", {"limit": self.longest})
        found: dict[str, T] = {}
        problems: list[Problem] = []
        for key, each in value.items():
            try:
                found[self.read_key(key)] = self.value.read(each)
            except Refused as refused:
                problems += below(pointers.token(key), refused.problems)
        if problems:
            raise Refused.because(problems)
        return MappingProxyType(found)


def below(pointer: str, problems: Sequence[Problem]) -> list[Problem]:
    """Move problems under a pointer."""
    return [Problem(pointer + problem.pointer, problem.code, problem.params) for problem in problems]
