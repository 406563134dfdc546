"""Orders that change over time: switches from infusions by vein, tapers, smaller first doses."""

from datetime import date
from decimal import Decimal

import pytest

from estimator import dosing
from estimator.errors import InvalidRequest
from estimator.model.codes import Route
from estimator.model.order import Patient, PreviousIvig, Therapy, TherapyPhase
from estimator.model.periods import Period, window_end
from tests.estimator.orders import AS_OF, dose, every, weight
from tests.reading import each


def switch(given, book):
    """Complete the switch of a case to a subcutaneous product."""
    route, indication = Route(given.get("route", "sc")), given.get("indication")
    kg = given.get("weight", "70")
    therapy = Therapy(
        dose=dose(given["dose"]) if "dose" in given else None,
        days_per_course=1 if "dose" in given else None,
        interval=every(given["interval"]) if "interval" in given else None,
        previous_ivig=PreviousIvig(int(Decimal(given["grams"]) * 1000), given["every"]) if "grams" in given else None,
        ramp_up=given.get("ramp_up"),
    )
    label = None if indication is None else book.label(given["product"], indication, route, AS_OF)
    return dosing.complete(
        therapy,
        Patient(weight=None if kg is None else weight(kg)),
        indication=indication,
        label=label,
        route=route,
        book=book,
        product_id=given["product"],
    )


def taper(case, book):
    """Complete a taper for a patient of 70 kg."""
    phases = tuple(
        TherapyPhase(
            dose=dose(each["dose"]) if "dose" in each else None,
            mg_per_day=tuple(int(Decimal(grams) * 1000) for grams in each["grams_per_day"])
            if "grams_per_day" in each
            else None,
            days_per_course=each.get("days"),
            interval=every(each["interval"]) if "interval" in each else None,
            courses=each.get("courses"),
        )
        for each in case["phases"]
    )
    return dosing.complete(
        Therapy(phases=phases), Patient(weight=weight("70")), indication=None, label=None, route=Route.IV, book=book
    )


def days_of(regimen, start_on, months):
    window = Period(start_on, window_end(start_on, months))
    found = dosing.schedule(regimen, start_on=start_on, window=window).infusions.high
    return [[item.service_on, item.dose_mg] for item in found]


@pytest.mark.parametrize("case", each("dosing", "conversions"))
def test_a_switch_follows_the_factor_of_the_label(case, book):
    found, expect = switch(case["given"], book), case["expect"]

    assert found.conversion.factor == Decimal(expect["factor"])
    assert found.conversion.mg_per_week.quantize(Decimal("0.0001")) == Decimal(expect["weekly_mg"])
    assert list(found.course.high.mg_per_day) == expect["mg_per_day"]
    assert dosing.interval_days(found.interval) == expect["interval"]
    named = {item.code for item in found.assumptions}
    assert set(case.get("assumptions", ())) <= named
    assert ("dose_from_conversion" in named) == ("dose" not in case["given"])


@pytest.mark.parametrize("case", each("dosing", "conversion_refusals"))
def test_a_switch_without_a_factor_is_refused(case, book):
    with pytest.raises(InvalidRequest) as refused:
        switch(case["given"], book)

    assert [[item.pointer, item.code] for item in refused.value.problems] == case["problems"]


@pytest.mark.parametrize("case", each("dosing", "tapers"))
def test_phases_follow_each_other(case, book):
    assert days_of(taper(case, book), case["start_on"], case["months"]) == case["days"]


@pytest.mark.parametrize("case", each("dosing", "taper_refusals"))
def test_a_phase_that_does_not_hold_is_refused(case, book):
    with pytest.raises(InvalidRequest) as refused:
        taper(case, book)

    assert [[item.pointer, item.code] for item in refused.value.problems] == case["problems"]


@pytest.mark.parametrize("case", each("dosing", "ramp_ups"))
def test_the_label_s_smaller_first_doses_come_before_the_full_one(case, book):
    found = days_of(switch(case["given"], book), date(2027, 1, 4), 6)

    assert found[: len(case["days"])] == case["days"]


def test_a_ramp_up_that_is_not_on_file_is_refused(book):
    given = {"product": "hyqvia", "indication": "cidp", "dose": "30 g", "interval": "21 day", "ramp_up": True}

    with pytest.raises(InvalidRequest) as refused:
        switch(given, book)

    assert [(item.pointer, item.code) for item in refused.value.problems] == [
        ("/therapy/ramp_up", "no_ramp_up_on_file")
    ]


def test_a_switch_whose_smaller_doses_are_not_on_file_says_so(book):
    found = switch({"product": "hyqvia", "indication": "cidp", "grams": "30", "every": 21}, book)

    assert not found.ramp_up
    assert "ramp_up_not_on_file" in {item.code for item in found.assumptions}


def test_infusions_of_a_taper_are_numbered_through(book):
    case = {"phases": [{"dose": "40 g", "interval": "7 day", "courses": 2}, {"dose": "20 g", "courses": 1}]}
    window = Period(date(2027, 1, 4), date(2027, 12, 31))

    found = dosing.schedule(taper(case, book), start_on=date(2027, 1, 4), window=window).infusions.high

    assert [(item.number, item.course) for item in found] == [(1, 1), (2, 2), (3, 3)]
