"""Random plans and years of claims, for properties that must always hold."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from estimator.benefits import VisitClaim, plan_terms
from estimator.model.codes import Category
from estimator.model.money import milli_percent
from estimator.model.plan import NO_LIMIT, Balances, CopayOrder, CostShareRule, FamilyRule, Limit, Per, Tier
from tests.estimator.orders import line, plan

FIRST = date(2027, 1, 1)
EDGES = (0, 1, 99, 100, 1500_00, 6000_00)

amounts = st.one_of(st.sampled_from(EDGES), st.integers(0, 3_000_000))
limits = st.one_of(st.sampled_from(EDGES), st.integers(0, 1_500_000))
percents = st.sampled_from([milli_percent(Decimal(each)) for each in ("0", "10", "19.15", "20", "33.333", "50", "100")])
members = st.sampled_from(["self", "spouse", "child"])
categories = st.sampled_from([Category.DRUG, Category.ADMINISTRATION, Category.VISIT])


@st.composite
def rules(draw):
    """Draw a rule: a percentage, a copay, or both, within limits or without."""
    minimum = draw(st.one_of(st.none(), st.integers(0, 200_00)))
    maximum = draw(st.one_of(st.none(), st.integers(200_00, 500_00)))
    return CostShareRule(
        coinsurance=draw(percents),
        copay=draw(st.sampled_from([0, 0, 30_00, 50_00])),
        per=draw(st.sampled_from(list(Per))),
        minimum=minimum,
        maximum=maximum,
    )


@st.composite
def plans(draw, *, all_counts=True):
    """Draw a plan whose amounts all count to its maximum and end there, or any plan."""
    family = draw(st.booleans())
    deductible, maximum = draw(limits), draw(st.one_of(limits, st.just(NO_LIMIT)))
    rule = draw(st.sampled_from(list(FamilyRule)))
    order = CopayOrder(
        before_deductible=draw(st.booleans()),
        reduces_base=draw(st.booleans()),
        counts_to_deductible=draw(st.booleans()),
        counts_to_out_of_pocket=all_counts or draw(st.booleans()),
        continues_after_deductible=draw(st.booleans()),
        continues_after_out_of_pocket_max=not all_counts and draw(st.booleans()),
    )
    return plan(
        share=draw(rules()),
        cost_share=tuple((category, draw(rules())) for category in draw(st.sets(categories, max_size=2))),
        deductible_limit=Limit(deductible, deductible + draw(limits) if family else None, rule),
        maximum_limit=Limit(maximum, min(maximum + draw(limits), NO_LIMIT) if family else None, rule),
        tier=Tier.FAMILY if family else Tier.SELF,
        copay=order,
        year_starts_on=FIRST,
        deductible_counts_to_out_of_pocket=all_counts or draw(st.booleans()),
        coinsurance_counts_to_out_of_pocket=all_counts or draw(st.booleans()),
        drug_deductible_applies=draw(st.booleans()),
    )


@st.composite
def years(draw, *, most=8, only=None):
    """Draw visits of one plan year: some lines each, drug first."""
    claims = []
    for _ in range(draw(st.integers(1, most))):
        lines = [
            line(None, category)._replace(allowed=draw(amounts))
            for category in draw(st.lists(categories, min_size=1, max_size=3))
        ]
        lines.sort(key=lambda one: one.category is not Category.DRUG)
        on = FIRST + timedelta(days=draw(st.integers(0, 364)))
        member = only or draw(members)
        claims.append(VisitClaim(on, tuple(lines), sum(one.allowed for one in lines), member))
    return claims


def terms_of(own, *, deductible_met=0, out_of_pocket_met=0):
    """Make terms with balances of the first day; no visit is history."""
    given = Balances(deductible_met=deductible_met, out_of_pocket_met=out_of_pocket_met)
    return plan_terms(own, given, opening_on=FIRST, history_until=None)
