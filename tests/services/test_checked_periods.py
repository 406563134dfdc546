"""Coverage that changes inside the window: each payer and each version of a policy for its own days."""

import pytest

from estimator.errors import InvalidRequest
from tests.services import asking

THERAPY = {"diagnosis": "G61.81", "product": "privigen", "start_on": "2027-01-05"}
FIRST = {"payer": "commercial", "policies": ["premera.ig"], "authorization": {"status": "approved"}}
SECOND = {"payer": "commercial", "policies": ["bcbsnd.ig"], "authorization": {"status": "denied"}}


def periods(*coverages):
    days = ["2027-01-01", "2027-07-01", "2027-10-01"]
    ends = ["2027-06-30", "2027-09-30", None]
    last = len(coverages) - 1
    return [
        {"first_day": days[place], "last_day": None if place == last else ends[place], "coverage": coverage}
        for place, coverage in enumerate(coverages)
    ]


def checked(runtime, *coverages, **more):
    body = {"as_of": "2026-11-21", "therapy": THERAPY, "coverage_periods": periods(*coverages)} | more
    return asking.checked(runtime, body)


def codes(flags):
    return {flag["code"] for flag in flags}


def test_a_later_denial_is_seen_with_the_day_it_is_about(runtime):
    document = checked(runtime, FIRST, SECOND)

    denied = next(flag for flag in document["flags"] if flag["code"] == "PA_DENIED")
    assert denied["applies_from"] == "2027-07-01"
    assert [(part["first_day"], part["last_day"]) for part in document["periods"]] == [
        ("2027-01-05", "2027-06-30"),
        ("2027-07-01", "2028-01-04"),
    ]
    assert [part["policies"][0]["id"] for part in document["periods"]] == ["premera.ig", "bcbsnd.ig"]
    assert "PA_DENIED" not in codes(document["periods"][0]["flags"])
    assert "PA_DENIED" in codes(document["periods"][1]["flags"])


def test_a_new_payer_takes_the_patient_as_a_new_start(runtime):
    """What was approved by the first plan says nothing to the second: its initial criteria are asked for."""
    clinical = {"authorization.phase": "renewal", "authorization.by": "this_plan", "response.improvement": True}
    document = checked(
        runtime, SECOND | {"authorization": None}, FIRST | {"policies": ["bcbsnd.ig"]}, clinical=clinical
    )
    same_plan = [part["is_new_start"] for part in document["periods"]]
    other = checked(runtime, FIRST, SECOND, clinical=clinical)

    assert same_plan == [False, False]
    assert [part["is_new_start"] for part in other["periods"]] == [False, True]
    assert "PLAN_CHANGED" in codes(other["periods"][1]["flags"])
    assert "PLAN_CHANGED" not in codes(document["flags"])
    asked = {item["id"] for item in other["periods"][1]["policies"][0]["criteria"]}
    renewed = {item["id"] for item in document["periods"][1]["policies"][0]["criteria"]}
    assert "approved_here" in renewed
    assert "approved_here" not in asked


def test_another_version_of_a_policy_inside_the_window_is_held_against_its_own_days(runtime):
    """Premera's threshold moved from 400 to 500 mg/dL on 2025-06-10; 423 mg/dL fails the one and meets the other."""
    body = {
        "as_of": "2026-11-21",
        "therapy": {"diagnosis": "D83.9", "start_on": "2025-02-01"},
        "coverage": {"payer": "commercial", "policies": ["premera.ig"]},
        "clinical": {"lab.igg.pretreatment": {"value": 423, "unit": "mg/dL"}, "lab.vaccine.nonresponse": True},
    }
    document = asking.checked(runtime, body)

    assert [(part["first_day"], part["outlook"]) for part in document["periods"]] == [
        ("2025-02-01", "criterion_failed"),
        ("2025-06-10", "incomplete"),
    ]
    assert document["outlook"] == "criterion_failed"


def test_one_coverage_throughout_has_no_periods(runtime):
    assert checked(runtime, FIRST)["periods"] == []


def test_an_estimate_checks_every_coverage_and_counts_each_authorization_on_its_own_days(runtime):
    """Two courses of 140 units fit 280 units until June; those of July on are another payer's."""
    approved = {"status": "approved", "units": 280, "last_day": "2027-06-30"}
    plan = {name: value for name, value in asking.EMPLOYER.items() if name != "balances"}
    therapy = {"courses": None, "interval_days": 90, "start_on": "2027-01-05"}
    document = asking.estimate(
        runtime,
        therapy=therapy,
        coverage=None,
        coverage_periods=periods(
            plan | {"authorization": approved}, plan | {"payer": "medicare_advantage", "policies": ["humana.ig"]}
        ),
    )["coverage_check"]

    assert codes(document["flags"]).isdisjoint({"PA_DAYS_OUTSIDE", "PA_UNITS_EXCEEDED"})
    assert [part["payer"] for part in document["periods"]] == ["commercial", "medicare_advantage"]
    assert "PLAN_CHANGED" in codes(document["periods"][1]["flags"])


def test_a_service_that_no_coverage_holds_is_refused(runtime):
    with pytest.raises(InvalidRequest) as refused:
        checked(runtime, FIRST, therapy=THERAPY | {"start_on": "2026-12-31"})

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [
        ("/coverage_periods", "no_coverage_on")
    ]


@pytest.mark.parametrize("weight", [None, {"weight": {"value": 80, "unit": "kg"}}])
def test_half_a_milligram_per_kilogram_and_120_grams_cannot_both_be_true(runtime, weight):
    """At 0.5 mg/kg 120 g would be for 240,000 kg: asked back, not worked out."""
    therapy = {
        "diagnosis": "G70.00",
        "product": "panzyga",
        "dose": {"amount": "0.5", "unit": "mg/kg"},
        "grams_per_day": ["40", "40", "40"],
        "start_on": "2021-06-01",
    }
    body = {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": "commercial"}}
    with pytest.raises(InvalidRequest) as refused:
        asking.checked(runtime, body | ({} if weight is None else {"patient": weight}))

    found = {(problem.pointer, problem.code): problem.params for problem in refused.value.problems}
    assert found["/therapy/dose", "dose_out_of_range"]["meant"] == "0.5 g/kg"


def test_120_grams_at_half_a_gram_per_kilogram_say_no_weight_and_are_taken(runtime):
    therapy = {"diagnosis": "G70.00", "dose": {"amount": "0.5", "unit": "g/kg"}, "grams_per_day": ["40", "40", "40"]}
    document = asking.checked(runtime, {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": "commercial"}})

    assert document["outlook"] == "no_policy"


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-01"])
def test_days_of_other_centuries_are_refused(runtime, day):
    with pytest.raises(InvalidRequest) as refused:
        asking.checked(
            runtime, {"therapy": {"diagnosis": "G61.81", "start_on": day}, "coverage": {"payer": "medicare"}}
        )

    assert [problem.code for problem in refused.value.problems] == ["date_out_of_range"]


def events(document):
    return [(event["on"], event["kind"]) for event in document["calendar"]]


def test_an_authorization_is_asked_for_again_45_days_before_its_end_and_renewed_as_the_policy_says(runtime):
    """Magellan: renewals of 12 months. 2027-06-30 less 45 days is 2027-05-16; the next end lies outside the window."""
    authorization = {"status": "approved", "last_day": "2027-06-30"}
    coverage = {"payer": "commercial", "policies": ["magellan.eh0071"], "authorization": authorization}
    document = asking.checked(runtime, {"as_of": "2026-11-21", "therapy": THERAPY, "coverage": coverage})

    assert events(document) == [("2027-05-16", "renewal_request"), ("2027-06-30", "authorization_ends")]


def test_an_authorization_of_which_only_the_first_day_is_known_ends_as_the_policy_says(runtime):
    """First approval 6 months: 2026-12-01 to 2027-05-31; renewed for 12 months it would end in 2028-05."""
    authorization = {"status": "approved", "first_day": "2026-12-01"}
    coverage = {"payer": "commercial", "policies": ["magellan.eh0071"], "authorization": authorization}
    document = asking.checked(runtime, {"as_of": "2026-11-21", "therapy": THERAPY, "coverage": coverage})

    assert events(document) == [("2027-04-16", "renewal_request"), ("2027-05-31", "authorization_ends_by_policy")]


def test_renewals_follow_each_other_inside_the_window(runtime):
    """Health Net: 6 months and 6 months. 2027-03-31 is followed by 2027-09-30."""
    authorization = {"status": "approved", "last_day": "2027-03-31"}
    coverage = {"payer": "commercial", "policies": ["healthnet.privigen_calchoice"], "authorization": authorization}
    therapy = THERAPY | {"diagnosis": "D83.1"}
    document = asking.checked(runtime, {"as_of": "2026-11-21", "therapy": therapy, "coverage": coverage})

    assert events(document) == [
        ("2027-02-14", "renewal_request"),
        ("2027-03-31", "authorization_ends"),
        ("2027-08-16", "renewal_request"),
        ("2027-09-30", "renewal_ends_by_policy"),
    ]


def test_a_new_payer_and_a_day_for_the_response_stand_in_the_calendar(runtime):
    """CGS wants improvement within three months of 2027-01-05: by 2027-04-04."""
    document = checked(runtime, {"payer": "medicare"}, SECOND, service_state="OH", site_of_care="physician_office")

    assert events(document) == [("2027-04-04", "response_due"), ("2027-07-01", "new_start")]


def test_another_version_of_a_policy_stands_in_the_calendar(runtime):
    therapy = {"diagnosis": "D83.9", "start_on": "2025-02-01"}
    coverage = {"payer": "commercial", "policies": ["premera.ig"]}
    document = asking.checked(runtime, {"as_of": "2026-11-21", "therapy": therapy, "coverage": coverage})

    assert events(document) == [("2025-06-10", "policy_changes")]
