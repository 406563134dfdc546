"""Low, expected and high as they stand in a document."""

from estimator.model.levels import Tri
from estimator.model.money import Cents, text
from estimator.parts import LimitDays

Range = dict[str, str | None]


def of(low: Cents | None, expected: Cents | None, high: Cents | None) -> Range:
    """Write what a part of the window costs in the three runs. An expectation that nobody has stays ``None``."""
    low_text = None if low is None else text(low)
    high_text = low_text if high == low else None if high is None else text(high)
    if expected == low:
        expected_text = low_text
    else:
        expected_text = high_text if expected == high else None if expected is None else text(expected)
    return {"low": low_text, "expected": expected_text, "high": high_text}


def total(low: Cents | None, expected: Cents | None, high: Cents | None) -> Range:
    """Write the lowest and the highest there can be: where they agree nothing is left open, and that is expected."""
    if expected is None and low is not None and low == high:
        expected = low
    return of(low, expected, high)


def above(found: Range, *, is_open: bool) -> Range:
    """Leave a range open above where nothing that was said bounds it, as with a bill out of network.

    What is expected stays what the plan's own terms ask.
    """
    return found | {"high": None} if is_open else found


def bounds(costs: Tri[Cents] | None) -> Range:
    """Write the least and the most that a part of the window may cost by itself, over every run that was made."""
    return {
        "low": None if costs is None else text(costs.low),
        "high": None if costs is None else text(costs.high),
    }


def days(found: LimitDays | None) -> Range | None:
    """Write the earliest and the latest day a yearly limit is reached; ``None`` where no run reaches it."""
    if found is None:
        return None
    return {"first": found.first.isoformat(), "last": None if found.last is None else found.last.isoformat()}


def point(amount: Cents | None) -> Range:
    """Write a figure that rests on nothing supposed."""
    return of(amount, amount, amount)
