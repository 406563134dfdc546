"""A number that changes over time: what is in force on a day, and how far it may move past the newest record.

Past the last day on file the newest figure is carried forward, by name, with a low and a high taken from how that very
figure moved before: the smallest and the largest change over as many steps as the question lies ahead.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact


class Reading(NamedTuple):
    """One figure on one day. ``steps_ahead`` is 0 when it is in force, else how many periods it is carried forward.

    ``bound_fact_ids`` are the earlier records whose change set the low or the high.
    """

    low: Decimal
    expected: Decimal
    high: Decimal
    steps_ahead: int
    fact: Fact
    bound_fact_ids: tuple[str, ...] = ()

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """Name the record itself and those behind its low and high."""
        return tuple(dict.fromkeys((self.fact.id, *self.bound_fact_ids)))

    @property
    def is_carried_forward(self) -> bool:
        """Say whether the day lies past the newest record."""
        return self.steps_ahead > 0


class Spread(NamedTuple):
    """The smallest and the largest ratio of a figure to itself some steps earlier."""

    low: Decimal
    high: Decimal
    low_fact_ids: tuple[str, ...] = ()
    high_fact_ids: tuple[str, ...] = ()


UNMOVED = Spread(Decimal(1), Decimal(1))


def widest(spreads: Iterable[Spread]) -> Spread:
    """Give the smallest and the largest ratio of several spreads, each with the records it was seen in."""
    reach = tuple(spreads)
    low, high = min(reach, key=lambda each: each.low), max(reach, key=lambda each: each.high)
    return Spread(low.low, high.high, low.low_fact_ids, high.high_fact_ids)


class Timeline:
    """All records of one figure in time order, the highest release of each period in force."""

    __slots__ = ("_facts", "_spreads", "_values", "places")

    def __init__(self, facts: Iterable[Fact]) -> None:
        in_force: dict[date, Fact] = {}
        for fact in sorted(facts, key=lambda item: (item.period.first_day, item.release or 0)):
            in_force[fact.period.first_day] = fact
        self._facts = tuple(in_force.values())
        self._values = tuple(exact(fact.value, fact=fact) for fact in self._facts)
        self.places = max((-int(value.as_tuple().exponent) for value in self._values), default=0)
        self._spreads = tuple(self._spread(steps) for steps in range(1, len(self._values)))

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def newest(self) -> Fact:
        """The newest record."""
        return self._facts[-1]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The records in force, in time order."""
        return self._facts

    def in_force(self, day: date) -> Fact | None:
        """Give the record that holds on ``day``, or ``None``."""
        for fact in reversed(self._facts):
            if fact.period.holds(day):
                return fact
        return None

    def spread(self, steps: int) -> Spread | None:
        """Give the range of changes over up to ``steps`` records, or as many as are on file; ``None`` with one record.

        The longer a span, the fewer pairs of records lie so far apart; what moved in a shorter one may move in it too.
        So a range never narrows the further out it lies.
        """
        reach = self._spreads[:steps]
        return widest(reach) if reach else None

    def reading(self, day: date, *, steps: int, wider: Spread | None = None) -> Reading | None:
        """Read the figure for ``day``: in force, or carried forward ``steps`` periods past the newest record.

        ``wider`` stands in where this figure has no history of its own. Days before the first record, and gaps inside
        the history, give ``None``: nothing is known there.
        """
        fact = self.in_force(day)
        if fact is not None:
            value = exact(fact.value, fact=fact)
            return Reading(value, value, value, 0, fact)
        newest = self.newest
        last_day = newest.period.last_day
        if last_day is None or day <= last_day or day < newest.period.first_day:
            return None
        value = self._values[-1]
        spread = self.spread(steps) or wider or UNMOVED
        falls, rises = spread.low < 1, spread.high > 1
        return Reading(
            low=self._round(value * min(spread.low, Decimal(1))),
            expected=value,
            high=self._round(value * max(spread.high, Decimal(1))),
            steps_ahead=steps,
            fact=newest,
            bound_fact_ids=(*(spread.low_fact_ids if falls else ()), *(spread.high_fact_ids if rises else ())),
        )

    def lowest(self) -> Decimal:
        """The smallest figure ever on file."""
        return min(self._values)

    def lowest_fact(self) -> Fact:
        """The first record of the smallest figure ever on file."""
        return self._facts[self._values.index(self.lowest())]

    def _round(self, value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)

    def _spread(self, steps: int) -> Spread:
        records = tuple(zip(self._facts, self._values, strict=True))
        moves = [
            (later / earlier, (before.id, after.id))
            for (before, earlier), (after, later) in zip(records, records[steps:], strict=False)
            if earlier
        ]
        if not moves:
            return UNMOVED
        (low, low_facts), (high, high_facts) = min(moves), max(moves)
        return Spread(low, high, low_facts, high_facts)
