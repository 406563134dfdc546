"""Plans, balances and assistance become the values that the plan year's arithmetic takes."""

from datetime import date

import pytest

from estimator import help_rules
from estimator.model.codes import Category
from estimator.model.plan import NO_LIMIT, CostShareRule, FamilyRule, Limit, Per, Tier
from schemas.estimates import ESTIMATE_REQUEST
from tests.schemas.requests import MINIMAL, estimate, plan, problems

START = date(2027, 1, 5)


def test_none_is_written_out_and_unknown_is_left_out():
    known = plan(deductible="none", out_of_pocket_max="none")
    inside = plan(deductible={"individual": "none"}, out_of_pocket_max={"individual": "none", "family": "none"})
    unknown = plan()

    assert (known.deductible, known.out_of_pocket_max) == (Limit(0), Limit(NO_LIMIT))
    assert (inside.deductible, inside.out_of_pocket_max) == (Limit(0), Limit(NO_LIMIT))
    assert (unknown.deductible, unknown.out_of_pocket_max, unknown.default_share) == (Limit(None), Limit(None), None)
    assert unknown.year_starts_on is None


def test_a_family_amount_makes_it_a_family_plan():
    found = plan(deductible={"individual": "1500", "family": "3000"})

    assert found.tier is Tier.FAMILY
    assert found.deductible == Limit(150_000, 300_000, FamilyRule.EMBEDDED)
    assert plan(deductible={"individual": "1500"}).tier is Tier.SELF
    assert plan(tier="self", deductible={"individual": "1500", "family": "3000"}).tier is Tier.SELF


def test_under_the_aggregate_rule_one_member_may_use_up_the_family_amount():
    assert plan(deductible={"family": "5000", "rule": "aggregate"}).deductible == Limit(
        500_000, 500_000, FamilyRule.AGGREGATE
    )


def test_cost_share_by_category():
    found = plan(
        cost_share={
            "default": {"coinsurance_percent": "20", "copay": "none", "per": "visit"},
            "drug": {"coinsurance_percent": "20", "minimum": "none", "maximum": "250.00", "per": "line"},
            "administration": {"copay": "30.00"},
        },
        copay={"before_deductible": True},
        pharmacy_deductible="none",
    )

    assert found.default_share == CostShareRule(20_000)
    assert dict(found.cost_share) == {
        Category.DRUG: CostShareRule(20_000, per=Per.LINE, maximum=25_000),
        Category.ADMINISTRATION: CostShareRule(0, copay=3_000),
    }
    assert found.copay.before_deductible
    assert not found.drug_deductible_applies


@pytest.mark.parametrize(
    ("terms", "pointer", "code"),
    [
        ({"cost_share": {"default": {}}}, "/cost_share/default/coinsurance_percent", "required"),
        (
            {"cost_share": {"default": {"copay": "1", "minimum": "9", "maximum": "8"}}},
            "/cost_share/default/minimum",
            "minimum_above_maximum",
        ),
        ({"deductible": "1500.00"}, "/deductible", "not_an_object"),
        ({"deductible": {"individual": "2", "family": "1"}}, "/deductible/family", "family_below_individual"),
        ({"pharmacy_deductible": "some"}, "/pharmacy_deductible", "not_allowed"),
        (
            {"out_of_network": {"deductible": {"individual": "-1"}}},
            "/out_of_network/deductible/individual",
            "money_negative",
        ),
        ({"fourth_quarter_carryover": {"months": 3}}, "/fourth_quarter_carryover/months", "unknown_field"),
        ({"csr": "95"}, "/csr", "not_allowed"),
        ({"cost_share": {"dental": {"copay": "1"}}}, "/cost_share/dental", "unknown_field"),
        ({"year_starts_on": "1999-01-01"}, "/year_starts_on", "date_out_of_range"),
    ],
)
def test_plan_terms_that_cannot_be(terms, pointer, code):
    body = MINIMAL | {"coverage": {"payer": "commercial", "plan": terms}}

    assert problems(ESTIMATE_REQUEST, body) == {(f"/coverage/plan{pointer}", code)}


@pytest.mark.parametrize(
    ("balances", "pointer", "code"),
    [
        ({"out_of_pocket_remaining": "100.00"}, "/out_of_pocket_remaining", "remaining_without_limit"),
        ({"deductible_remaining": "1500.01"}, "/deductible_remaining", "remaining_above_limit"),
        ({"pharmacy_deductible_met": "900.00"}, "/pharmacy_deductible_met", "no_pharmacy_deductible"),
        (
            {"members": {"spouse": {"pharmacy_deductible_met": "0.01"}}},
            "/members/spouse/pharmacy_deductible_met",
            "no_pharmacy_deductible",
        ),
    ],
)
def test_balances_of_what_the_plan_has_not(balances, pointer, code):
    plan = {"deductible": {"individual": "1500.00"}, "out_of_pocket_max": "none"}
    body = MINIMAL | {"coverage": {"payer": "commercial", "plan": plan, "balances": balances}}

    assert problems(ESTIMATE_REQUEST, body) == {(f"/coverage/balances{pointer}", code)}


def test_nothing_met_of_a_deductible_that_drugs_have_not_is_no_contradiction():
    plan = {"deductible": {"individual": "1500.00"}, "out_of_pocket_max": "none"}

    found = estimate(coverage={"payer": "commercial", "plan": plan, "balances": {"pharmacy_deductible_met": "0"}})

    assert found.coverage.balances.pharmacy_deductible_met == 0


def test_funding_may_stand_with_the_plan_but_not_differ():
    coverage = {"payer": "commercial", "plan": {"funding": "self_funded"}}

    assert estimate(coverage=coverage).coverage.funding == "self_funded"
    differing = MINIMAL | {"coverage": coverage | {"funding": "fully_insured"}}
    assert problems(ESTIMATE_REQUEST, differing) == {("/coverage/plan/funding", "conflict")}


def test_authorization_is_handed_on():
    found = estimate(coverage={"payer": "va", "authorization": {"status": "approved", "number_on_file": True}})

    assert (found.coverage.authorization_status, found.coverage.authorization_number_on_file) == ("approved", True)


@pytest.mark.parametrize("payer", ["medicare", "medicare_advantage", "medicaid", "tricare", "va"])
@pytest.mark.parametrize("program", ["auto", {"annual_maximum": "10000.00"}])
def test_a_copay_programme_under_a_federal_payer_is_dropped_and_said_so(payer, program, book):
    found = estimate(coverage={"payer": payer}, assistance={"copay_program": program})
    settled = help_rules.settle(help_rules.Question(found.assistance, found.coverage.payer, None, None, START), book)

    assert settled.ways == ()
    assert [item.code for item in settled.assumptions] == ["assistance_refused_federal"]


@pytest.mark.parametrize(
    "assistance", ["none", {}, {"copay_program": "none"}, {"copay_program": None, "accumulator_program": "unknown"}]
)
def test_no_assistance_is_fine_for_everyone(assistance):
    assert not estimate(assistance=assistance).assistance.is_any
    assert not estimate(coverage={"payer": "medicare"}, assistance=assistance).assistance.is_any


def test_none_is_true_of_original_medicare_s_maximum():
    found = estimate(
        coverage={"payer": "medicare", "plan": {"out_of_pocket_max": "none", "deductible": {"individual": "290.00"}}}
    )

    assert found.coverage.plan.deductible == Limit(29_000)
