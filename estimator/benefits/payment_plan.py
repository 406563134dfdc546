"""The Medicare Prescription Payment Plan: what a member is billed each month (42 CFR 423.137, 42 U.S.C. 1395w-102).

First month: the lower of what was incurred in it and (the year's cap less what was incurred before joining) divided by
the months left, this one included. Each later month: (what was incurred and not yet billed, and what is new) divided by
the months left. The last month takes the rest, so that the year's bills are exactly what was incurred.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from estimator.model.money import ZERO, Cents

DECEMBER = 12


class Bill(NamedTuple):
    """What is billed for one month, ``2026-04``."""

    month: str
    amount: Cents


Bills = tuple[Bill, ...] | None
"""A year's bills or several years'; ``None`` where nobody joined, or a cost is not known."""


def bills(
    costs: Iterable[tuple[date, Cents]],
    *,
    opted_in_on: date,
    cap_of: Callable[[int], Cents | None],
    incurred_before: Callable[[int], Cents] = lambda _year: ZERO,
    renews: Callable[[int], bool] = lambda _year: True,
) -> tuple[Bill, ...]:
    """Bill the drug costs of each calendar year that has any, from the day of joining.

    ``cap_of`` gives the year's cap, ``None`` where there is no payment plan; ``incurred_before`` what had been incurred
    by the balances' own day; ``renews`` whether the choice of an earlier year goes on into a year. What was incurred
    before joining has been paid at the pharmacy and is not billed.
    """
    found: list[Bill] = []
    by_year: dict[int, list[tuple[date, Cents]]] = {}
    for on, cost in costs:
        by_year.setdefault(on.year, []).append((on, cost))
    for year, own in sorted(by_year.items()):
        cap = cap_of(year)
        if cap is None or year < opted_in_on.year or (year > opted_in_on.year and not renews(year)):
            continue
        starts_on = max(opted_in_on, date(year, 1, 1))
        before = incurred_before(year) + sum(cost for on, cost in own if on < starts_on)
        by_month = dict.fromkeys(range(starts_on.month, DECEMBER + 1), 0)
        for on, cost in own:
            if on >= starts_on:
                by_month[on.month] += cost
        found += _year(year, by_month, max(cap - before, 0))
    return tuple(found)


def _year(year: int, by_month: dict[int, int], room: int) -> list[Bill]:
    unbilled = 0
    found = []
    for place, (month, incurred) in enumerate(by_month.items()):
        months_left = DECEMBER - month + 1
        unbilled += incurred
        amount = _rounded(unbilled, months_left)
        if place == 0:
            amount = min(incurred, _rounded(room, months_left))
        if months_left == 1:
            amount = unbilled
        unbilled -= amount
        found.append(Bill(f"{year:04d}-{month:02d}", Cents(amount)))
    return found


def _rounded(amount: int, months: int) -> int:
    """Divide and round half up to the cent."""
    return (2 * amount + months) // (2 * months)
