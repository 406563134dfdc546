"""A document about one condition answers no order for another: every policy on file against every indication."""

from datetime import date

import pytest

from estimator.coverage import selection
from estimator.coverage.evaluation import Verdict
from estimator.coverage.judging import Judged, judge
from estimator.coverage.selection import Chosen
from estimator.coverage.situation import Situation
from estimator.model.codes import Payer, Route

LATER = date(2026, 11, 21)
SILENT = Verdict.NOT_APPLICABLE
ROUTES = {"iv": Route.IV, "sc": Route.SC}


def order(policy, indication, diagnosis=None, condition=None):
    route = next(ROUTES[name] for name in policy.routes if name in ROUTES)
    return Situation(
        state=None,
        route=route,
        site=None,
        diagnosis=diagnosis,
        indication=indication,
        condition=condition,
        product_id=None,
        age_years=None,
        mg_per_kg=None,
        mg_per_course=None,
        interval_days=None,
        on=policy.period.first_day,
        as_of=LATER,
    )


def held(policy, indication, book, **parts) -> Judged:
    situation = order(policy, indication, **parts)
    return judge(Chosen(policy, False, selection.outside(policy, situation, Payer.UNKNOWN)), situation, {}, book)


@pytest.fixture(scope="module")
def indications(book):
    return sorted(
        {each for found in book.policies.values() for one in found for e in one.entries for each in e.indications}
    )


def names(policy):
    return {each for entry in policy.entries for each in entry.indications}


def test_every_version_is_about_the_same_conditions(book):
    """The version of which only the head was read is about no more than the one whose text was."""
    found = {
        one.id: {version.only_for for version in versions} for versions in book.policies.values() for one in versions
    }

    assert found["medicare.lcd.L38268"] == {frozenset({"itp_chronic"})}
    assert all(len(each) == 1 for each in found.values())


def test_a_document_silent_about_what_it_does_not_list_says_whom_it_is_about(book):
    """Without a list of uses nothing is unlisted: then the scope itself must say which uses are meant."""
    found = [
        one.fact_id
        for versions in book.policies.values()
        for one in versions
        if one.unlisted == "outside" and not names(one) and not one.only_for and not one.not_for
    ]
    assert found == []


def test_a_document_says_nothing_of_what_it_is_not_for(book, indications):
    scoped = [one for versions in book.policies.values() for one in versions if one.only_for or one.not_for]
    assert {one.id for one in scoped} >= {"medicare.lcd.L38268", "medicare.lcd.L39314", "medicare.lcd.L35891"}
    for one in scoped:
        for indication in indications:
            if indication in one.not_for or (one.only_for and indication not in one.only_for):
                assert held(one, indication, book).outside == "indication"


def test_another_diagnosis_than_ours_is_not_of_a_document_about_one_condition(book):
    itp = book.policy("medicare.lcd.L38268", date(2025, 6, 1))

    assert held(itp, None, book).outside is None  # nobody has said what it is for
    assert held(itp, None, book, diagnosis="E11.9").outside == "indication"
    assert held(itp, "itp_chronic", book, diagnosis="D69.3").outside is None
