"""What must hold whoever pays after the first payer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.benefits import adjudicate, medicare_terms
from estimator.benefits.coordination import coordinate
from estimator.benefits.later_payers import (
    ExcessCharge,
    GroupPlan,
    HardestMethod,
    Medicaid,
    PaysNothing,
    TakesTheRest,
)
from estimator.benefits.medicare_secondary import MedicareAfterPlan
from estimator.benefits.medigap import Coverage, Medigap
from estimator.model.money import HUNDRED_PERCENT
from estimator.model.secondary import Method
from tests.properties.years import FIRST, amounts, limits, percents, plans, terms_of, years

MANY = settings(max_examples=1000, derandomize=True, deadline=None)
DEDUCTIBLE, CEILING = 283_00, 1736_00
yearly = st.one_of(st.none(), limits)


def medicare(*, has_ceiling=False):
    """Give Medicare's terms."""
    return medicare_terms(
        deductible_of=lambda _year: DEDUCTIBLE,
        default_coinsurance=20_000,
        balances=None,
        opening_on=None,
        history_until=None,
        day_ceiling_of=lambda _year: CEILING if has_ceiling else None,
    )


@st.composite
def group_plans(draw):
    """Draw a second group plan."""
    return GroupPlan(terms_of(draw(plans())), draw(st.sampled_from(list(Method))), draw(st.booleans()))


@st.composite
def medigaps(draw):
    """Draw a Medigap policy, of any percentages."""
    limit, high = draw(yearly), draw(yearly)
    coverage = Coverage(draw(percents), draw(percents), draw(percents), draw(st.sampled_from([None, 20_00])))
    return Medigap("X", coverage, lambda _year: limit, lambda _year: high, draw(limits), FIRST.year)


@st.composite
def medicaids(draw):
    """Draw Medicaid."""
    rate = draw(st.one_of(st.none(), amounts))
    return Medicaid(lambda _line: rate, qmb=draw(st.booleans()))


@st.composite
def second_medicares(draw):
    """Draw Medicare after a plan, with fees near and far from what the plan allows."""
    percent = draw(st.integers(0, 250))
    return MedicareAfterPlan(
        medicare(has_ceiling=draw(st.booleans())),
        fee_of=lambda _on, line: line.allowed * percent // 100,
        percent_of_line=lambda _on, _line: None,
    )


others = st.sampled_from([TakesTheRest("tricare_for_life"), PaysNothing("va_never_second")])
payers = st.lists(st.one_of(group_plans(), medigaps(), medicaids(), second_medicares(), others), max_size=3)


def costs(found):
    return [[share.patient_cost for share in visit.shares] for visit in found.visits]


@MANY
@given(own=plans(all_counts=False), claims=years(), after=payers)
def test_no_later_payer_raises_what_the_patient_pays(own, claims, after):
    alone = adjudicate(claims, terms=terms_of(own))

    for count in range(1, len(after) + 1):
        before, found = coordinate(alone, after[: count - 1]), coordinate(alone, after[:count])
        for left, then in zip(costs(found), costs(before), strict=True):
            assert all(0 <= after_all <= so_far for after_all, so_far in zip(left, then, strict=True))


@MANY
@given(own=plans(all_counts=False), claims=years(), after=payers, unassigned=st.booleans())
def test_every_line_is_borne_to_the_cent_by_all_payers(own, claims, after, unassigned):
    lines = [
        claim._replace(lines=tuple(line._replace(is_assigned=not unassigned) for line in claim.lines))
        for claim in claims
    ]
    excess = [ExcessCharge(HUNDRED_PERCENT + 15_000)] if unassigned else []

    found = coordinate(adjudicate(lines, terms=terms_of(own)), [*excess, *after])

    for visit in found.visits:
        for line, share in zip(visit.claim.lines, visit.shares, strict=True):
            borne = share.plan_paid + share.secondary_paid + share.assistance_paid + share.patient_cost
            assert line.allowed + share.balance_bill == borne + share.provider_liability
            assert min(share.secondary_paid, share.patient_cost, share.provider_liability, share.balance_bill) >= 0
    assert found.patient_cost == sum(sum(day) for day in costs(found))
    assert found.patient_cost == sum(year.patient_cost for year in found.years)


@MANY
@given(claims=years(), policy=medigaps())
def test_medigap_never_pays_more_than_medicare_leaves(claims, policy):
    alone = adjudicate(claims, terms=medicare())

    found = coordinate(alone, [policy])

    for before, after in zip(alone.visits, found.visits, strict=True):
        for left, then in zip(before.shares, after.shares, strict=True):
            assert then.secondary_paid + then.patient_share == left.patient_share


@MANY
@given(claims=years(only="self"), limit=limits)
def test_a_limit_of_k_or_l_bounds_the_year(claims, limit):
    policy = Medigap("K", Coverage(50_000, 0, 0), lambda _year: limit, lambda _year: None)

    found = coordinate(adjudicate(claims, terms=medicare()), [policy])

    assert found.patient_cost <= max(limit, DEDUCTIBLE)


@MANY
@given(claims=years(only="self"), high=limits)
def test_a_high_deductible_bounds_the_year(claims, high):
    policy = Medigap("HD-G", Coverage(HUNDRED_PERCENT, 0, HUNDRED_PERCENT), lambda _year: None, lambda _year: high)

    found = coordinate(adjudicate(claims, terms=medicare()), [policy])

    assert found.patient_cost <= max(high, DEDUCTIBLE)


@MANY
@given(own=plans(), claims=years(), second=plans())
def test_no_method_leaves_less_than_the_standard_one_and_none_more_than_the_hardest(own, claims, second):
    alone = adjudicate(claims, terms=terms_of(own))
    by_method = [GroupPlan(terms_of(second), method) for method in Method]
    found = [coordinate(alone, [payer]).patient_cost for payer in by_method]

    assert min(found) == found[list(Method).index(Method.STANDARD)]
    assert max(found) == coordinate(alone, [HardestMethod(tuple(by_method))]).patient_cost
