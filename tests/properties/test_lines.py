"""Claim lines sent in any order are the same claim."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import ledger
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.codes import Category, Payer
from tests.estimator.orders import AS_OF
from tests.properties.years import amounts, members, plans

DAY = date(2027, 1, 5)


@st.composite
def visits(draw):
    """Draw days of one drug line and one line for giving it; two members never meet on one day."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        member, on = draw(members), DAY + timedelta(days=21 * number)
        found += [
            AdjudicationLine(f"{number}-{category}", on, category, draw(amounts), member)
            for category in (Category.DRUG, Category.ADMINISTRATION)
        ]
    return found


@settings(max_examples=150, derandomize=True)
@given(own=plans(all_counts=False), lines=visits(), data=st.data())
def test_the_order_in_which_lines_are_sent_changes_nothing(own, lines, data, book):
    shuffled = data.draw(st.permutations(lines))

    as_sorted, as_sent = (
        ledger.share_out(AdjudicationRequest(AS_OF, Payer.COMMERCIAL, own, None, tuple(each)), book=book)
        for each in (lines, shuffled)
    )

    assert as_sent.shares == as_sorted.shares
    assert as_sent.adjudication.years == as_sorted.adjudication.years
