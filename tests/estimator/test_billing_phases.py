"""Claims of orders that change over time: each phase's first course, on its own day."""

from dataclasses import replace
from datetime import date

import pytest

from estimator import billing
from estimator.errors import InvalidRequest
from estimator.model.codes import Payer, Phase, Route, Site
from estimator.model.order import Loading, TherapyPhase
from schemas import line_documents
from tests.estimator.orders import dollars, dose, every, order
from tests.web.conftest import FakeRuntime, make_app

START = date(2026, 2, 10)


def drug_lines(phase):
    return [(line.code, line.units, dollars(line.allowed)) for day in phase.days for line in day.lines[:1]]


def test_each_phase_of_a_taper_is_billed_from_its_own_day(book):
    request = order(
        payer=Payer.MEDICARE,
        product="gamunex-c",
        phases=(
            TherapyPhase(dose("70 g"), interval=every("21 day"), courses=3),
            TherapyPhase(dose("70 g"), days_per_course=2, interval=every("28 day")),
        ),
        start_on=START,
        infusion_minutes=60,
    )

    found = billing.bill(request, book=book)

    # Three courses of 21 days are 63 days: 14 April, in the second quarter. 140 x 49.076; 70 x 49.726 on each of two.
    assert [phase.first_on for phase in found.phases] == [START, date(2026, 4, 14)]
    assert [drug_lines(phase) for phase in found.phases] == [
        [("J1561", 140, "6870.64")],
        [("J1561", 70, "3480.82"), ("J1561", 70, "3480.82")],
    ]
    assert found.days == found.phases[0].days


def test_a_maintenance_course_is_billed_on_its_day_after_the_loading_dose(book):
    request = order(
        payer=Payer.MEDICARE,
        product="gamunex-c",
        dose=dose("1 g/kg"),
        days_per_course=1,
        interval=every("21 day"),
        loading=Loading(dose("2 g/kg"), 5),
        start_on=date(2025, 12, 15),
        infusion_minutes=180,
        site_of_care=Site.PHYSICIAN_OFFICE,
    )

    (maintenance,) = billing.bill(request, book=book).days
    loading = billing.bill(replace(request, therapy=replace(request.therapy, phase=Phase.LOADING)), book=book).days

    # 21 days after 15 December, at the prices of 2026: 140 x 49.076, 67.14 and 2 x 21.38.
    assert maintenance.service_on == date(2026, 1, 5)
    assert [dollars(line.allowed) for line in maintenance.lines] == ["6870.64", "67.14", "42.76"]
    # The loading days themselves lie in 2025.
    assert [day.service_on.day for day in loading] == [15, 16, 17, 18, 19]
    assert {day.service_on.year for day in loading} == {2025}


def test_the_smaller_first_doses_are_billed_before_the_full_one(book):
    request = order(
        payer=Payer.MEDICARE,
        product="hyqvia",
        indication="pi",
        route=Route.SC,
        dose=dose("30 g"),
        interval=every("28 day"),
        ramp_up=True,
        start_on=START,
        infusion_minutes=120,
    )

    found = billing.bill(request, book=book)

    # Weeks 1, 2, 4 and 7 of 30 g: 7.5, 15, 22.5 and 30 g in units of 100 mg.
    assert [(phase.first_on, phase.days[0].lines[0].units) for phase in found.phases] == [
        (date(2026, 2, 10), 75),
        (date(2026, 2, 17), 150),
        (date(2026, 3, 3), 225),
        (date(2026, 3, 24), 300),
    ]
    assert [(day.service_on, day.fill.dose_mg) for day in found.days] == [(date(2026, 3, 24), 30_000)]


def test_the_first_infusion_of_a_therapy_takes_its_own_time(book):
    request = order(
        payer=Payer.MEDICARE,
        product="qivigy",
        indication="pi",
        phases=(
            TherapyPhase(dose("35 g"), interval=every("28 day"), courses=1),
            TherapyPhase(dose("35 g"), interval=every("28 day")),
        ),
        start_on=date(2026, 10, 5),
        is_first_infusion=True,
    )

    found = billing.bill(request, book=book)

    assert [phase.days[0].time.expected for phase in found.phases] == [134, 85]


def test_an_order_that_does_not_change_has_no_phases(book):
    request = order(payer=Payer.MEDICARE, product="gamunex-c", dose=dose("70 g"), start_on=START, infusion_minutes=60)

    assert billing.bill(request, book=book).phases == ()


def test_phases_that_cannot_follow_each_other_are_refused(book):
    request = order(
        product="gamunex-c", phases=(TherapyPhase(dose("70 g")), TherapyPhase(dose("35 g"))), start_on=START
    )

    with pytest.raises(InvalidRequest) as refused:
        billing.bill(request, book=book)

    assert "/therapy/phases/0/interval" in {item.pointer for item in refused.value.problems}


def test_the_phases_stand_in_the_document(book):
    body = {
        "therapy": {
            "product": "gamunex-c",
            "phases": [
                {"dose": {"amount": "70", "unit": "g"}, "interval_days": 21, "courses": 3},
                {"dose": {"amount": "35", "unit": "g"}, "interval_days": 28},
            ],
            "start_on": "2026-02-10",
            "infusion_minutes": 60,
        },
        "coverage": {"payer": "medicare"},
    }

    document = make_app(FakeRuntime(book)).test_client().post("/v1/claim-lines", json=body).get_json()

    line_documents.CLAIM_LINES.load(document)
    assert [(phase["first_day"], phase["courses"]) for phase in document["phases"]] == [
        ("2026-02-10", 3),
        ("2026-04-14", None),
    ]
    assert [phase["days"][0]["lines"][0]["units"] for phase in document["phases"]] == [140, 70]
    cited = {fact["id"] for fact in document["facts"]}
    assert {"payment_limit:J1561:2026q1:r1", "payment_limit:J1561:2026q2:r1"} <= cited
