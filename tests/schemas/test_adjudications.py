"""Claim lines to be shared out become frozen values."""

import pytest

from estimator.model.codes import DenialNotice, DenialReason, Site
from schemas.adjudications import ADJUDICATION_REQUEST
from tests.schemas.requests import LINE, PLAN, TODAY, problems, read


def test_lines_to_be_shared_out():
    found = read(
        ADJUDICATION_REQUEST,
        {
            "payer": "commercial",
            "benefit": "medical",
            "plan": PLAN,
            "balances": {"as_of": "2026-11-01", "deductible_met": "300.00", "out_of_pocket_met": "900.00"},
            "lines": [
                LINE
                | {
                    "member": "self",
                    "code": "J1561",
                    "units": 140,
                    "billed_amount": None,
                    "network": "in",
                    "covered": True,
                    "assignment": "accepted",
                    "site_of_care": "physician_office",
                },
                LINE
                | {
                    "id": "b",
                    "covered": False,
                    "denial": {"reason": "no_benefit", "notice": "none"},
                    "coinsurance_percent": "19.15",
                    "billed_amount": "9000",
                },
            ],
        },
    )

    first, second = found.lines
    assert (first.id, first.allowed, first.units, first.site_of_care) == ("a", 687_064, 140, Site.PHYSICIAN_OFFICE)
    assert (second.covered, second.denial_reason, second.denial_notice) == (
        False,
        DenialReason.NO_BENEFIT,
        DenialNotice.NONE,
    )
    assert (second.coinsurance, second.billed) == (19_150, 900_000)
    assert found.as_of == TODAY
    assert found.plan.is_complete


@pytest.mark.parametrize(
    ("plan", "pointers"),
    [
        (None, {"/plan"}),
        ({}, {"/plan/deductible/individual", "/plan/out_of_pocket_max/individual", "/plan/cost_share/default"}),
        ({**PLAN, "deductible": {"family": "3000"}}, {"/plan/deductible/individual"}),
        ({"nope": 1, **PLAN, "cost_share": {}}, {"/plan/nope", "/plan/cost_share/default"}),
    ],
)
def test_an_adjudication_needs_a_complete_plan(plan, pointers):
    found = problems(ADJUDICATION_REQUEST, {"payer": "commercial", "plan": plan, "lines": [LINE]})

    assert {pointer for pointer, _ in found} == pointers


def test_too_many_lines():
    lines = [LINE | {"id": str(number)} for number in range(1001)]

    assert problems(ADJUDICATION_REQUEST, {"payer": "medicare", "lines": lines}) == {("/lines", "too_many")}


def test_problems_of_items_have_their_place():
    lines = [LINE, None, LINE | {"id": "c", "units": -1}, 5]

    assert problems(ADJUDICATION_REQUEST, {"payer": "medicare", "lines": lines}) == {
        ("/lines/1", "required"),
        ("/lines/2/units", "out_of_range"),
        ("/lines/3", "not_an_object"),
    }


def test_a_line_denied_for_a_reason_is_not_covered():
    lines = [
        LINE | {"denial": {"reason": "no_benefit"}},
        LINE | {"id": "b", "denial": {"notice": "signed"}},
        LINE | {"id": "c", "covered": False},
    ]
    found = read(ADJUDICATION_REQUEST, {"payer": "commercial", "plan": PLAN, "lines": lines})

    assert [line.covered for line in found.lines] == [False, True, False]


def test_a_line_cannot_be_covered_and_denied():
    lines = [LINE | {"covered": True, "denial": {"reason": "no_benefit"}}]

    assert problems(ADJUDICATION_REQUEST, {"payer": "commercial", "plan": PLAN, "lines": lines}) == {
        ("/lines/0/denial", "conflict")
    }
