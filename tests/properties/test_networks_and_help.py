"""What must hold of plans with two networks, of drug deductibles, of help, and of how lines are sent and split."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estimator import ledger
from estimator.benefits import VisitClaim, adjudicate, plan_terms
from estimator.benefits.terms import year_terms
from estimator.model.assistance import CopayProgram, Counting, Grant, Help
from estimator.model.codes import Category
from estimator.model.plan import NO_LIMIT, Balances, Carryover, CostShareRule, OutOfNetwork, Per
from schemas.adjudications import ADJUDICATION_REQUEST
from tests.properties.years import FIRST, amounts, limits, percents, plans, rules, years
from tests.schemas import requests

MANY = settings(max_examples=1000, derandomize=True, deadline=None)
SOME = settings(max_examples=100, derandomize=True, deadline=None)


@st.composite
def wide_plans(draw):
    """Draw a plan with terms out of network, perhaps a drug deductible and a carry-over."""
    own, outside = draw(plans()), draw(plans())
    return replace(
        own,
        pharmacy_deductible=draw(st.one_of(st.none(), st.integers(0, 500_00))),
        carryover=draw(st.one_of(st.none(), st.builds(Carryover, st.booleans()))),
        out_of_network=OutOfNetwork(
            outside.deductible,
            outside.out_of_pocket_max,
            outside.default_share,
            outside.cost_share,
            draw(st.booleans()),
        ),
    )


@st.composite
def mixed_years(draw):
    """Draw visits some of whose lines are out of network, with charges."""
    claims = []
    for claim in draw(years()):
        lines = tuple(
            line._replace(is_out_of_network=draw(st.booleans()), billed=line.allowed + draw(st.integers(0, 1000_00)))
            for line in claim.lines
        )
        claims.append(claim._replace(lines=lines))
    return claims


helps = st.builds(
    Help,
    st.one_of(
        st.none(),
        st.builds(
            CopayProgram,
            st.integers(0, 10_000_00),
            st.one_of(st.none(), st.integers(0, 2_000_00)),
            st.integers(0, 100_00),
            st.sampled_from([(Category.DRUG,), (Category.DRUG, Category.ADMINISTRATION)]),
        ),
    ),
    st.one_of(st.none(), st.builds(Grant, st.integers(0, 5_000_00))),
    st.sampled_from([Counting.NONE, Counting.ACCUMULATOR, Counting.MAXIMIZER]),
    # Said outright: left out, they are drawn too, below zero as well, where no request can put them.
    used=st.just(0),
    used_on=st.none(),
    used_in_month=st.just(0),
    granted=st.just(0),
)


def terms_of(own, assistance=None, *, met=0):
    year = year_terms(own, balance_bill_allowed=True)
    given_balances = Balances(deductible_met=met, out_of_pocket_met=met)
    terms = plan_terms(own, given_balances, opening_on=FIRST, history_until=None, year_of=lambda _start: year)
    return replace(terms, assistance=assistance)


def shares_of(found):
    return [
        (visit.claim.member, line, share)
        for visit in found.visits
        for line, share in zip(visit.claim.lines, visit.shares, strict=True)
    ]


@MANY
@given(own=wide_plans(), claims=mixed_years(), assistance=helps, met=limits)
def test_with_help_and_out_of_network_every_line_is_borne_to_the_cent(own, claims, assistance, met):
    found = adjudicate(claims, terms=terms_of(own, assistance, met=met))

    for _, line, share in shares_of(found):
        borne = share.plan_paid + share.secondary_paid + share.assistance_paid + share.patient_cost
        assert line.allowed + share.balance_bill == borne + share.provider_liability
        assert min(share.plan_paid, share.patient_cost, share.assistance_paid, share.balance_bill) >= 0
        assert share.balance_bill == (line.billed - line.allowed if line.is_out_of_network else 0)
    assert found.patient_cost == sum(share.patient_cost for _, _, share in shares_of(found))


@MANY
@given(own=wide_plans(), claims=mixed_years(), met=limits)
def test_no_member_pays_past_the_maximum_of_either_network(own, claims, met):
    terms = terms_of(own, met=met)
    year = terms.for_year(FIRST)
    found = adjudicate(claims, terms=terms)

    for is_outside, limits_of in ((False, year), (True, year.out_of_network)):
        spent = {}
        for member, line, share in shares_of(found):
            if line.is_out_of_network is is_outside:
                spent[member] = spent.get(member, 0) + share.patient_cost - share.balance_bill
        assert all(amount <= limits_of.out_of_pocket_max for amount in spent.values())
        assert sum(spent.values()) <= limits_of.family_out_of_pocket_max


@MANY
@given(own=plans(), claims=years(), assistance=helps)
def test_help_that_counts_never_costs_the_patient_more_than_help_that_does_not(own, claims, assistance):
    assume(assistance.counting is not Counting.MAXIMIZER)
    counted, uncounted = (
        adjudicate(claims, terms=terms_of(own, assistance._replace(counting=counting, grant=None)))
        for counting in (Counting.NONE, Counting.ACCUMULATOR)
    )

    assert counted.patient_cost <= uncounted.patient_cost


@MANY
@given(own=plans(), claims=years(), assistance=helps)
def test_help_pays_no_more_than_there_is_of_it(own, claims, assistance):
    found = adjudicate(claims, terms=terms_of(own, assistance))

    paid = sum(share.assistance_paid for _, _, share in shares_of(found))
    program = 0 if assistance.program is None else assistance.program.annual_maximum
    grant = 0 if assistance.grant is None else assistance.grant.amount
    assert paid <= program + grant
    assert all(share.assistance_paid == 0 for member, _, share in shares_of(found) if member != "self")


@MANY
@given(own=plans(), claims=years(only="self"), percent=percents, share=st.integers(0, 1000))
def test_splitting_a_line_moves_a_share_by_at_most_a_cent_for_each_line(own, claims, percent, share):
    plain = replace(own, default_share=CostShareRule(percent), cost_share=(), drug_deductible_applies=True)

    def halves(line):
        first = line.allowed * share // 1000
        return line._replace(allowed=first), line._replace(allowed=line.allowed - first)

    split = [
        VisitClaim(claim.service_on, tuple(part for line in claim.lines for part in halves(line)), claim.allowed)
        for claim in claims
    ]
    whole, parts = adjudicate(claims, terms=terms_of(plain)), adjudicate(split, terms=terms_of(plain))

    lines = 2 * sum(len(claim.lines) for claim in claims)
    assert abs(whole.patient_cost - parts.patient_cost) <= lines


@SOME
@given(data=st.data(), rule=rules(), allowed=st.lists(amounts, min_size=2, max_size=4))
def test_where_a_drug_stands_among_the_lines_of_its_day_changes_nothing(data, rule, allowed, book):
    def body(places):
        lines = [
            {
                "id": str(place),
                "service_on": "2027-02-01",
                "category": "drug" if place == 0 else "administration",
                "allowed_amount": f"{amount // 100}.{amount % 100:02d}",
            }
            for place, amount in enumerate(allowed)
        ]
        drug, others = lines[0], lines[1:]
        return [*others[:places], drug, *others[places:]]

    terms = {
        "deductible": {"individual": "500"},
        "out_of_pocket_max": {"individual": "2000"},
        "cost_share": {
            "default": {"coinsurance_percent": "20"},
            "drug": {"copay": f"{rule.copay // 100}.00", "coinsurance_percent": "10"},
        },
    }

    def costs(places):
        request = {"payer": "commercial", "plan": terms, "lines": body(places)}
        found = ledger.share_out(requests.read(ADJUDICATION_REQUEST, request), book=book)
        return {name: share.patient_cost for name, share in found.shares.items()}

    assert costs(0) == costs(data.draw(st.integers(1, len(allowed) - 1)))


@MANY
@given(own=wide_plans(), claims=mixed_years(), more=limits)
def test_more_met_never_costs_more_with_two_networks(own, claims, more):
    own = replace(own, out_of_network=own.out_of_network._replace(cross_accumulates=False), carryover=None)

    less, most = adjudicate(claims, terms=terms_of(own)), adjudicate(claims, terms=terms_of(own, met=more))

    assert most.patient_cost <= less.patient_cost


@SOME
@given(own=plans(), claims=years(), copay=st.integers(1, 100_00))
def test_a_copay_that_goes_on_after_the_maximum_is_all_that_is_owed_then(own, claims, copay):
    goes_on = replace(
        own,
        default_share=CostShareRule(0, copay, Per.VISIT),
        cost_share=(),
        copay=own.copay._replace(continues_after_out_of_pocket_max=True, continues_after_deductible=True),
    )
    met = own.out_of_pocket_max.individual
    assume(met < NO_LIMIT)
    found = adjudicate(claims, terms=terms_of(goes_on, met=max(met, own.deductible.individual or 0)))

    for visit in found.visits:
        if visit.claim.member == "self":
            assert visit.patient_cost <= copay
