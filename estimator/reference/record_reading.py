"""Strict reading of one record's value."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from estimator.errors import BadFact
from estimator.model.codes import Route
from estimator.reference.facts import Fact


class Reader:
    """Reads one record's value, and names the record when something is missing or of the wrong form."""

    def __init__(self, fact: Fact) -> None:
        if not isinstance(fact.value, Mapping):
            raise BadFact(file=fact.kind, row=fact.id, reason="the value must be a map")
        self.fact = fact
        self.value = fact.value

    def bad(self, name: str, reason: str) -> BadFact:
        """Make the error that names this record and field."""
        return BadFact(file=self.fact.kind, row=self.fact.id, reason=f"{name} {reason}")

    def text(self, name: str) -> str:
        """Give a text that must be there."""
        found = self.value.get(name)
        if not isinstance(found, str) or not found:
            raise self.bad(name, "must be a text")
        return found

    def text_or_none(self, name: str) -> str | None:
        """Give a text, or ``None``."""
        return None if self.value.get(name) is None else self.text(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts."""
        found = self.value.get(name) or ()
        if not isinstance(found, list | tuple) or not all(isinstance(item, str) for item in found):
            raise self.bad(name, "must be a list of texts")
        return tuple(found)

    def flag(self, name: str) -> bool:
        """Give true or false; absent is false."""
        found = self.value.get(name, False)
        if not isinstance(found, bool):
            raise self.bad(name, "must be true or false")
        return found

    def integer(self, name: str) -> int | None:
        """Give a whole number, or ``None``."""
        found = self.value.get(name)
        if found is None or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        raise self.bad(name, "must be a whole number")

    def integers(self, name: str) -> tuple[int, ...]:
        """Give a list of whole numbers."""
        found = self.value.get(name) or ()
        if not isinstance(found, list | tuple) or not all(isinstance(item, int) for item in found):
            raise self.bad(name, "must be a list of whole numbers")
        return tuple(found)

    def number(self, name: str) -> Decimal | None:
        """Give an exact number, or ``None``."""
        found = self.value.get(name)
        return None if found is None else exact(found, fact=self.fact, name=name)

    def required_number(self, name: str) -> Decimal:
        """Give an exact number that must be there."""
        found = self.number(name)
        if found is None:
            raise self.bad(name, "is missing")
        return found

    def routes(self) -> tuple[Route, ...]:
        """Give the routes."""
        try:
            return tuple(Route(route) for route in self.texts("routes"))
        except ValueError as error:
            raise self.bad("routes", str(error)) from error

    def maps(self, name: str) -> tuple[Mapping[str, object], ...]:
        """Give a list of maps."""
        found = self.value.get(name) or ()
        if not isinstance(found, list | tuple) or not all(isinstance(item, Mapping) for item in found):
            raise self.bad(name, "must be a list of maps")
        return tuple(found)


def exact(found: object, *, fact: Fact, name: str = "value") -> Decimal:
    """Read decimal text (or a whole number) exactly; anything else is a bad fact."""
    if isinstance(found, str | int) and not isinstance(found, bool):
        try:
            number = Decimal(found)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise BadFact(file=fact.kind, row=fact.id, reason=f"{name} {found!r} is not decimal text")
