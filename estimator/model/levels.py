"""The three whole runs of an estimate: what was supposed at its lowest, as expected, and at its highest."""

from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Level(IntEnum):
    """Which of the three runs."""

    LOW = 0
    EXPECTED = 1
    HIGH = 2


class Tri(NamedTuple, Generic[T]):
    """One value for each level. ``expected`` is ``None`` where no single value can be expected."""

    low: T
    expected: T | None
    high: T

    @property
    def is_point(self) -> bool:
        """Say whether nothing is supposed: the three values are one."""
        return self.low == self.expected == self.high


def point(value: T) -> Tri[T]:
    """Make a value that is the same at every level."""
    return Tri(value, value, value)


class Assumption(NamedTuple):
    """Something supposed because it was not said or is not known.

    ``code`` is stable, ``params`` fill its sentence, ``pointer`` names the answer that would replace it (dotted, as in
    ``narrow_with``), ``fact_ids`` the facts it rests on.
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()
    pointer: str | None = None
    fact_ids: tuple[str, ...] = ()
