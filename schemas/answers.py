"""What answers are described with. They are composed as plain documents; these schemas document them and test them."""

from collections.abc import Sequence
from typing import Any

from marshmallow import RAISE, Schema
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String

MONEY = r"^-?[0-9]+\.[0-9]{2}$"
NUMBER = r"^[0-9]+(\.[0-9]+)?$"


class AnswerSchema(Schema):
    """One object of an answer. Strict: a field that is not described fails the test that loads it."""

    class Meta:
        """Unknown fields are an error."""

        unknown = RAISE

    def __deepcopy__(self, memo: dict[int, object]) -> "AnswerSchema":
        return self


def text(
    description: str = "", *, null: bool = False, optional: bool = False, pattern: str = "", enum: Sequence[str] = ()
) -> String:
    """Describe a text."""
    metadata: dict[str, Any] = {}
    if description:
        metadata["description"] = description
    if pattern:
        metadata["pattern"] = pattern
    if enum:
        metadata["enum"] = [*enum, None] if null else list(enum)
    return String(required=not optional, allow_none=null, metadata=metadata)


def money(description: str = "", *, null: bool = False, optional: bool = False) -> String:
    """Describe an amount of dollars with two places."""
    return text(description, null=null, optional=optional, pattern=MONEY)


def number(description: str = "", *, null: bool = False, optional: bool = False) -> String:
    """Describe an exact number, written as text."""
    return text(description, null=null, optional=optional, pattern=NUMBER)


def day(description: str = "", *, null: bool = False, optional: bool = False) -> String:
    """Describe a day."""
    metadata = {"format": "date"} | ({"description": description} if description else {})
    return String(required=not optional, allow_none=null, metadata=metadata)


def whole(description: str = "", *, null: bool = False, optional: bool = False) -> Integer:
    """Describe a whole number."""
    metadata = {"description": description} if description else {}
    return Integer(required=not optional, allow_none=null, strict=True, metadata=metadata)


def flag(description: str = "", *, null: bool = False, optional: bool = False) -> Boolean:
    """Describe a yes or no."""
    metadata = {"description": description} if description else {}
    return Boolean(truthy={True}, falsy={False}, required=not optional, allow_none=null, metadata=metadata)


def texts(description: str = "", *, optional: bool = False) -> List[str]:
    """Describe a list of texts."""
    metadata = {"description": description} if description else {}
    return List(String(), required=not optional, metadata=metadata)


def wholes(description: str = "", *, null: bool = False, optional: bool = False) -> List[int]:
    """Describe a list of whole numbers."""
    metadata = {"description": description} if description else {}
    return List(Integer(strict=True), required=not optional, allow_none=null, metadata=metadata)


def part(schema: AnswerSchema, description: str = "", *, null: bool = False, optional: bool = False) -> Nested:
    """Describe an object."""
    metadata = {"description": description} if description else {}
    return Nested(schema, required=not optional, allow_none=null, metadata=metadata)


def parts(schema: AnswerSchema, description: str = "", *, optional: bool = False) -> List[Any]:
    """Describe a list of objects."""
    metadata = {"description": description} if description else {}
    return List(Nested(schema), required=not optional, metadata=metadata)


def anything(description: str = "", *, null: bool = False, optional: bool = False) -> Raw:
    """Describe a value whose form depends on something else."""
    metadata = {"description": description} if description else {}
    return Raw(required=not optional, allow_none=null, metadata=metadata)


def mapping(description: str = "", *, null: bool = False, optional: bool = False) -> Dict:
    """Describe an object of codes and their parameters."""
    metadata = {"description": description} if description else {}
    return Dict(keys=String(), required=not optional, allow_none=null, metadata=metadata)


class RangeSchema(AnswerSchema):
    """A figure that may rest on something supposed; equal values where nothing is."""

    low = money(null=True)
    expected = money("null where no single value can be expected.", null=True)
    high = money(null=True)


class VersionedSchema(AnswerSchema):
    """What every answer carries."""

    engine_version = text()
    reference_version = text()
    overlay_version = text("Set where an organization's own facts were used.", null=True, optional=True)


class BoundsSchema(AnswerSchema):
    """The least and the most that a part of the window may cost."""

    low = money(null=True)
    high = money(null=True)


class LimitDaysSchema(AnswerSchema):
    """The earliest and the latest day a yearly limit is reached, over every run that was made."""

    first = day()
    last = day("Null where a run does not reach the limit.", null=True)


RANGE = RangeSchema()
LIMIT_DAYS = LimitDaysSchema()
LIMIT_DAYS_MEANING = "Between which days the yearly limit is reached; null where no run reaches it."
BOUNDS = BoundsSchema()
BOUNDS_MEANING = (
    "The least and the most that this part may cost by itself, over every run that was made. The columns of "
    "patient_cost are whole runs, in which a yearly limit may fall earlier or later."
)
