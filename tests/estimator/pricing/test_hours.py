"""Minutes → infusion codes."""

import pytest

from estimator.errors import BadFact
from estimator.model.codes import Route
from estimator.pricing.hours import infusion_lines
from tests.estimator.orders import AS_OF
from tests.reading import each


@pytest.mark.parametrize("case", each("infusion_time", "hours"))
def test_an_hour_is_earned_by_more_than_half_of_it(case, book):
    assert dict(infusion_lines(case["minutes"], route=Route.IV, on=AS_OF, book=book)) == case["roles"]


@pytest.mark.parametrize(
    ("minutes", "roles"),
    [
        (10, {"injection": 1}),
        (15, {"injection": 1}),
        (16, {"sc_first_hour": 1}),
        (90, {"sc_first_hour": 1}),
        (91, {"sc_first_hour": 1, "sc_additional_hour": 1}),
    ],
)
def test_under_the_skin_other_codes_are_earned(minutes, roles, book):
    assert dict(infusion_lines(minutes, route=Route.SC, on=AS_OF, book=book)) == roles


@pytest.mark.parametrize(
    ("minutes", "setups", "roles"),
    [
        (60, 2, {"sc_first_hour": 1, "sc_additional_pump": 1}),
        (91, 4, {"sc_first_hour": 1, "sc_additional_hour": 1, "sc_additional_pump": 1}),
        (10, 2, {"injection": 1}),
    ],
)
def test_a_second_pump_with_sites_of_its_own_is_billed_once(minutes, setups, roles, book):
    # Medicare's claim edits pass one 96371 a day, however many pumps are set up.
    assert dict(infusion_lines(minutes, route=Route.SC, on=AS_OF, book=book, pump_setups=setups)) == roles
    assert "sc_additional_pump" not in dict(infusion_lines(60, route=Route.IV, on=AS_OF, book=book, pump_setups=2))


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("iv_first_hour", "96365"),
        ("iv_additional_hour", "96366"),
        ("iv_push_first", "96374"),
        ("sc_first_hour", "96369"),
        ("sc_additional_hour", "96370"),
        ("sc_additional_pump", "96371"),
        ("injection", "96372"),
    ],
)
def test_immune_globulin_is_not_billed_with_the_codes_of_chemotherapy(role, code, book):
    # Published: 96365 and 96366, not 96413 and 96415
    # (ClearCostEstimate: CPT 96365/96366, https://www.clearcostestimate.com/billing/cpt/96365-96366).
    assert book.code_by_role(role).code == code


def test_a_day_before_the_rule_is_no_guess(book):
    with pytest.raises(BadFact):
        infusion_lines(100, route=Route.IV, on=AS_OF.replace(year=2020), book=book)
