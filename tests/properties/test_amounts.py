"""Milligrams are never lost on their way to days, packages and units."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import gcd

from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import dosing, vials
from estimator.dosing.course import exact_mg
from estimator.model.codes import Phase, VialPolicy
from estimator.model.levels import point
from estimator.model.order import Dose, Interval, IntervalUnit
from estimator.model.periods import Period, window_end
from estimator.model.quantities import DoseUnit, whole_milligrams
from estimator.vials import Size

MANY = settings(max_examples=300, derandomize=True)
POLICIES = st.sampled_from([VialPolicy.LEAST_WASTE, VialPolicy.FEWEST_VIALS])
UNITS = (100, 500)


@MANY
@given(
    doses=st.lists(st.integers(5_000, 300_000), min_size=1, max_size=5),
    gaps=st.lists(st.integers(2, 60), min_size=5, max_size=5),
    counts=st.lists(st.integers(1, 6), min_size=5, max_size=5),
)
def test_phases_give_each_course_once_and_nothing_in_between(doses, gaps, counts):
    start = date(2027, 1, 1)
    phases = tuple(
        dosing.Segment(Phase.MAINTENANCE, point(dosing.Course((mg,))), Interval(gap), count)
        for mg, gap, count in zip(doses, gaps, counts, strict=False)
    )
    regimen = dosing.Regimen(
        course=phases[0].course,
        interval=phases[0].interval,
        courses=None,
        loading=None,
        loading_then_after_days=None,
        mg_per_kg=None,
        label_range=None,
        assumptions=(),
        fact_ids=(),
        phases=phases,
    )

    found = dosing.schedule(regimen, start_on=start, window=Period(start, date(2035, 1, 1))).infusions.high

    assert [item.dose_mg for item in found] == [
        mg for mg, count in zip(doses, counts, strict=False) for _ in range(count)
    ]
    apart = [gap for gap, count in zip(gaps, counts[: len(doses)], strict=False) for _ in range(count)]
    assert [(b.service_on - a.service_on).days for a, b in pairwise(found)] == apart[:-1]


@MANY
@given(total=st.integers(1, 400_000), days=st.integers(1, 31))
def test_splitting_a_course_conserves_grams(total, days):
    course = dosing.split_course(total, days)

    assert course.mg == total
    assert len(course.mg_per_day) == days
    assert max(course.mg_per_day) - min(course.mg_per_day) <= 1
    assert list(course.mg_per_day) == sorted(course.mg_per_day, reverse=True)


@MANY
@given(
    dose=st.integers(1, 300_000),
    unit=st.sampled_from(UNITS),
    counts=st.lists(st.integers(1, 80), min_size=1, max_size=6, unique=True),
    policy=POLICIES,
)
def test_units_conserve_milligrams(dose, unit, counts, policy):
    """With packages of whole units, what is billed never exceeds what was opened, and covers what was given."""
    sizes = [Size(unit * count, None) for count in counts]

    chosen = vials.choose(dose, sizes=sizes, policy=policy)
    fill = vials.fill(dose, chosen, mg_per_unit=Decimal(unit))

    opened = sum(vial.mg * vial.packages for vial in chosen)
    assert opened == dose + fill.discarded_mg
    assert fill.administered_units * unit >= dose > (fill.administered_units - 1) * unit
    assert fill.discarded_units * unit <= fill.discarded_mg < (fill.discarded_units + 1) * unit
    assert (fill.administered_units + fill.discarded_units) * unit <= opened
    assert (fill.administered_units + fill.discarded_units) * unit > opened - unit
    # What the lines report of the packages is what their units stand for.
    assert sum(vial.drawn_mg for vial in fill.given) == fill.administered_units * unit
    assert sum(vial.drawn_mg for vial in fill.leftover) == fill.discarded_units * unit
    # Every opened package is on one of the two lines, and at most one is on both.
    on_lines = sum(vial.packages for vial in (*fill.given, *fill.leftover))
    shared = sum(vial.is_shared for vial in fill.leftover)
    assert on_lines == sum(vial.packages for vial in chosen) + shared
    assert shared <= 1


@MANY
@given(
    dose=st.integers(1, 300_000),
    counts=st.lists(st.integers(1, 80), min_size=1, max_size=6, unique=True),
    policy=POLICIES,
)
def test_no_opened_package_could_have_stayed_closed(dose, counts, policy):
    chosen = vials.choose(dose, sizes=[Size(500 * count, None) for count in counts], policy=policy)

    opened = sum(vial.mg * vial.packages for vial in chosen)
    assert all(opened - vial.mg < dose for vial in chosen)


@MANY
@given(dose=st.integers(1, 200_000), counts=st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True))
def test_the_two_policies_bound_each_other(dose, counts):
    sizes = [Size(500 * count, None) for count in counts]

    least, fewest = (
        vials.choose(dose, sizes=sizes, policy=policy) for policy in (VialPolicy.LEAST_WASTE, VialPolicy.FEWEST_VIALS)
    )

    def opened(chosen):
        return sum(vial.mg * vial.packages for vial in chosen)

    def packages(chosen):
        return sum(vial.packages for vial in chosen)

    assert opened(least) <= opened(fewest)
    assert packages(fewest) <= packages(least)
    assert opened(least) % gcd(*(size.mg for size in sizes)) == 0


@MANY
@given(
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    value=st.integers(1, 12),
    unit=st.sampled_from(list(IntervalUnit)),
    count=st.integers(0, 40),
)
def test_courses_never_drift(start, value, unit, count):
    """The n-th course is found from the first alone, whatever lies between."""
    on = dosing.course_start(start, Interval(value, unit), count)
    later = dosing.course_start(start, Interval(value, unit), count + 1)

    assert start <= on < later
    if unit is IntervalUnit.MONTH:
        assert (on.year * 12 + on.month) - (start.year * 12 + start.month) == value * count
        assert on.day <= start.day
    else:
        assert (on - start).days == value * count * (7 if unit is IntervalUnit.WEEK else 1)


@MANY
@given(start=st.dates(date(2024, 1, 1), date(2030, 12, 31)), months=st.integers(1, 24), days=st.integers(1, 60))
def test_infusions_lie_inside_the_window_a_whole_interval_apart(start, months, days):
    window = Period(start, window_end(start, months))
    regimen = dosing.Regimen(
        course=point(dosing.Course((70_000,))),
        interval=Interval(days),
        courses=None,
        loading=None,
        loading_then_after_days=None,
        mg_per_kg=None,
        label_range=None,
        assumptions=(),
        fact_ids=(),
    )

    found = dosing.schedule(regimen, start_on=start, window=window).infusions

    on = [infusion.service_on for infusion in found.high]
    assert on[0] == start
    assert all((later - earlier).days == days for earlier, later in pairwise(on))
    assert window.last_day - on[-1] < timedelta(days=days)


@MANY
@given(kg=st.decimals("0.5", "300", places=2), amount=st.decimals("0.05", "5", places=3))
def test_a_dose_per_kilogram_is_never_half_a_milligram_off(kg, amount):
    exact = exact_mg(Dose(amount, DoseUnit.G_PER_KG), kg)

    assert exact == amount * kg * 1000
    assert abs(whole_milligrams(exact) - exact) <= Decimal("0.5")
