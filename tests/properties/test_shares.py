"""What must hold of every plan and every year of claims."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.benefits import adjudicate
from estimator.model.plan import NO_LIMIT, Tier
from tests.properties.years import limits, plans, terms_of, years

MANY = settings(max_examples=1000, derandomize=True, deadline=None)


def spent(found, member=None):
    return sum(visit.patient_cost for visit in found.visits if member is None or visit.claim.member == member)


@MANY
@given(own=plans(), claims=years(), met=limits)
def test_no_member_pays_past_the_out_of_pocket_maximum(own, claims, met):
    limit = own.out_of_pocket_max
    found = adjudicate(claims, terms=terms_of(own, out_of_pocket_met=met))

    if own.tier is Tier.SELF or limit.family is None or limit.rule.value == "embedded":
        for member in {claim.member for claim in claims}:
            already = met if member == "self" else 0
            assert spent(found, member) <= max(limit.individual - already, 0)


@MANY
@given(own=plans(), claims=years(), met=limits)
def test_a_family_never_pays_more_than_its_limit(own, claims, met):
    limit = own.out_of_pocket_max
    found = adjudicate(claims, terms=terms_of(own, out_of_pocket_met=met))

    if own.tier is Tier.FAMILY and limit.family is not None:
        assert spent(found) <= max(limit.family - met, 0)


@MANY
@given(own=plans(all_counts=False), claims=years(), met=limits)
def test_every_line_is_borne_to_the_cent(own, claims, met):
    found = adjudicate(claims, terms=terms_of(own, deductible_met=met, out_of_pocket_met=met))

    for visit in found.visits:
        for line, share in zip(visit.claim.lines, visit.shares, strict=True):
            borne = share.plan_paid + share.secondary_paid + share.assistance_paid + share.patient_cost
            assert line.allowed + share.balance_bill == borne + share.provider_liability
            assert min(share.plan_paid, share.patient_cost, share.ceiling_reduction) >= 0
            asked = share.deductible + share.copay + share.coinsurance
            assert share.patient_share == asked - share.ceiling_reduction
    assert found.patient_cost == spent(found)
    assert found.patient_cost + found.plan_paid == found.allowed


@MANY
@given(own=plans(), claims=years(), met=st.tuples(limits, limits), more=st.tuples(limits, limits))
def test_more_met_never_costs_more(own, claims, met, more):
    less = adjudicate(claims, terms=terms_of(own, deductible_met=met[0], out_of_pocket_met=met[1]))
    most = adjudicate(claims, terms=terms_of(own, deductible_met=met[0] + more[0], out_of_pocket_met=met[1] + more[1]))

    assert most.patient_cost <= less.patient_cost


@MANY
@given(own=plans(), claims=years(), more=limits)
def test_a_higher_maximum_never_costs_less(own, claims, more):
    limit = own.out_of_pocket_max
    raised = limit._replace(
        individual=min(limit.individual + more, NO_LIMIT),
        family=None if limit.family is None else min(limit.family + more, NO_LIMIT),
    )
    lower = adjudicate(claims, terms=terms_of(own))
    higher = adjudicate(claims, terms=terms_of(replace(own, out_of_pocket_max=raised)))

    assert lower.patient_cost <= higher.patient_cost


@MANY
@given(own=plans(all_counts=False), claims=years())
def test_the_ledger_never_shrinks_inside_a_year(own, claims):
    found = adjudicate(claims, terms=terms_of(own))

    families = [
        (visit.balances_after.family_deductible_met, visit.balances_after.family_out_of_pocket_met)
        for visit in found.visits
    ]
    assert families == sorted(families, key=lambda pair: pair[0])
    assert families == sorted(families, key=lambda pair: pair[1])


@MANY
@given(own=plans(), claims=years())
def test_no_deductible_is_met_past_its_amount(own, claims):
    terms = terms_of(replace(own, copay=own.copay._replace(counts_to_deductible=False)))
    year = terms.for_year(claims[0].service_on)

    found = adjudicate(claims, terms=terms)

    for visit in found.visits:
        assert visit.balances_after.deductible_met <= year.deductible
        assert visit.balances_after.family_deductible_met <= year.family_deductible


@MANY
@given(own=plans(), claims=years(), data=st.data())
def test_a_day_less_never_costs_the_plan_more(own, claims, data):
    fewer = list(claims)
    fewer.pop(data.draw(st.integers(0, len(claims) - 1)))
    terms = terms_of(own)

    less, more = adjudicate(fewer, terms=terms), adjudicate(claims, terms=terms)

    assert less.plan_paid <= more.plan_paid
