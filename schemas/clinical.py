"""Clinical facts as callers write them: shape only. Which facts there are, and in which units, the dictionary knows."""

from contextlib import suppress
from decimal import Decimal

from estimator.errors import Problem
from estimator.model.order import GivenFact
from schemas import pointers
from schemas.amounts import exact
from schemas.fields import Refused, StrictField
from schemas.reading import below

MOST = 250
LONGEST_WORD = 80
_PARTS = {"value", "unit"}


class ClinicalField(StrictField[tuple[tuple[str, GivenFact], ...]]):
    """An object from names of clinical facts to values; ``null`` says that a fact is not known."""

    def openapi(self) -> dict[str, object]:
        """Describe the object."""
        word = {"type": "string", "maxLength": LONGEST_WORD}
        number = {"type": ["number", "string"]}
        return {
            "type": "object",
            "maxProperties": MOST,
            "additionalProperties": {
                "anyOf": [
                    {"type": ["boolean", "number", "null"]},
                    word,
                    {"type": "array", "items": word, "minItems": 1, "maxItems": 50},
                    {
                        "type": "object",
                        "properties": {"value": number, "unit": word},
                        "required": ["value", "unit"],
                        "additionalProperties": False,
                    },
                ]
            },
        }

    def read(self, value: object) -> tuple[tuple[str, GivenFact], ...]:
        """Read every fact that is known."""
        if not isinstance(value, dict):
            raise Refused("not_an_object", {"example": '{"lab.igg.pretreatment": {"value": 320, "unit": "mg/dL"}}'})
        if len(value) > MOST:
            raise Refused("too_many", {"limit": MOST})
        found: dict[str, GivenFact] = {}
        problems: list[Problem] = []
        for name, each in value.items():
            try:
                if each is not None:
                    found[name] = _fact(each)
            except Refused as refused:
                problems += below(pointers.token(name), refused.problems)
        if problems:
            raise Refused.because(problems)
        return tuple(found.items())


def readable_facts(value: object) -> tuple[tuple[str, GivenFact], ...]:
    """Read the facts that can be read, each by itself, whatever is wrong with the others."""
    if not isinstance(value, dict) or len(value) > MOST:
        return ()
    found: dict[str, GivenFact] = {}
    for name, each in value.items():
        with suppress(Refused):
            if each is not None:
                found[name] = _fact(each)
    return tuple(found.items())


def _fact(value: object) -> GivenFact:
    if isinstance(value, dict):
        strange = sorted(value.keys() - _PARTS)
        if strange:
            raise Refused("unknown_field", {"field": strange[0]}, at=pointers.token(strange[0]))
        unit = value.get("unit")
        if unit is not None and (not isinstance(unit, str) or len(unit) > LONGEST_WORD):
            raise Refused("not_a_text", at="/unit")
        return GivenFact(_number(value.get("value")), unit)
    if isinstance(value, bool):
        return GivenFact(value)
    if isinstance(value, str):
        return GivenFact(_word(value))
    if isinstance(value, list):
        return GivenFact(tuple(map(_word, value)))
    return GivenFact(_number(value))


def _number(value: object) -> Decimal:
    return exact(value, oversized="out_of_range", params={"why": "bounds", "low": "0", "high": "1000000000000"})


def _word(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > LONGEST_WORD:
        raise Refused("not_a_text")
    return value
