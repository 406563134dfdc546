"""Low, expected and high as they stand in a document."""

from estimator.model.money import Cents, text

Range = dict[str, str | None]


def of(low: Cents | None, expected: Cents | None, high: Cents | None) -> Range:
    """Write a range. Where lowest and highest agree nothing is left open, and that figure is the expected one."""
    if low is not None and low == high:
        figure = text(low)
        known = figure if expected is None or expected == low else text(expected)
        return {"low": figure, "expected": known, "high": figure}
    return {
        "low": None if low is None else text(low),
        "expected": None if expected is None else text(expected),
        "high": None if high is None else text(high),
    }


def point(amount: Cents | None) -> Range:
    """Write a figure that rests on nothing supposed."""
    return of(amount, amount, amount)
