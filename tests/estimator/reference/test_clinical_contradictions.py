"""Clinical facts that no patient has, and facts that cannot hold together, are refused."""

from decimal import Decimal

import pytest

from estimator.model.order import GivenFact
from estimator.reference.clinical_reading import read_clinical


def refused(book, order=None, **given):
    facts = tuple((name, GivenFact(value, unit)) for name, (value, unit) in given.items())
    _, problems = read_clinical(facts, order=order or {}, book=book)
    return [(problem.pointer, problem.code) for problem in problems]


def yes_or_no(**given):
    return {name: (value, None) for name, value in given.items()}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"phase": "renewal", "approved_by": "none"}, ["authorization.phase"]),
        ({"approved_by_this_plan": True, "approved_by": "other_insurer"}, ["authorization.by_this_plan"]),
        ({"approved_by_this_plan": False, "approved_by": "this_plan"}, ["authorization.by_this_plan"]),
        ({"nerve_conduction_studies": False, "edx_demyelination": True}, ["exam.edx.done"]),
        ({"steroid_trial_done": False, "steroid_failed": True}, ["treatment.steroid.tried"]),
        ({"phase": "renewal", "approved_by": "other_insurer"}, []),
        ({"approved_by_this_plan": True, "approved_by": "this_plan"}, []),
        ({"steroid_trial_done": False, "steroid_failed": False}, []),
    ],
)
def test_facts_that_cannot_hold_together_are_refused(given, named, book):
    assert refused(book, **yes_or_no(**given)) == [(f"/clinical/{name}", "clinical_contradiction") for name in named]


@pytest.mark.parametrize(("group", "age", "codes"), [("adult", 8, 1), ("adult", 18, 0), ("child", 18, 1)])
def test_an_age_group_goes_with_the_age_of_the_order(group, age, codes, book):
    assert len(refused(book, order={"age": Decimal(age)}, age_group=(group, None))) == codes


@pytest.mark.parametrize(
    ("name", "value", "unit", "is_refused"),
    [
        ("igg", "200", "g/L", False),
        ("igg", "201", "g/L", True),
        ("modified_rankin", "6", None, False),
        ("modified_rankin", "7", None, True),
        ("panel_reactive_antibody", "100", "%", False),
        ("panel_reactive_antibody", "101", "%", True),
        ("demyelinated_limbs", "5", None, True),
    ],
)
def test_a_number_that_no_patient_has_is_refused(name, value, unit, is_refused, book):
    codes = [code for _, code in refused(book, **{name: (Decimal(value), unit)})]

    assert codes == (["clinical_implausible"] if is_refused else [])
