"""What the sentences of a coverage answer say: no code proposed, each reason once and whole, days that have passed."""

import re

import pytest

from estimator.errors import Problem
from services.wording import problem_sentence
from tests.services import asking
from tests.web.conftest import TEXTS

AS_OF = {"as_of": "2026-11-21"}
MEDICARE = {"payer": "medicare"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", ["icd9_code", "icd10_unknown", "icd10_malformed"])
def test_no_diagnosis_code_is_proposed_for_one_that_is_none(language, code):
    said = problem_sentence(TEXTS[language], Problem("/therapy/diagnosis", code, {"code": "D80.11"}))

    assert set(re.findall(r"\b[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?\b", said)) <= {"D80.11"}
    assert "{" not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_reasons_of_a_notice_are_said_whole_and_once(runtime, language):
    """Ohio's text takes 0.4 g/kg a month for CIDP; 1 g/kg every 13 days goes beyond dose and interval alike."""
    therapy = {
        "diagnosis": "G61.81",
        "product": "privigen",
        "dose": {"amount": "1", "unit": "g/kg"},
        "interval_days": 13,
    }
    body = {"patient": {"weight": {"value": 70, "unit": "kg"}}, "therapy": therapy, "coverage": MEDICARE}
    document = asking.checked(runtime, AS_OF | body | {"service_state": "OH", "language": language})

    flagged = {flag["message"] for flag in document["flags"]}
    reasons = document["advance_notice"]["form_fields"]["reasons_it_may_not_be_paid"]
    assert reasons
    assert len(reasons) == len(set(reasons))
    assert set(reasons) <= flagged
    assert not [said for said in reasons if "  " in said]


def authorized(runtime, **more):
    coverage = {"payer": "commercial", "authorization": {"status": "approved", **more}}
    therapy = {"diagnosis": "G61.81", "product": "privigen", "start_on": "2027-01-10"}
    document = asking.checked(runtime, AS_OF | {"therapy": therapy, "coverage": coverage})
    return document, {flag["code"]: flag for flag in document["flags"]}


def test_an_authorization_that_has_ended_is_not_one_that_ends(runtime):
    _, flags = authorized(runtime, last_day="2026-10-31")

    assert flags["RENEWAL_DUE"]["message"] == "The authorization ended on October 31, 2026."
    assert "before that day" not in flags["RENEWAL_DUE"]["next_step"]
    assert "ended on October 31, 2026" in flags["PA_REQUIRED"]["message"]


def test_an_authorization_that_begins_later_leaves_the_days_before_it_open(runtime):
    _, flags = authorized(runtime, first_day="2027-02-01", last_day="2027-12-31")
    _, held = authorized(runtime, first_day="2027-01-10", last_day="2027-12-31")

    assert "begins on February 1, 2027" in flags["PA_REQUIRED"]["message"]
    assert "PA_REQUIRED" not in held


def test_nothing_ends_of_an_authorization_that_was_denied(runtime):
    document, flags = authorized(runtime, status="denied", last_day="2027-02-28")

    assert "PA_DENIED" in flags
    assert "RENEWAL_DUE" not in flags
    assert not [event for event in document["calendar"] if event["kind"].startswith(("authorization", "renewal"))]


def named(runtime, policy, start_on="2027-01-10", as_of="2026-11-21", **more):
    body = {
        "as_of": as_of,
        "therapy": {"diagnosis": "G61.81", "product": "gamunex-c", "start_on": start_on},
        "coverage": {"payer": "commercial", "policies": [policy]},
        **more,
    }
    document = asking.checked(runtime, body)
    return document, {flag["code"]: flag for flag in document["flags"]}


def test_a_first_day_that_no_document_states_is_not_said(runtime):
    document, _ = named(runtime, "cigna.5026")

    assert document["policies"][0]["effective_from"] is None
    assert not [said for said in document["notices"] if "2024" in said]
    assert [said for said in document["notices"] if "does not say since when" in said]


def test_a_document_of_which_nothing_was_read_is_not_said_to_be_read(runtime):
    document, _ = named(runtime, "uhc.site_of_care", site_of_care="hospital_outpatient")

    assert document["policies"][0]["read_on"] is None
    about = [said for said in document["notices"] if said.startswith(("Compared", "Immune globulin site"))]
    assert len(about) == 1
    assert about[0].startswith(
        "Immune globulin site of care (UnitedHealthcare) was not read: what is asked of it here is"
    )


def test_a_first_version_on_file_does_not_follow_another(runtime):
    document, _ = named(runtime, "cigna.5026", start_on="2023-10-01")

    assert [(event["on"], event["kind"]) for event in document["calendar"]] == [("2024-01-01", "policy_begins")]


@pytest.mark.parametrize(
    ("start_on", "as_of", "says"),
    [
        ("2027-09-05", "2027-09-01", "was to be looked up again by June 30, 2027"),
        ("2035-01-05", "2026-11-21", "the date of service lies after June 30, 2027"),
        ("2027-01-05", "2026-11-21", None),
    ],
)
def test_a_text_may_be_old_by_the_day_of_the_question_or_of_the_service(runtime, start_on, as_of, says):
    _, flags = named(runtime, "cigna.5026", start_on=start_on, as_of=as_of)

    assert ("POLICY_STALE" in flags) == (says is not None)
    assert says is None or says in flags["POLICY_STALE"]["message"]


@pytest.mark.parametrize(
    ("policy", "parts", "outside"),
    [
        (
            "bcbsm.ma_ig_step",
            {"therapy": {"diagnosis": "G61.81", "product": "gammagard-liquid"}, "payer": "medicare_advantage"},
            "product",
        ),
        ("anthem.cg_med_83", {"site_of_care": "physician_office"}, "site"),
    ],
)
def test_a_policy_that_was_read_and_is_silent_is_not_one_that_is_not_on_file(runtime, policy, parts, outside):
    parts = dict(parts)
    coverage = {"payer": parts.pop("payer", "commercial"), "policies": [policy]}
    document, flags = named(runtime, policy, coverage=coverage, **parts)

    assert next(one for one in document["policies"] if one["id"] == policy)["outside"] == outside
    assert flags["POLICY_UNKNOWN"]["message"].startswith("Read, and silent about this order: ")


@pytest.mark.parametrize(
    ("policy", "payer", "diagnosis", "says"),
    [
        ("aetna.cpb_0206", "commercial", "G35.A", "names this use among those it does not cover"),
        ("wha.scig", "commercial", "G35.A", "treats uses it does not list as experimental"),
    ],
)
def test_a_use_that_is_named_as_not_covered_is_not_said_to_be_unlisted(runtime, policy, payer, diagnosis, says):
    body = {"therapy": {"diagnosis": diagnosis, "route": "sc" if policy == "wha.scig" else "iv"}}
    coverage = {"coverage": {"payer": payer, "policies": [policy]}}
    flags = {flag["code"]: flag for flag in asking.checked(runtime, AS_OF | body | coverage)["flags"]}

    assert says in flags["NOT_LISTED_CLOSED_POLICY"]["message"]


def test_the_term_of_an_exemption_is_the_policys_own(runtime):
    """North Dakota's text speaks of a last dose within 45 days, Medicare Advantage's rule of 365."""
    clinical = {"treatment.days_since_last_dose": {"value": 30, "unit": "day"}, "treatment.stable_on_product": True}
    _, flags = named(runtime, "bcbsnd.ig", clinical=clinical)

    assert "365" not in flags.get("STEP_EXEMPT_CONTINUATION", {"message": ""})["message"]


def test_preferred_products_are_those_of_the_route_by_their_brands(runtime):
    therapy = {"diagnosis": "G61.81", "product": "privigen"}
    coverage = {"payer": "medicare_advantage", "policies": ["bcbsm.ma_ig_step"]}
    body = {"therapy": therapy, "coverage": coverage, "clinical": {"treatment.gammagard.failed": False}}
    flags = {flag["code"]: flag for flag in asking.checked(runtime, AS_OF | body)["flags"]}

    assert "Gammagard" in flags["STEP_THERAPY_PRODUCT"]["message"]
    assert "izentra" not in flags["STEP_THERAPY_PRODUCT"]["message"]


def test_an_exclusion_says_how_old_its_text_is_and_how_well_it_was_read(runtime):
    therapy = {"diagnosis": "G61.81", "product": "panzyga", "start_on": "2027-01-10"}
    _, flags = named(runtime, "uhc.commercial.d0035", therapy=therapy)

    assert "in force from April 1, 2021 and read in part only" in flags["PRODUCT_EXCLUDED"]["message"]


@pytest.mark.parametrize(("clinical", "days"), [({}, ["2027-04-04"]), ({"plan.starting_dose": False}, [])])
def test_no_term_runs_from_here_for_a_patient_who_is_treated_already(runtime, clinical, days):
    therapy = {"diagnosis": "G61.81", "product": "privigen", "start_on": "2027-01-05"}
    body = {"therapy": therapy, "coverage": MEDICARE, "service_state": "OH", "site_of_care": "physician_office"}
    document = asking.checked(runtime, AS_OF | body | {"clinical": clinical})

    assert [event["on"] for event in document["calendar"] if event["kind"] == "response_due"] == days


def test_days_without_coverage_stand_in_the_calendar(runtime):
    periods = [
        {"first_day": "2027-01-01", "last_day": "2027-06-30", "coverage": {"payer": "commercial"}},
        {"first_day": "2027-08-01", "coverage": {"payer": "commercial"}},
    ]
    therapy = {"diagnosis": "G61.81", "start_on": "2027-01-05"}
    document = asking.checked(runtime, AS_OF | {"therapy": therapy, "coverage_periods": periods})

    gap = next(event for event in document["calendar"] if event["kind"] == "no_coverage")
    assert (gap["on"], "July 31, 2027" in gap["says"]) == ("2027-07-01", True)


@pytest.mark.parametrize(("state", "is_shared"), [("VA", True), ("NC", False)])
def test_a_state_of_two_contractors_is_said_to_be_one(runtime, state, is_shared):
    body = {"therapy": {"diagnosis": "G61.81"}, "coverage": MEDICARE, "service_state": state}
    said = asking.checked(runtime, AS_OF | body | {"site_of_care": "physician_office"})["notices"]

    assert any("Arlington, Fairfax, Alexandria belong to Novitas" in each for each in said) == is_shared


@pytest.mark.parametrize(("code", "is_other"), [("J1569", True), ("J1459", False)])
def test_an_authorization_for_another_code_is_seen_without_prices(runtime, code, is_other):
    _, flags = authorized(runtime, code=code)

    assert ("PA_OTHER_CODE" in flags) == is_other


@pytest.mark.parametrize(("language", "is_said"), [("en", False), ("es", True)])
def test_criteria_in_another_language_than_the_readers_are_said_to_be(runtime, language, is_said):
    document, _ = named(runtime, "aetna.cpb_0206", language=language)

    assert any("está en inglés" in said for said in document["notices"]) == is_said


def test_what_several_documents_raise_in_the_same_words_is_said_once(runtime):
    coverage = {"payer": "commercial", "policies": ["magellan.eh0071", "bcbsal.ph0071", "moda.0071", "aetna.cpb_0206"]}
    therapy = {
        "diagnosis": "G61.81",
        "product": "privigen",
        "dose": {"amount": "2", "unit": "g/kg"},
        "interval_days": 7,
    }
    body = {"therapy": therapy, "coverage": coverage, "patient": {"weight": {"value": 70, "unit": "kg"}}}
    flags = asking.checked(runtime, AS_OF | body)["flags"]

    said = [(flag["code"], flag["message"]) for flag in flags]
    assert len(said) == len(set(said))
