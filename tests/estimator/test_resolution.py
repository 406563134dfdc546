"""Names of a request → what is on file; what is not on file is refused, what was left open is named."""

from datetime import date

import pytest

from estimator.errors import InvalidRequest
from estimator.model.codes import Route, Site
from estimator.model.order import PreviousIvig, Window
from estimator.model.periods import Period
from estimator.resolution import resolve
from tests.estimator.orders import order, patient

START = date(2026, 11, 21)


def resolved(book, **parts):
    return resolve(order(**({"diagnosis": "G61.81", "start_on": START} | parts)), book=book)


@pytest.mark.parametrize(
    ("parts", "pointer", "code", "params"),
    [
        ({"diagnosis": None}, "/therapy/diagnosis", "required", {"why": "coverage"}),
        ({"diagnosis": "G61.99"}, "/therapy/diagnosis", "icd10_unknown", {"code": "G61.99"}),
        (
            {"diagnosis": "D83"},
            "/therapy/diagnosis",
            "icd10_not_billable",
            {"children": "D83.0, D83.1, D83.2, D83.8, D83.9"},
        ),
        # D69.11 is new on 1 October 2026; D69.1 is a category from that day on.
        (
            {"diagnosis": "D69.11", "start_on": date(2026, 9, 30)},
            "/therapy/diagnosis",
            "icd10_not_in_force",
            {"on": "2026-09-30"},
        ),
        ({"diagnosis": "D69.1"}, "/therapy/diagnosis", "icd10_not_billable", {"children": "D69.11, D69.19"}),
        ({"indication": "cipd"}, "/therapy/indication", "indication_unknown", {"id": "cipd"}),
        ({"product": "gammunex"}, "/therapy/product", "product_unknown", {"product": "gammunex"}),
        (
            {"product": "gamunex-c", "hcpcs": "J1569"},
            "/therapy/hcpcs",
            "hcpcs_mismatch",
            {"code": "J1561", "hcpcs": "J1569"},
        ),
        ({"product": "privigen", "route": Route.SC}, "/therapy/route", "route_not_allowed", {"routes": "iv"}),
        (
            {"product": "flebogamma-dif-10"},
            "/therapy/product",
            "product_not_marketed",
            {"product": "Flebogamma 10% DIF"},
        ),
        # Alyglo has had a code of its own since January 2025.
        (
            {"product": "alyglo", "start_on": date(2024, 12, 31)},
            "/therapy/product",
            "code_not_in_force",
            {"code": "J1552", "on": "2024-12-31", "from": "2025-01-01", "until": "J1599"},
        ),
        # Its own code began in April 2026; before it a payer is on file that took J3590.
        (
            {"product": "yimmugo", "start_on": date(2026, 3, 31)},
            "/therapy/product",
            "code_not_in_force",
            {"code": "J1553", "on": "2026-03-31", "from": "2026-04-01", "until": "J3590", "product": "Yimmugo"},
        ),
        ({"hcpcs": "96365"}, "/therapy/hcpcs", "product_not_ivig", {"hcpcs": "96365"}),
        ({"hcpcs": "J9999"}, "/therapy/hcpcs", "hcpcs_unknown", {"hcpcs": "J9999"}),
        ({"hcpcs": "J1572"}, "/therapy/product", "no_product_on_file", {"route": "iv"}),
        (
            {"window": Window(date(2026, 1, 1), 3)},
            "/therapy/start_on",
            "start_after_window",
            {"last_day": "2026-03-31"},
        ),
    ],
)
def test_what_is_not_on_file_is_refused_by_name(parts, pointer, code, params, book):
    with pytest.raises(InvalidRequest) as refused:
        resolved(book, **parts)

    found = {(item.pointer, item.code): item.params for item in refused.value.problems}
    assert (pointer, code) in found
    assert params.items() <= found[pointer, code].items()


def test_every_problem_is_found_at_once(book):
    with pytest.raises(InvalidRequest) as refused:
        resolved(book, diagnosis="D83", indication="cipd", product="gammunex")

    assert {item.code for item in refused.value.problems} == {
        "icd10_not_billable",
        "indication_unknown",
        "product_unknown",
    }


@pytest.mark.parametrize(
    ("parts", "near"),
    [
        ({"product": "gammunex"}, "gamunex-c"),
        ({"indication": "cipd"}, "cidp"),
    ],
)
def test_what_may_have_been_meant_is_shown(parts, near, book):
    with pytest.raises(InvalidRequest) as refused:
        resolved(book, **parts)

    assert near in refused.value.problems[0].params["near"]


def test_a_diagnosis_is_not_needed_when_coverage_is_not_asked(book):
    found = resolved(book, diagnosis=None, product="gamunex-c", coverage_check=False)

    assert (found.diagnosis, found.indication) == (None, None)


@pytest.mark.parametrize(
    ("diagnosis", "indication"),
    [("G61.81", "cidp"), ("D83.9", "pi"), ("G61.0", "gbs"), ("J45.909", None)],
)
def test_a_diagnosis_belongs_to_an_indication_or_to_none(diagnosis, indication, book):
    assert resolved(book, diagnosis=diagnosis).indication == indication


def test_a_named_product_is_the_only_candidate(book):
    found = resolved(book, product="Gamunex", route=Route.IV)

    assert [(item.product.id, item.drug.code) for item in found.candidates] == [("gamunex-c", "J1561")]
    assert found.product_is_named


def test_a_code_of_two_products_has_two_candidates(book):
    found = resolved(book, hcpcs="J1561")

    assert [item.product.id for item in found.candidates] == ["gamunex-c", "gammaked"]
    assert not found.product_is_named


def test_a_code_of_one_product_names_it(book):
    found = resolved(book, hcpcs="J1459")

    assert [item.product.id for item in found.candidates] == ["privigen"]
    assert found.product_is_named


def test_without_a_product_the_labeled_and_priced_ones_are_compared(book):
    found = resolved(book)

    assert [item.product.id for item in found.candidates] == [
        "gammagard-liquid",
        "gammaked",
        "gamunex-c",
        "panzyga",
        "privigen",
    ]
    assert "product_any_labeled" in {item.code for item in found.assumptions}


def test_products_without_a_price_on_the_day_take_no_part(book):
    # Qivigy is labeled for primary immunodeficiency; its price and packages begin in October 2026.
    before = resolved(book, diagnosis="D83.1", start_on=date(2026, 9, 30))
    after = resolved(book, diagnosis="D83.1", start_on=date(2026, 10, 1))

    assert "qivigy" not in {item.product.id for item in before.candidates}
    assert "qivigy" in {item.product.id for item in after.candidates}


def test_products_not_labeled_for_the_age_take_no_part(book):
    # Asceniv is labeled from 12 years, Alyglo from 17, Privigen from 3.
    child = resolved(book, diagnosis="D83.1", who=patient(age_years=8))
    adult = resolved(book, diagnosis="D83.1", who=patient(age_years=40))

    young, grown = ({item.product.id for item in found.candidates} for found in (child, adult))
    assert "privigen" in young
    assert young.isdisjoint({"asceniv", "alyglo"})
    assert grown >= {"asceniv", "alyglo"}


def test_an_age_outside_every_label_leaves_the_labeled_products(book):
    found = resolved(book, who=patient(age_years=5))

    assert {"gamunex-c", "privigen"} <= {item.product.id for item in found.candidates}


def test_a_use_on_no_label_takes_every_product_with_a_price(book):
    found = resolved(book, diagnosis="G61.0")

    assert len(found.candidates) > 5
    assert all(Route.IV in item.product.routes and item.product.is_marketed for item in found.candidates)
    assert "product_any_priced" in {item.code for item in found.assumptions}


@pytest.mark.parametrize(
    ("product", "route", "expected", "is_supposed"),
    [
        ("gamunex-c", None, Route.IV, True),
        ("gamunex-c", Route.SC, Route.SC, False),
        ("hizentra", None, Route.SC, False),
        ("privigen", None, Route.IV, False),
    ],
)
def test_the_route_is_the_product_s_and_by_vein_where_it_has_both(product, route, expected, is_supposed, book):
    found = resolved(book, product=product, route=route)

    assert found.route is expected
    assert ("route_default" in {item.code for item in found.assumptions}) is is_supposed


@pytest.mark.parametrize(
    ("hcpcs", "route", "expected", "is_supposed"),
    [
        ("J1559", None, Route.SC, False),  # Hizentra is given under the skin alone
        ("J1459", None, Route.IV, False),  # Privigen by vein alone
        ("J1561", None, Route.IV, True),  # Gamunex-C and Gammaked both ways
        ("J1561", Route.SC, Route.SC, False),
    ],
)
def test_the_route_of_a_code_is_that_of_its_products(hcpcs, route, expected, is_supposed, book):
    found = resolved(book, hcpcs=hcpcs, route=route)

    assert found.route is expected
    assert all(expected in item.product.routes for item in found.candidates)
    assert ("route_default" in {item.code for item in found.assumptions}) is is_supposed


def test_a_switch_from_infusions_by_vein_says_the_route_it_takes(book):
    found = resolved(book, product="gamunex-c", previous_ivig=PreviousIvig(30_000, 28))

    said = [item for item in found.assumptions if item.pointer == "therapy.route"]
    assert found.route is Route.SC
    assert [item.code for item in said] == ["route_of_switch"]


def test_a_code_by_a_route_none_of_its_products_has_finds_none(book):
    with pytest.raises(InvalidRequest) as refused:
        resolved(book, hcpcs="J1559", route=Route.IV)

    assert [item.code for item in refused.value.problems] == ["no_product_on_file"]


def test_an_open_site_is_an_office_with_a_hospital_in_the_range(book):
    found = resolved(book)

    assert found.sites == (Site.PHYSICIAN_OFFICE, Site.HOSPITAL_OUTPATIENT)
    assert resolved(book, site_of_care=Site.HOME).sites == (Site.HOME,)


@pytest.mark.parametrize(
    ("parts", "start_on", "window"),
    [
        ({"start_on": None}, date(2026, 11, 21), Period(date(2026, 11, 21), date(2027, 11, 20))),
        ({"start_on": date(2027, 1, 5)}, date(2027, 1, 5), Period(date(2027, 1, 5), date(2028, 1, 4))),
        (
            {"start_on": None, "window": Window(date(2027, 3, 1), 6)},
            date(2027, 3, 1),
            Period(date(2027, 3, 1), date(2027, 8, 31)),
        ),
        (
            {"start_on": date(2027, 1, 5), "window": Window(date(2027, 3, 1), 1)},
            date(2027, 1, 5),
            Period(date(2027, 3, 1), date(2027, 3, 31)),
        ),
    ],
)
def test_the_start_and_the_window(parts, start_on, window, book):
    found = resolved(book, **parts)

    assert (found.start_on, found.window) == (start_on, window)
    assert ("start_today" in {item.code for item in found.assumptions}) is (parts["start_on"] is None)


@pytest.mark.parametrize(
    ("parts", "indication", "basis", "assumed"),
    [
        ({}, "cidp", "diagnosis", []),
        ({"indication": "mmn"}, "mmn", "given", []),
        # D80.1 is used for inborn and for acquired hypogammaglobulinemia; labels name the inborn one.
        ({"diagnosis": "D80.1"}, "pi", "assumed", ["indication_one_of_several"]),
        # An unspecified polyneuropathy is more than small fiber neuropathy.
        ({"diagnosis": "G62.9"}, "small_fiber", "assumed", ["indication_of_broad_code"]),
        # Active primary progressive multiple sclerosis is no relapsing one.
        ({"diagnosis": "G35.B1"}, "ms_rrms", "assumed", ["indication_of_broad_code"]),
        ({"diagnosis": "G62.9", "indication": "cidp"}, "cidp", "given", []),
        ({"diagnosis": "J45.909"}, None, "none", []),
    ],
)
def test_an_indication_is_taken_from_a_diagnosis_only_by_name(parts, indication, basis, assumed, book):
    found = resolved(book, product="gamunex-c", **parts)

    assert (found.indication, found.indication_basis) == (indication, basis)
    assert [item.code for item in found.assumptions if item.pointer == "therapy.indication"] == assumed
