"""Strict fields: each reads one kind of JSON value, refuses everything else by code, and describes itself as OpenAPI.

``read`` is the only method on the way of a request. It gets a value that is there and not ``null`` (``null`` means
absent and is dealt with by ``schemas.reading``), and gives what the calculation wants or raises ``Refused``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from marshmallow import ValidationError
from marshmallow.fields import Field

from estimator.errors import Problem

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Refused(ValidationError):
    """A value that a field does not take. ``problems`` lie at pointers below the field itself."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None, *, at: str = "") -> None:
        super().__init__(code)
        self.problems: Sequence[Problem] = (Problem(at, code, params or {}),)

    @classmethod
    def because(cls, problems: Sequence[Problem]) -> "Refused":
        """Refuse for reasons already found further down."""
        refused = cls(problems[0].code)
        refused.problems = problems
        return refused


class StrictField(Field[T], Generic[T]):
    """Base of all fields. A field that is not required may be ``null``, which is the same as leaving it out."""

    def __init__(
        self,
        description: str = "",
        *,
        required: bool = False,
        attribute: str | None = None,
        examples: Sequence[object] = (),
    ) -> None:
        metadata = dict(self.openapi())
        if description:
            metadata["description"] = description
        if examples:
            metadata["examples"] = list(examples)
        enum = metadata.get("enum")
        if isinstance(enum, list) and not required:
            metadata["enum"] = [*enum, None]
        super().__init__(required=required, allow_none=not required, attribute=attribute, metadata=metadata)

    def openapi(self) -> dict[str, object]:
        """Describe what the field takes, as a JSON schema."""
        return {}

    def read(self, value: object) -> T:
        """Read a JSON value. Raises ``Refused``."""
        raise NotImplementedError

    def _deserialize(self, value: object, *_args: object, **_kwargs: object) -> T:
        return self.read(value)


class StrictBoolean(StrictField[bool]):
    """``true`` or ``false``; no word and no number stands for either."""

    def openapi(self) -> dict[str, object]:
        """Describe a boolean."""
        return {"type": "boolean"}

    def read(self, value: object) -> bool:
        """Read ``true`` or ``false``."""
        if value is True or value is False:
            return value
        raise Refused("not_a_boolean")


class Choice(StrictField[str]):
    """One word of a closed list. Words outside ``supported`` belong to the contract but are not computed yet."""

    def __init__(
        self,
        choices: Sequence[str],
        description: str = "",
        *,
        supported: Sequence[str] | None = None,
        required: bool = False,
        attribute: str | None = None,
        examples: Sequence[object] = (),
    ) -> None:
        self.choices = tuple(choices)
        self.supported = self.choices if supported is None else tuple(supported)
        super().__init__(description, required=required, attribute=attribute, examples=examples)

    def openapi(self) -> dict[str, object]:
        """List the words."""
        later = [word for word in self.choices if word not in self.supported]
        known: dict[str, object] = {"type": "string", "enum": list(self.choices)}
        return {**known, "x-not-supported-yet": later} if later else known

    def read(self, value: object) -> str:
        """Read a word of the list."""
        if value in self.supported and isinstance(value, str):
            return value
        if isinstance(value, str) and value in self.choices:
            raise Refused("not_supported", {"value": value, "supported": ", ".join(self.supported)})
        raise Refused("not_allowed", {"choices": ", ".join(self.choices)})


class EnumField(StrictField[E], Generic[E]):
    """One member of a ``StrEnum``, written as its value."""

    def __init__(
        self,
        enum: type[E],
        description: str = "",
        *,
        required: bool = False,
        attribute: str | None = None,
        examples: Sequence[object] = (),
    ) -> None:
        self.members = {member.value: member for member in enum}
        super().__init__(description, required=required, attribute=attribute, examples=examples)

    def openapi(self) -> dict[str, object]:
        """List the values."""
        return {"type": "string", "enum": list(self.members)}

    def read(self, value: object) -> E:
        """Read a member by its value."""
        if type(value) is str:
            member = self.members.get(value)
            if member is not None:
                return member
        raise Refused(self.refusal, {"choices": ", ".join(self.members)})

    refusal = "not_allowed"


class UnitField(EnumField[E]):
    """The unit of a quantity; an unknown one has a code of its own."""

    refusal = "unit_unknown"


class NameField(StrictField[str]):
    """A short text: an id, a product's name, the caller's own mark on a line. Returned as it came."""

    longest = 80

    def openapi(self) -> dict[str, object]:
        """Describe a short text."""
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def read(self, value: object) -> str:
        """Read a text without control characters."""
        if type(value) is not str:
            raise Refused("not_a_text")
        if not value or value.isspace():
            raise Refused("required")
        if len(value) > self.longest:
            raise Refused("too_long", {"limit": self.longest})
        if not value.isprintable():
            raise Refused("invalid_character")
        return value


FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2099, 12, 31)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


class IsoDate(StrictField[date]):
    """A day as ``YYYY-MM-DD``; nothing else, since 03/04/2027 means two different days."""

    first_day = FIRST_DAY
    last_day = LAST_DAY

    def openapi(self) -> dict[str, object]:
        """Describe a date."""
        return {"type": "string", "format": "date"}

    def read(self, value: object) -> date:
        """Read a day within bounds."""
        if type(value) is not str or _ISO(value) is None:
            raise Refused("invalid_date")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise Refused("invalid_date") from None
        if self.first_day <= day <= self.last_day:
            return day
        raise Refused("date_out_of_range", {"first": self.first_day.isoformat(), "last": self.last_day.isoformat()})


class KnowledgeDate(IsoDate):
    """A day whose knowledge is asked for: of earlier days no whole state of the facts is on file."""

    def read(self, value: object) -> date:
        """Read a day; one before the first on file says from when on and what to send instead."""
        try:
            return super().read(value)
        except Refused as refused:
            problem = refused.problems[0]
            if problem.code == "date_out_of_range" and str(value) < self.first_day.isoformat():
                raise Refused(problem.code, {**problem.params, "why": "knowledge"}) from None
            raise


class CenturyDate(IsoDate):
    """A day of this century: of what needs no price on file, such as a claim line that brings its own amount."""

    first_day = date(2000, 1, 1)


class PlanYearDate(CenturyDate):
    """The first day of a plan year, which recurs; any of this century's."""
