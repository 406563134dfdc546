"""Fields for numbers: exact, from JSON numbers or plain decimal strings, never through a binary float."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Generic, TypeVar

from estimator.model.money import Cents, MilliPercent
from estimator.model.quantities import MG_PER_GRAM, Milligrams, plain
from schemas.fields import Refused, StrictField
from schemas.json_reading import MAX_DIGITS, OVERSIZED

T = TypeVar("T")

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch
UNSIGNED_PATTERN = r"^[0-9]+(\.[0-9]+)?$"
NONE_PATTERN = r"^(none|[0-9]+(\.[0-9]+)?)$"
MAX_MONEY = Cents(10**12 - 1)
MAX_UNIT_PRICE = Decimal(2000)
MAX_GRAMS = Decimal(1000)
_PRICE_BOUND = {"limit": int(MAX_UNIT_PRICE)}
_PERCENT_BOUNDS = {"low": "0", "high": "100"}
_LIMIT_BOUNDS = {"low": "10", "high": "1000"}
_GRAM_BOUNDS = {"low": "0.001", "high": plain(MAX_GRAMS)}


def exact(value: object, *, oversized: str, params: Mapping[str, object] | None = None) -> Decimal:
    """Read a JSON number or a string of plain ASCII decimal digits.

    ``oversized`` is the code for more digits than any quantity has; ``params`` go with it.
    """
    if isinstance(value, str):
        if _PLAIN(value) is not None:
            if len(value) <= MAX_DIGITS:
                return Decimal(value)
            raise Refused(oversized, params)
    elif isinstance(value, Decimal):
        return value
    elif isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    elif value is OVERSIZED:
        raise Refused(oversized, params)
    raise Refused("not_a_number", {"why": "comma"} if isinstance(value, str) and "," in value else None)


class Bounded(StrictField[T], Generic[T]):
    """Base of number fields: the code of a number out of range, and its bounds, are stated with the field."""

    def __init__(
        self,
        description: str = "",
        *,
        low: Decimal | int = 0,
        high: Decimal | int = 10**12,
        code: str = "out_of_range",
        required: bool = False,
        attribute: str | None = None,
        examples: Sequence[object] = (),
    ) -> None:
        self.low = low
        self.high = high
        self.code = code
        self.bounds = {"why": "bounds", "low": plain(Decimal(low)), "high": plain(Decimal(high))}
        super().__init__(description, required=required, attribute=attribute, examples=examples)

    def number(self, value: object) -> Decimal:
        """Read a number within the bounds."""
        found = exact(value, oversized=self.code, params=self.bounds)
        if self.low <= found <= self.high:
            return found
        raise Refused(self.code, self.bounds)


class DecimalField(Bounded[Decimal]):
    """An exact number."""

    def openapi(self) -> dict[str, object]:
        """Describe a number that may be written as a string."""
        known: dict[str, object] = {"type": ["string", "number"], "pattern": UNSIGNED_PATTERN}
        known["minimum"] = _json(self.low)
        if self.high < 10**12:
            known["maximum"] = _json(self.high)
        return known

    def read(self, value: object) -> Decimal:
        """Read a number within the bounds."""
        return self.number(value)


class PositiveDecimal(DecimalField):
    """An exact number above zero."""

    def openapi(self) -> dict[str, object]:
        """Describe a number above zero."""
        return {"type": ["string", "number"], "pattern": UNSIGNED_PATTERN, "exclusiveMinimum": 0}

    def read(self, value: object) -> Decimal:
        """Read a number above zero."""
        found = self.number(value)
        if not found:
            raise Refused(
                self.code, self.bounds if self.code != "out_of_range" else {**self.bounds, "why": "above_zero"}
            )
        return found


class StrictInteger(Bounded[int]):
    """A whole number; 5.0 is one, 5.9 and ``true`` are not."""

    def openapi(self) -> dict[str, object]:
        """Describe a whole number."""
        return {
            "type": ["integer", "string"],
            "pattern": "^[0-9]+$",
            "minimum": _json(self.low),
            "maximum": _json(self.high),
        }

    def read(self, value: object) -> int:
        """Read a whole number within the bounds."""
        if type(value) is int and self.low <= value <= self.high:
            return value
        found = self._number(value)
        whole = int(found)
        if whole != found:
            raise Refused("not_a_whole_number")
        return whole

    def _number(self, value: object) -> Decimal:
        """Read a number; of what is none, say that a whole one is meant."""
        try:
            return self.number(value)
        except Refused as refused:
            if refused.problems[0].code != "not_a_number":
                raise
            raise Refused("not_a_number", {"why": "whole"}) from None


class MoneyField(StrictField[Cents]):
    """Dollars with up to two places, read into cents. ``none`` is what the word "none" means, where it is taken."""

    def __init__(
        self,
        description: str = "",
        *,
        none: Cents | None = None,
        required: bool = False,
        attribute: str | None = None,
        examples: Sequence[object] = ("1500.00",),
    ) -> None:
        self.none = none
        super().__init__(description, required=required, attribute=attribute, examples=examples)

    def openapi(self) -> dict[str, object]:
        """Describe an amount of money."""
        pattern = r"^[0-9]{1,10}(\.[0-9]{1,2})?$" if self.none is None else r"^(none|[0-9]{1,10}(\.[0-9]{1,2})?)$"
        return {"type": ["string", "number"], "pattern": pattern, "minimum": 0, "maximum": 9_999_999_999.99}

    def read(self, value: object) -> Cents:
        """Read an amount of money."""
        if value == "none" and self.none is not None:
            return self.none
        scaled = exact(value, oversized="money_out_of_range").scaleb(2)
        if scaled < 0:
            raise Refused("money_negative")
        if scaled > MAX_MONEY:
            raise Refused("money_out_of_range")
        cents = int(scaled)
        if cents != scaled:
            raise Refused("too_many_places", {"places": 2})
        return Cents(cents)


class UnitPriceField(StrictField[Decimal]):
    """Dollars for one billing unit, with as many places as the source prints."""

    def openapi(self) -> dict[str, object]:
        """Describe a unit price."""
        return {
            "type": ["string", "number"],
            "pattern": UNSIGNED_PATTERN,
            "minimum": 0,
            "maximum": int(MAX_UNIT_PRICE),
        }

    def read(self, value: object) -> Decimal:
        """Read a unit price."""
        found = exact(value, oversized="price_out_of_range", params=_PRICE_BOUND)
        if found < 0:
            raise Refused("money_negative")
        if found > MAX_UNIT_PRICE:
            raise Refused("price_out_of_range", _PRICE_BOUND)
        return found


class PercentField(StrictField[MilliPercent]):
    """Percent from 0 to 100 with up to three places. A value between 0 and 1 is taken for a fraction and refused.

    The word "none" is zero percent.
    """

    def openapi(self) -> dict[str, object]:
        """Describe a percentage."""
        return {"type": ["string", "number"], "pattern": NONE_PATTERN, "minimum": 0, "maximum": 100}

    def read(self, value: object) -> MilliPercent:
        """Read a percentage."""
        if value == "none":
            return MilliPercent(0)
        found = exact(value, oversized="percent_out_of_range", params=_PERCENT_BOUNDS)
        if not 0 <= found <= 100:
            raise Refused("percent_out_of_range", _PERCENT_BOUNDS)
        if 0 < found < 1:
            raise Refused("percent_looks_like_fraction", {"meant": plain(found * 100)})
        scaled = found.scaleb(3)
        whole = int(scaled)
        if whole != scaled:
            raise Refused("too_many_places", {"places": 3})
        return MilliPercent(whole)


class PercentOfLimit(StrictField[Decimal]):
    """A price in percent of the payment limit, 10 to 1000; a small number is taken for a multiple and refused."""

    def openapi(self) -> dict[str, object]:
        """Describe a percentage of the payment limit."""
        return {"type": ["string", "number"], "pattern": UNSIGNED_PATTERN, "minimum": 10, "maximum": 1000}

    def read(self, value: object) -> Decimal:
        """Read a percentage of the payment limit."""
        found = exact(value, oversized="percent_out_of_range", params=_LIMIT_BOUNDS)
        if 0 < found < 10:
            raise Refused("percent_looks_like_fraction", {"meant": plain(found * 100)})
        if not 10 <= found <= 1000:
            raise Refused("percent_out_of_range", _LIMIT_BOUNDS)
        return found


class GramsField(StrictField[Milligrams]):
    """Grams with up to three places, read into milligrams."""

    def openapi(self) -> dict[str, object]:
        """Describe grams."""
        return {"type": ["string", "number"], "pattern": UNSIGNED_PATTERN, "exclusiveMinimum": 0, "maximum": 1000}

    def read(self, value: object) -> Milligrams:
        """Read grams above zero."""
        found = exact(value, oversized="out_of_range", params=_GRAM_BOUNDS)
        if not 0 < found <= MAX_GRAMS:
            raise Refused("out_of_range", _GRAM_BOUNDS)
        mg = int(found * MG_PER_GRAM)
        if mg != found * MG_PER_GRAM:
            raise Refused("too_many_places", {"places": 3})
        return Milligrams(mg)


def _json(bound: Decimal | int) -> int | float:
    return int(bound) if bound == int(bound) else float(bound)
