"""Orders → milligrams and days, by the cases of ``dosing.yaml``."""

from datetime import date
from decimal import Decimal

import pytest

from estimator import dosing
from estimator.errors import InvalidRequest
from estimator.model.codes import Phase, Route, Sex
from estimator.model.order import (
    CustomProduct,
    DosingWeight,
    Loading,
    Patient,
    Therapy,
)
from estimator.model.periods import Period, window_end
from estimator.model.quantities import Height, HeightUnit
from tests.estimator.orders import AS_OF, day, dose, every, weight
from tests.reading import each


def complete(given, book):
    """Complete the order of a case."""
    loading = given.get("loading")
    grams = given.get("grams_per_day")
    therapy = Therapy(
        dose=dose(given["dose"], given.get("per", "course")) if "dose" in given else None,
        days_per_course=given.get("days"),
        mg_per_day=None if grams is None else tuple(int(Decimal(each) * 1000) for each in grams),
        interval=every(given["interval"]) if "interval" in given else None,
        courses=given.get("courses"),
        dose_cap_mg=int(Decimal(given["cap"]) * 1000) if "cap" in given else None,
        loading=None
        if loading is None
        else Loading(
            dose(loading["dose"]) if "dose" in loading else None, loading.get("days"), loading.get("then_after_days")
        ),
    )
    kg = given.get("weight", "70")
    patient = Patient(weight=None if kg is None else weight(kg, given.get("unit", "kg")), age_years=given.get("age"))
    route, indication = Route(given.get("route", "iv")), given.get("indication")
    label = book.label(given["product"], indication, route, AS_OF) if "product" in given else None
    return dosing.complete(therapy, patient, indication=indication, label=label, route=route, book=book)


def weigh(case, book):
    """Complete an order of 70 mg/kg, or the case's own, of a patient whose body is described."""
    who = case["patient"]
    height = None
    if "cm" in who or "in" in who:
        unit = HeightUnit.CM if "cm" in who else HeightUnit.IN
        height = Height(Decimal(who.get("cm") or who["in"]), unit)
    patient = Patient(
        weight=None if who["kg"] is None else weight(who["kg"]),
        age_years=who.get("age"),
        height=height,
        sex=Sex(who["sex"]) if "sex" in who else None,
    )
    therapy = Therapy(
        dose=dose(case.get("dose", "40 g")),
        days_per_course=case.get("days", 1),
        courses=1,
        dosing_weight=DosingWeight(case.get("dosing_weight", "actual")),
    )
    policies = tuple(case.get("policies", ()))
    return dosing.complete(therapy, patient, indication=None, label=None, route=Route.IV, book=book, policies=policies)


def lay_out(given, book):
    """Lay the order of a case on the calendar."""
    regimen = complete({"dose": "1 g/kg"} | given, book)
    start_on = day(given["start_on"])
    window_start = day(given.get("window_start_on", start_on))
    window = Period(window_start, window_end(window_start, given.get("months", 12)))
    return dosing.schedule(regimen, start_on=start_on, window=window).infusions.high


@pytest.mark.parametrize("case", each("dosing", "courses"))
def test_an_order_becomes_whole_milligrams_of_each_day(case, book):
    found = complete(case["order"], book).course

    assert found.low == found.expected == found.high
    assert list(found.high.mg_per_day) == case["mg_per_day"]


@pytest.mark.parametrize("case", each("dosing", "calendars"))
def test_courses_are_laid_on_the_calendar(case, book):
    days = [infusion.service_on for infusion in lay_out(case["order"], book)]

    assert (len(days), days[-1]) == (case["count"], day(case["last_day"]))
    assert days[: len(case["first_days"])] == [day(each) for each in case["first_days"]]


@pytest.mark.parametrize("case", each("dosing", "refusals"))
def test_what_no_one_could_mean_is_refused_with_everything_wrong_in_it(case, book):
    with pytest.raises(InvalidRequest) as refused:
        complete(case["order"], book)

    found = refused.value.problems
    assert [(item.pointer, item.code) for item in found] == [(pointer, code) for pointer, code, _ in case["problems"]]
    for item, (_, _, params) in zip(found, case["problems"], strict=True):
        assert {name: item.params[name] for name in params} == params


@pytest.mark.parametrize("case", each("dosing", "accepted"))
def test_what_someone_could_mean_is_taken(case, book):
    assert complete(case["order"], book).course.high.mg > 0


@pytest.mark.parametrize("case", each("dosing", "usual"))
def test_a_dose_left_open_is_the_label_s_or_the_usual_one(case, book):
    found = complete(case["given"], book)

    assert [course.mg for course in found.course] == case["mg"]
    assert {len(course.mg_per_day) for course in found.course} == {case["days"]}
    interval = None if found.interval is None else dosing.interval_days(found.interval)
    assert interval == case["interval"]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"product": "panzyga", "indication": "cidp"}, ["dose_from_label", "interval_from_label"]),
        ({"indication": "cidp"}, ["dose_from_usual_practice", "interval_usual"]),
        ({"indication": "gbs"}, ["dose_from_usual_practice_single", "single_course"]),
        ({"dose": "1 g/kg", "interval": "21 day"}, ["days_per_course_default"]),
        ({"dose": "1 g/kg", "interval": "21 day", "days": 1}, []),
        ({"dose": "1 g/kg", "days": 1, "indication": "cidp"}, ["interval_usual"]),
        ({"dose": "1 g/kg", "days": 1, "courses": 1}, []),
        (
            {"dose": "1 g/kg", "days": 1, "interval": "21 day", "loading": {"dose": "2 g/kg", "days": 2}},
            ["loading_then_after_interval"],
        ),
        (
            {
                "dose": "1 g/kg",
                "days": 1,
                "interval": "21 day",
                "product": "gamunex-c",
                "indication": "cidp",
                "loading": {"then_after_days": 21},
            },
            ["loading_usual"],
        ),
    ],
)
def test_what_was_left_open_is_named(given, codes, book):
    assert [item.code for item in complete(given, book).assumptions] == codes


def test_the_usual_loading_dose_is_the_label_s(book):
    # Gamunex-C for CIDP: 2 g/kg over two to four days.
    given = {
        "dose": "1 g/kg",
        "interval": "21 day",
        "product": "gamunex-c",
        "indication": "cidp",
        "loading": {"then_after_days": 21},
    }

    assert complete(given, book).loading.mg_per_day == (70_000, 70_000)


def test_a_loading_dose_is_followed_after_one_interval(book):
    found = complete({"dose": "1 g/kg", "interval": "4 week", "loading": {"dose": "2 g/kg", "days": 2}}, book)

    assert found.loading_then_after_days == 28


def test_infusions_are_numbered_in_the_window_and_courses_from_the_start(book):
    given = {"interval": "21 day", "start_on": date(2027, 1, 5), "days": 2, "window_start_on": date(2027, 1, 26)}

    found = lay_out(given, book)[:3]

    assert [(item.number, item.course, item.day) for item in found] == [(1, 2, 1), (2, 2, 2), (3, 3, 1)]


def test_the_phases_are_told_apart(book):
    loading = {"dose": "2 g/kg", "days": 2, "then_after_days": 21}
    given = {"interval": "21 day", "start_on": date(2027, 1, 5), "courses": 1, "loading": loading}

    found = [(item.phase, item.course, item.day, item.dose_mg) for item in lay_out(given, book)]

    assert found == [
        (Phase.LOADING, 1, 1, 70_000),
        (Phase.LOADING, 1, 2, 70_000),
        (Phase.MAINTENANCE, 1, 1, 70_000),
    ]


def test_a_dose_known_as_a_range_has_the_same_days_at_every_level(book):
    regimen = complete({"product": "panzyga", "indication": "cidp"}, book)
    window = Period(date(2027, 1, 5), date(2028, 1, 4))

    found = dosing.schedule(regimen, start_on=date(2027, 1, 5), window=window)

    assert found.first_course_on == date(2027, 1, 5)
    days = [[item.service_on for item in level] for level in found.infusions]
    assert days[0] == days[1] == days[2]
    assert [level[0].dose_mg for level in found.infusions] == [35_000, 35_000, 70_000]


@pytest.mark.parametrize(
    ("given", "position"),
    [
        ({"dose": "0.9 g/kg"}, "below"),
        ({"dose": "1 g/kg"}, "within"),
        ({"dose": "1.1 g/kg"}, "above"),
        # 154 lb at 1 g/kg: 69,853 mg over 69.85322498 kg is 999.9968 mg/kg, a rounding below the label's 1,000.
        ({"dose": "1 g/kg", "weight": "154", "unit": "lb"}, "within"),
    ],
)
def test_the_order_is_held_against_the_label(given, position, book):
    found = complete({"product": "gamunex-c", "indication": "cidp", "interval": "21 day", "days": 1} | given, book)

    assert (found.label_range.low, found.label_range.high, found.label_range.position) == (1000, 1000, position)


@pytest.mark.parametrize(
    ("dose", "interval", "position"),
    [
        ("0.4 g/kg", "7 day", "within"),  # 0.2 to 0.4 g/kg a week
        ("0.41 g/kg", "7 day", "above"),
        ("0.39 g/kg", "2 week", "below"),  # two weeks: 0.4 to 0.8 g/kg
        ("0.8 g/kg", "2 week", "within"),
    ],
)
def test_a_label_that_counts_by_the_week_is_held_against_the_interval(dose, interval, position, book):
    given = {"product": "hizentra", "indication": "cidp", "route": "sc", "dose": dose, "interval": interval}

    found = complete(given, book).label_range

    assert (found.low, found.high, found.per, found.position) == (200, 400, "week", position)


@pytest.mark.parametrize(
    ("dose", "interval", "position"),
    [
        ("2.4 g/kg", "28 day", "within"),  # 0.5 to 2.4 g/kg a month
        ("2.4 g/kg", "1 month", "within"),
        ("2.4 g/kg", "27 day", "above"),  # 2.4 x 27 / 30 = 2.16
        ("0.49 g/kg", "4 week", "below"),
    ],
)
def test_four_weeks_are_a_month_of_the_label(dose, interval, position, book):
    given = {"product": "gammagard-liquid", "indication": "mmn", "dose": dose, "interval": interval}

    assert complete(given, book).label_range.position == position


def test_a_label_says_nothing_about_an_age_it_is_not_for(book):
    given = {"product": "gamunex-c", "indication": "cidp", "dose": "1 g/kg", "interval": "21 day"}

    assert complete(given | {"age": 17}, book).label_range is None
    assert complete(given | {"age": 18}, book).label_range.position == "within"


@pytest.mark.parametrize("case", each("dosing", "weights"))
def test_the_weight_a_dose_is_counted_on(case, book):
    found = weigh(case, book)
    weighed, expect = found.weighed, case["expect"]

    for name, figure in (("kg", weighed.kg), ("ideal", weighed.ideal_kg), ("adjusted", weighed.adjusted_kg)):
        if name in expect:
            shown = None if figure is None else figure.quantize(Decimal("0.0001"))
            assert shown == (None if expect[name] is None else Decimal(expect[name])), name
    if "bmi" in expect:
        assert weighed.bmi.quantize(Decimal("0.1")) == Decimal(expect["bmi"])
    if "mg_per_day" in expect:
        assert list(found.course.high.mg_per_day) == expect["mg_per_day"]
    assert weighed.basis.value == expect["basis"]
    named = [item.code for item in found.assumptions if "weight" in item.code]
    assert named == case.get("assumptions", [])


@pytest.mark.parametrize("case", each("dosing", "weight_refusals"))
def test_a_weight_that_cannot_be_worked_out_is_refused(case, book):
    with pytest.raises(InvalidRequest) as refused:
        weigh(case, book)

    assert [[item.pointer, item.code] for item in refused.value.problems] == case["problems"]


@pytest.mark.parametrize("case", each("dosing", "caps"))
def test_a_course_is_held_to_its_cap(case, book):
    found = complete(case["order"], book)

    assert list(found.course.high.mg_per_day) == case["mg_per_day"]
    assert [item.code for item in found.assumptions if "capped" in item.code] == case["assumptions"]


def test_a_loading_dose_is_held_to_the_cap_too(book):
    given = {
        "dose": "1 g/kg",
        "weight": "100",
        "cap": "80",
        "interval": "21 day",
        "loading": {"dose": "2 g/kg", "days": 2},
    }

    assert complete(given, book).loading.mg_per_day == (40_000, 40_000)


def test_without_a_label_there_is_no_range(book):
    assert complete({"dose": "1 g/kg", "interval": "21 day"}, book).label_range is None


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [
        (Therapy(dose=dose("1 g/kg")), 1000),
        (Therapy(dose=dose("400 mg/kg", "day"), days_per_course=5), 2000),
        (Therapy(dose=dose("400 mg/kg", "day")), 400),
        (Therapy(dose=dose("40 g")), None),
        (Therapy(), None),
    ],
)
def test_the_ordered_dose_per_kilogram_needs_no_weight(therapy, expected):
    assert dosing.ordered_mg_per_kg(therapy) == expected


def described(hcpcs, book):
    """Complete an order of 5 mg/kg of a product the caller describes."""
    custom = CustomProduct(hcpcs, Decimal(10), (100,))
    therapy = Therapy(custom_product=custom, dose=dose("5 mg/kg"), courses=1, days_per_course=1)
    return dosing.complete(
        therapy, Patient(weight=weight("70")), indication=None, label=None, route=Route.IV, book=book
    )


@pytest.mark.parametrize("hcpcs", ["J1745", "J9999"])
def test_the_bounds_of_immune_globulin_are_not_those_of_another_drug(hcpcs, book):
    # 5 mg/kg is usual for infliximab (J1745).
    assert described(hcpcs, book).course.high.mg == 350


def test_an_immune_globulin_the_caller_describes_keeps_its_bounds(book):
    # J1599 is an immune globulin not otherwise specified.
    with pytest.raises(InvalidRequest) as refused:
        described("J1599", book)

    assert [item.code for item in refused.value.problems] == ["dose_out_of_range"]
