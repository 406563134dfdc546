"""Milligrams → packages to open, discarded drug, billing units.

The choice is exact: for the sizes of a product a table over every sum of packages is worked out once by dynamic
programming, so no target ever gets a worse choice than exists. Greedy choices are wrong for many products.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from estimator.errors import InvalidRequest, Problem
from estimator.model.claims import Fill, OpenedVial
from estimator.model.codes import VialPolicy
from estimator.model.money import Cents
from estimator.model.order import GivenVial
from estimator.model.quantities import BillingUnits, Milligrams, ceil_div, grams_text

TABLE_STEP_MG = 100_000
"""Tables are made for targets up to a multiple of this, so that near doses share one."""

MOST_STEPS = 150_000
"""A table may have this many steps: 15 kg in steps of 100 mg, far beyond any dose, and a fifth of a second."""


class Size(NamedTuple):
    """One package size that can be opened. ``price`` is its acquisition cost, when the caller gave it."""

    mg: Milligrams
    ndc: str | None
    price: Cents | None = None


class Table(NamedTuple):
    """For each sum of packages in steps of ``step_mg``: how it is best made, and the best sum at or above it.

    ``latest[n]`` is the size added last to make the sum ``n`` (0: the sum cannot be made); ``best[n]`` the sum to open
    for a target of ``n``.
    """

    step_mg: int
    latest: tuple[int, ...]
    best: tuple[int, ...]


def choose(
    dose_mg: Milligrams,
    *,
    sizes: Sequence[Size],
    policy: VialPolicy,
    given: Sequence[GivenVial] | None = None,
) -> tuple[OpenedVial, ...]:
    """Choose the packages to open for a dose.

    ``least_waste`` opens the fewest milligrams, then the fewest packages; ``fewest_vials`` the other way round;
    ``lowest_acquisition_cost`` the cheapest, then the least waste, by the prices in ``sizes``; ``given`` takes what the
    caller opens. Raises ``InvalidRequest`` when the given packages do not hold the dose or a size is not marketed, and
    when no package has a price by which to choose, or the dose is beyond all tables.
    """
    if policy is VialPolicy.GIVEN:
        return _given(dose_mg, sizes, given or ())
    table, ndcs = _table_of(tuple(sizes), policy, ceil_div(dose_mg, TABLE_STEP_MG))
    step, latest, best = table
    counts: dict[int, int] = {}
    remaining = best[ceil_div(dose_mg, step)]
    while remaining:
        size = latest[remaining]
        counts[size] = counts.get(size, 0) + 1
        remaining -= size
    opened = [OpenedVial(ndcs[size], Milligrams(size * step), count) for size, count in counts.items()]
    opened.sort(key=_mg, reverse=True)
    return tuple(opened)


@lru_cache(maxsize=256)
def _table_of(sizes: tuple[Size, ...], policy: VialPolicy, hundreds: int) -> tuple[Table, Mapping[int, str | None]]:
    """Give the table for sizes and targets up to so many times 100 g, and the NDC of each size in its steps."""
    by_mg = {size.mg: size for size in sizes}
    prices = tuple((size.mg, int(size.price)) for size in sizes if size.price is not None)
    if policy is VialPolicy.LOWEST_ACQUISITION_COST:
        ordered: tuple[int, ...] = tuple(sorted((mg for mg, _ in prices), reverse=True))
    else:
        ordered, prices = _largest_first(sizes), ()
    if not ordered:
        raise InvalidRequest([Problem("/therapy/package_prices", "required", {"why": "package_prices"})])
    table = _table_for(hundreds * TABLE_STEP_MG, ordered, policy, prices)
    return table, {mg // table.step_mg: by_mg[Milligrams(mg)].ndc for mg in ordered}


def sum_at_least(dose_mg: Milligrams, sizes: Sequence[Size]) -> Milligrams:
    """Give the smallest sum of whole packages that holds a dose."""
    table = _table_for(dose_mg, _largest_first(sizes), VialPolicy.LEAST_WASTE, ())
    return Milligrams(table.best[ceil_div(dose_mg, table.step_mg)] * table.step_mg)


def sum_at_most(dose_mg: Milligrams, sizes: Sequence[Size]) -> Milligrams:
    """Give the largest sum of whole packages that is no more than a dose; zero where the smallest is more."""
    table = _table_for(dose_mg, _largest_first(sizes), VialPolicy.LEAST_WASTE, ())
    steps = dose_mg // table.step_mg
    while steps and not table.latest[steps]:
        steps -= 1
    return Milligrams(steps * table.step_mg)


def _largest_first(sizes: Sequence[Size]) -> tuple[int, ...]:
    return tuple(sorted({size.mg for size in sizes}, reverse=True))


def _table_for(
    dose_mg: int, sizes_mg: tuple[int, ...], policy: VialPolicy, prices: tuple[tuple[int, int], ...]
) -> Table:
    """Give the table that reaches beyond a dose. Raises ``InvalidRequest`` for a dose beyond all tables."""
    limit = ceil_div(dose_mg, TABLE_STEP_MG) * TABLE_STEP_MG
    step = gcd(*sizes_mg)
    if limit + sizes_mg[0] > MOST_STEPS * step:
        high = f"{grams_text(Milligrams(MOST_STEPS * step))} g"
        raise InvalidRequest([Problem("/therapy/dose", "dose_out_of_range", {"why": "bounds", "high": high})])
    return _table(sizes_mg, policy, limit, prices)


def fill(dose_mg: Milligrams, vials: tuple[OpenedVial, ...], *, mg_per_unit: Decimal, single_dose: bool = True) -> Fill:
    """Work out waste and billing units of a dose from the opened packages.

    Administered units round up, discarded units round down; with packages of a whole number of units they together
    never exceed what was opened. Multi-dose packages have no waste.

    What each line reports of the packages is what its units stand for, so that both agree: a unit begun is reported
    whole, and packages of whole units are reported whole where nothing is billed as discarded.
    """
    opened = sum(vial.mg * vial.packages for vial in vials)
    discarded = Milligrams(opened - dose_mg) if single_dose else Milligrams(0)
    administered = (Decimal(dose_mg) / mg_per_unit).to_integral_value(rounding=ROUND_CEILING)
    wasted = (Decimal(discarded) / mg_per_unit).to_integral_value(rounding=ROUND_FLOOR)
    billed = min(int((administered * mg_per_unit).to_integral_value(rounding=ROUND_CEILING)), opened)
    given, leftover = _shared_out(vials, billed, opened - billed if single_dose else 0)
    return Fill(dose_mg, vials, discarded, BillingUnits(int(administered)), BillingUnits(int(wasted)), leftover, given)


def together(fills: Sequence[Fill]) -> Fill:
    """Put the packages, milligrams and units of several infusions together, for one claim of all of them."""
    return Fill(
        dose_mg=Milligrams(sum(fill.dose_mg for fill in fills)),
        vials=_added([fill.vials for fill in fills]),
        discarded_mg=Milligrams(sum(fill.discarded_mg for fill in fills)),
        administered_units=BillingUnits(sum(fill.administered_units for fill in fills)),
        discarded_units=BillingUnits(sum(fill.discarded_units for fill in fills)),
        leftover=_added([fill.leftover for fill in fills]),
        given=_added([fill.given for fill in fills]),
    )


def _added(lists: Sequence[tuple[OpenedVial, ...]]) -> tuple[OpenedVial, ...]:
    """Add packages of the same NDC and size up, largest first."""
    found: dict[tuple[int, str | None], OpenedVial] = {}
    for vial in (vial for each in lists for vial in each):
        key = (-vial.mg, vial.ndc)
        known = found.get(key)
        drawn = vial.drawn_mg if known is None or vial.drawn_mg is None else vial.drawn_mg + (known.drawn_mg or 0)
        found[key] = vial._replace(
            packages=vial.packages + (0 if known is None else known.packages),
            drawn_mg=None if drawn is None else Milligrams(drawn),
            is_shared=vial.is_shared or (known is not None and known.is_shared),
        )
    return tuple(found[key] for key in sorted(found, key=lambda item: (item[0], item[1] or "")))


def _shared_out(
    vials: tuple[OpenedVial, ...], dose_mg: int, discarded: int
) -> tuple[tuple[OpenedVial, ...], tuple[OpenedVial, ...]]:
    """Say from which packages the dose was drawn, and in which the discarded part is left, each with its milligrams.

    The discarded part lies in the smallest package that can hold it alone, else in the largest wholly first. A package
    that is discarded whole is no part of what was given; the one that is given in part stands on both sides.
    """
    left = int(discarded)
    closed = {vial: vial.packages for vial in vials}
    left_in: dict[OpenedVial, int] = {}
    touched: dict[OpenedVial, int] = {}
    whole: dict[OpenedVial, int] = {}
    while left > 0:
        at_hand = [vial for vial, count in closed.items() if count]
        holding = [vial for vial in at_hand if vial.mg >= left]
        chosen = min(holding, key=_mg) if holding else max(at_hand, key=_mg)
        part = min(left, int(chosen.mg))
        closed[chosen] -= 1
        touched[chosen] = touched.get(chosen, 0) + 1
        left_in[chosen] = left_in.get(chosen, 0) + part
        whole[chosen] = whole.get(chosen, 0) + (part == chosen.mg)
        left -= part
    held = sum(vial.mg * vial.packages for vial in vials) - int(discarded)
    given = []
    for vial in vials:
        count = vial.packages - whole.get(vial, 0)
        drawn = vial.mg * vial.packages - left_in.get(vial, 0)
        if count:
            # Of packages for several doses only the dose is drawn: what stays in them is kept.
            over = max(held - dose_mg, 0)
            taken = min(over, drawn)
            held -= taken
            given.append(vial._replace(packages=count, drawn_mg=Milligrams(drawn - taken)))
    leftover = tuple(
        vial._replace(packages=touched[vial], drawn_mg=Milligrams(left_in[vial]), is_shared=touched[vial] > whole[vial])
        for vial in touched
    )
    return tuple(given), leftover


def _mg(vial: OpenedVial) -> int:
    return vial.mg


def _given(dose_mg: Milligrams, sizes: Sequence[Size], given: Sequence[GivenVial]) -> tuple[OpenedVial, ...]:
    ndcs = {size.mg: size.ndc for size in sizes}
    problems = [
        Problem(f"/therapy/vials/{index}/grams", "size_not_marketed", {"mg": vial.mg})
        for index, vial in enumerate(given)
        if vial.mg not in ndcs
    ]
    held = sum(vial.mg * vial.count for vial in given)
    if held < dose_mg:
        problems.append(Problem("/therapy/vials", "vials_below_dose", {"held_mg": held, "dose_mg": dose_mg}))
    if problems:
        raise InvalidRequest(problems)
    counts: dict[Milligrams, int] = {}
    for vial in given:
        counts[vial.mg] = counts.get(vial.mg, 0) + vial.count
    return tuple(OpenedVial(ndcs[mg], mg, counts[mg]) for mg in sorted(counts, reverse=True))


def fresh_table(limit_mg: Milligrams, sizes: Sequence[Size]) -> Table:
    """Work out the table of the least waste up to a target anew, without remembering it: for measurements."""
    return _table.__wrapped__(_largest_first(sizes), VialPolicy.LEAST_WASTE, int(limit_mg), ())


@lru_cache(maxsize=128)
def _table(sizes_mg: tuple[int, ...], policy: VialPolicy, limit_mg: int, prices: tuple[tuple[int, int], ...]) -> Table:
    """Work out the table for sizes (largest first) and targets up to ``limit_mg``."""
    step = gcd(*sizes_mg)
    sizes = [mg // step for mg in sizes_mg]
    top = ceil_div(limit_mg, step) + sizes[0]
    cost_of = {mg // step: price for mg, price in prices}
    weights = [cost_of.get(size, 1) for size in sizes]
    unreachable = 1 << 62
    cost = [0] + [unreachable] * top
    latest = [0] * (top + 1)
    for total in range(1, top + 1):
        lowest, chosen = unreachable, 0
        for size, weight in zip(sizes, weights, strict=True):
            if size <= total and cost[total - size] + weight < lowest:
                lowest, chosen = cost[total - size] + weight, size
        cost[total], latest[total] = lowest, chosen
    return Table(step, tuple(latest), tuple(_best_sums(cost, policy, unreachable)))


def _best_sums(cost: Sequence[int], policy: VialPolicy, unreachable: int) -> list[int]:
    """For each target give the best sum at or above it, walking down from the largest sum."""
    best = [0] * len(cost)
    chosen = -1
    for total in range(len(cost) - 1, -1, -1):
        if cost[total] < unreachable and (
            chosen < 0 or policy is VialPolicy.LEAST_WASTE or cost[total] <= cost[chosen]
        ):
            chosen = total
        best[total] = max(chosen, 0)
    return best


def sizes_of(
    packages: Sequence[tuple[str | None, Milligrams]],
    *,
    stock_mg: Sequence[Milligrams] | None,
    prices: Mapping[str, Cents] | None,
) -> tuple[Size, ...]:
    """Put package sizes, the sizes at hand and their prices together; sizes not at hand are left out.

    Raises ``InvalidRequest`` when no size at hand is on the market.
    """
    sizes = tuple(
        Size(mg, ndc, prices.get(ndc) if prices is not None and ndc is not None else None)
        for ndc, mg in packages
        if stock_mg is None or mg in stock_mg
    )
    if not sizes and stock_mg:
        raise InvalidRequest([Problem("/therapy/stock_grams", "size_not_marketed", {"mg": stock_mg[0]})])
    return sizes
