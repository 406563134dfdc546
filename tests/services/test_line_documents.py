"""What has been met, as it stands in documents."""

from estimator.benefits.terms import self_pay_terms, year_terms
from estimator.model.claims import LedgerState
from services import line_documents
from tests.estimator.orders import cents, plan

STATE = LedgerState(cents("300"), cents("900"))
CAPPED = year_terms(plan("1000", "6000"))


def test_what_has_been_met_is_written():
    assert line_documents.balances(STATE, CAPPED) == {"deductible_met": "300.00", "out_of_pocket_met": "900.00"}


def test_with_a_price_missing_nobody_knows_what_has_been_met():
    unknown = line_documents.balances(STATE, CAPPED, is_unknown=True)

    assert unknown == {"deductible_met": None, "out_of_pocket_met": None}


def test_where_there_is_no_maximum_none_is_met():
    assert line_documents.balances(STATE, year_terms(plan("1000", "none")))["out_of_pocket_met"] is None


def test_without_insurance_there_is_nothing_to_meet():
    terms = self_pay_terms().for_year(None)

    assert line_documents.balances(STATE, terms) == {"deductible_met": None, "out_of_pocket_met": None}
