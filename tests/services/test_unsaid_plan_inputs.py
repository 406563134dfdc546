"""Whatever a caller leaves unsaid of a plan is a range that names it, or is named with what was taken for it."""

from copy import deepcopy

import pytest

from tests.services.reviewing import OUTSIDE, PLAN, adjudicate, card, estimate, line

BALANCES = {
    "as_of": "2027-03-01",
    "deductible_met": "100.00",
    "out_of_pocket_met": "100.00",
    "family_deductible_met": "100.00",
    "family_out_of_pocket_met": "100.00",
}
FAMILY = PLAN | {
    "deductible": {"individual": "1000.00", "family": "2000.00", "rule": "embedded"},
    "out_of_pocket_max": {"individual": "1500.00", "family": "3000.00", "rule": "embedded"},
    "cost_share": {"default": {"coinsurance_percent": "20"}, "administration": {"copay": "30.00"}},
    "out_of_network": OUTSIDE,
}
SECOND = {"kind": "commercial", "method": "standard", "plan": PLAN, "balances": {"deductible_met": "0"}}
COVERAGE = {"payer": "commercial", "plan": FAMILY, "balances": BALANCES, "network": "in", "secondaries": [SECOND]}


def without(whole, *path):
    found = deepcopy(whole)
    at = found
    for name in path[:-1]:
        at = at[name]
    del at[path[-1]]
    return found


def asked(coverage, runtime, **more):
    return estimate(runtime, {"courses": 4, "start_on": "2027-03-05"}, coverage=coverage, **more)


def field(*path):
    return "coverage." + ".".join(path)


def test_nothing_is_open_where_all_was_said(runtime):
    document = asked(COVERAGE, runtime)
    cost = document["summary"]["patient_cost"]

    assert cost["low"] == cost["high"]
    assert document["summary"]["narrow_with"] == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (("plan",), "plan.out_of_pocket_max"),
        (("plan", "deductible"), "plan.deductible"),
        (("plan", "deductible", "individual"), "plan.deductible"),
        (("plan", "out_of_pocket_max"), "plan.out_of_pocket_max"),
        (("plan", "out_of_pocket_max", "individual"), "plan.out_of_pocket_max"),
        (("plan", "cost_share"), "plan.cost_share"),
        (("plan", "cost_share", "default"), "plan.cost_share"),
        (("balances", "deductible_met"), "balances.deductible_met"),
        (("balances", "out_of_pocket_met"), "balances.out_of_pocket_met"),
        (("balances", "family_deductible_met"), "balances.family_deductible_met"),
        (("balances", "family_out_of_pocket_met"), "balances.family_out_of_pocket_met"),
    ],
)
def test_what_was_not_said_is_a_range_and_is_asked_for(path, named, runtime):
    coverage = without(without(COVERAGE, "secondaries"), *path)
    document = asked(coverage, runtime)
    cost = document["summary"]["patient_cost"]

    assert cost["low"] != cost["high"]
    assert field(named) in document["summary"]["narrow_with"]


def test_how_a_second_plan_coordinates_is_a_range_and_is_asked_for(runtime):
    second = without(SECOND, "method")
    document = asked(COVERAGE | {"secondaries": [second]}, runtime)
    cost = document["summary"]["patient_cost"]

    assert cost["low"] != cost["high"]
    assert document["summary"]["narrow_with"][0] == "coverage.secondaries[0].method"


def test_terms_out_of_network_are_asked_for(runtime):
    coverage = without(COVERAGE, "plan", "out_of_network") | {"network": "out"}
    document = asked(without(coverage, "secondaries"), runtime)

    assert document["summary"]["patient_cost"]["high"] is None
    assert field("plan.out_of_network") in document["summary"]["narrow_with"]


@pytest.mark.parametrize(
    "path",
    [
        ("plan", "year_starts_on"),
        ("plan", "deductible", "rule"),
        ("plan", "out_of_pocket_max", "rule"),
        ("balances", "as_of"),
        ("network",),
    ],
)
def test_what_is_taken_for_granted_is_named_with_its_field(path, runtime):
    document = asked(without(COVERAGE, *path), runtime)

    assert field(*path) in {item["field"] for item in document["assumptions"]}


@pytest.mark.parametrize(
    ("assistance", "named"),
    [
        ({"copay_program": {"annual_maximum": "600.00"}}, "assistance.accumulator_program"),
        ({"copay_program": {"patient_pays": "5.00"}, "accumulator_program": "none"}, "assistance.copay_program"),
        (card("600.00"), "coverage.balances.assistance_used"),
    ],
)
def test_what_is_not_known_of_help_is_named_with_its_field(assistance, named, runtime):
    document = asked(COVERAGE, runtime, assistance=assistance)

    assert named in {item["field"] for item in document["assumptions"]}


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (("plan", "year_starts_on"), "plan.year_starts_on"),
        (("plan", "deductible", "rule"), "plan.deductible.rule"),
        (("balances",), "balances"),
        (("balances", "as_of"), "balances.as_of"),
        (("balances", "deductible_met"), "balances.deductible_met"),
        (("balances", "family_out_of_pocket_met"), "balances.family_out_of_pocket_met"),
        (("secondaries", 0, "method"), "secondaries[0].method"),
        (("secondaries", 0, "balances"), "secondaries[0].balances"),
    ],
)
def test_an_adjudication_names_what_it_takes_for_granted(path, named, runtime):
    whole = without({"plan": FAMILY, "balances": BALANCES, "secondaries": [SECOND]}, *path)
    document = adjudicate(runtime, line("a", "2027-04-01", "3000.00"), **whole)

    assert named in {item["field"] for item in document["assumptions"]}


def test_a_rule_that_asks_for_nothing_known_is_refused(runtime):
    share = {"default": {"coinsurance_percent": "20"}, "drug": {"copay": "none", "maximum": "250.00"}}

    with pytest.raises(Exception, match="/plan/cost_share/drug/coinsurance_percent required"):
        adjudicate(runtime, line("a", "2027-04-01", "3000.00"), plan=PLAN | {"cost_share": share})
