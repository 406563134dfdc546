"""What a contract must say, and every way to say it wrong."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.errors import InvalidRequest
from schemas.contracts import CONTRACT_REQUEST

BODY = {
    "name": "Invented Health 2027",
    "payer": "commercial",
    "first_day": "2027-01-01",
    "rates": [{"code": "J1561", "method": "per_unit", "value": "61.35"}],
    "source": {"title": "Agreement, exhibit B"},
}


def read(**more):
    return CONTRACT_REQUEST.read_request(BODY | more, today=date(2026, 11, 21))


def refused(**more):
    with pytest.raises(InvalidRequest) as caught:
        read(**more)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def rate(**more):
    found = {name: value for name, value in (BODY["rates"][0] | more).items() if value is not None}
    return {"rates": [found]}


def test_a_contract_is_read():
    draft = read()

    assert draft.rates[0].value == Decimal("61.35")
    assert draft.rates[0].period(draft) == (date(2027, 1, 1), None)


@pytest.mark.parametrize("field", ["name", "payer", "first_day", "rates", "source"])
def test_what_a_contract_needs(field):
    assert refused(**{field: None}) == [(f"/{field}", "required")]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"payer": "medicare"}, ("/payer", "not_allowed")),
        ({"payer": "self_pay"}, ("/payer", "not_allowed")),
        ({"last_day": "2026-12-31"}, ("/last_day", "last_day_before_first")),
        ({"rates": []}, ("/rates", "required")),
        ({"site_of_care": "moon"}, ("/site_of_care", "not_allowed")),
        ({"secret": 1}, ("/secret", "unknown_field")),
        (rate(code=None), ("/rates/0/code", "required")),
        (rate(scope="drug"), ("/rates/0/scope", "conflict")),
        (rate(code="gamunex"), ("/rates/0/code", "billing_code_malformed")),
        (rate(code=96365), ("/rates/0/code", "billing_code_malformed")),
        (rate(value="-1"), ("/rates/0/value", "out_of_range")),
        (rate(value="2000.01"), ("/rates/0/value", "out_of_range")),
        (rate(value="much"), ("/rates/0/value", "not_a_number")),
        (rate(value="9" * 40), ("/rates/0/value", "out_of_range")),
        (rate(method="guess"), ("/rates/0/method", "not_allowed")),
        (rate(method="percent_of_payment_limit", value="1.2"), ("/rates/0/value", "out_of_range")),
        (rate(method="percent_of_payment_limit", value="0.9"), ("/rates/0/value", "percent_looks_like_fraction")),
        (rate(method="percent_of_charge", value="101"), ("/rates/0/value", "out_of_range")),
        (rate(method="asp_plus_percent", value="0.06"), ("/rates/0/value", "percent_looks_like_fraction")),
        (rate(method="per_diem", value="310.005"), ("/rates/0/value", "too_many_places")),
        (rate(per="course"), ("/rates/0/per", "case_rate_only")),
        (rate(method="case_rate"), ("/rates/0/code", "rate_needs_scope")),
        (rate(code=None, scope="drug"), ("/rates/0/scope", "rate_needs_code")),
        (rate(code=None, scope="all", method="asp_plus_percent", value="6"), ("/rates/0/method", "drugs_only")),
    ],
)
def test_what_is_wrong_is_said_at_its_place(given, problem):
    assert refused(**given) == [problem]


@pytest.mark.parametrize(
    "given",
    [
        rate(method="asp_plus_percent", value="0"),
        rate(code=None, scope="all", method="case_rate", value="9000.00", per="course"),
        rate(code="96365", value="150"),
        rate(code="0001f", value="150"),
    ],
)
def test_what_may_be_said(given):
    assert len(read(**given).rates) == 1
