"""What a book answers when it is asked by date."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.errors import NotOnFile
from estimator.model.codes import Route, Site
from estimator.model.periods import Period
from estimator.reference.facts import DiagnosisCode
from tests.estimator.reference.facts import CODE, LABEL, PRODUCT, book_of, fact, indication, packages, product


def test_a_product_is_found_by_any_of_its_names():
    book = book_of(product())

    assert book.find_product(" GLOBULIN 10% ").id == book.find_product("globulin").id == "globulin"
    assert book.find_product("other") is None


def test_a_product_whose_record_changed_is_the_newest():
    older = fact(PRODUCT | {"hcpcs": "J0009"}, kind="product", key="globulin", first="2098-01-01", last="2098-12-31")

    assert book_of(product(), older).products["globulin"].hcpcs == "J0001"


def test_packages_are_offered_largest_first_one_per_size_the_maker_s_own_first():
    book = book_of(
        product(),
        *packages(
            ("1", 5000, "Other", True, "2099-01-01", None),
            ("2", 5000, "Maker Inc", True, "2099-01-01", None),
            ("3", 10_000, "Maker Inc", True, "2099-01-01", None),
            ("4", 20_000, "Maker Inc", False, "2099-01-01", None),
            ("5", 40_000, "Maker Inc", True, "2099-07-01", None),
            ("6", 2_500, "Maker Inc", True, "2098-01-01", "2098-12-31"),
        ),
    )

    assert [package.ndc for package in book.offered_packages("globulin", date(2099, 2, 1))] == ["3", "2"]
    assert [package.ndc for package in book.offered_packages("globulin", date(2099, 7, 1))] == ["5", "3", "2"]
    assert book.offered_packages("other", date(2099, 2, 1)) == ()


def test_a_code_is_found_on_its_days():
    older = fact(CODE | {"mg_per_unit": "1000"}, kind="billing_code", first="2098-01-01", last="2098-12-31")
    newer = fact(CODE, kind="billing_code", first="2099-01-01", last=None)
    book = book_of(newer, older)

    assert book.billing_code("J0001", date(2098, 12, 31)).mg_per_unit == 1000
    assert book.billing_code("J0001", date(2099, 1, 1)).mg_per_unit == 500
    assert book.billing_code("J0001", date(2097, 1, 1)) is None
    assert book.billing_code("J0009", date(2099, 1, 1)) is None


def test_a_label_goes_by_indication_or_its_other_name_and_route_and_day():
    label = fact(
        LABEL | {"indication": "immunodeficiency"}, kind="label", key="globulin:x", first="2099-02-01", last=None
    )
    book = book_of(product(), indication(aliases=["immunodeficiency"]), label)

    assert book.label("globulin", "pi", Route.IV, date(2099, 2, 1)).indication == "pi"
    assert book.label("globulin", "pi", Route.IV, date(2099, 1, 31)) is None
    assert book.label("globulin", "pi", Route.SC, date(2099, 2, 1)) is None
    assert [item.id for item in book.labeled_products("pi", Route.IV, date(2099, 2, 1))] == ["globulin"]


def test_products_off_the_market_are_not_listed_as_labeled():
    label = fact(LABEL, kind="label", key="globulin:pi", last=None)
    book = book_of(product(status="discontinued"), indication(), label)

    assert book.labeled_products("pi", Route.IV, date(2099, 2, 1)) == ()


def test_a_diagnosis_before_the_oldest_list_stands_as_on_that_list():
    codes = [
        DiagnosisCode("A00.0", True, "Mild", Period(date(2099, 1, 1), date(2099, 9, 30)), "cms-2099"),
        DiagnosisCode("A00.0", True, "Slight", Period(date(2099, 10, 1), None), "cms-2099"),
        DiagnosisCode("A00", False, "Disease", Period(date(2099, 1, 1), None), "cms-2099"),
        DiagnosisCode("A00.1", True, "New", Period(date(2099, 10, 1), None), "cms-2099"),
    ]
    book = book_of(codes=codes)

    assert book.diagnosis("A00.0", date(2098, 1, 1)).title == "Mild"
    assert book.diagnosis("A00.0", date(2099, 10, 1)).title == "Slight"
    assert book.diagnosis("A00.1", date(2098, 1, 1)) is None
    assert book.diagnosis("B00", date(2099, 1, 1)) is None
    assert [child.code for child in book.billable_children("A00", date(2099, 1, 1))] == ["A00.0"]
    assert [child.title for child in book.billable_children("A00", date(2099, 10, 1))] == ["Slight", "New"]


def test_a_word_in_force_and_the_newest_word_before():
    book = book_of(
        fact("K", kind="opps_status", first="2099-01-01", last="2099-03-31", release=1),
        fact("N", kind="opps_status", first="2099-01-01", last="2099-03-31", release=2),
        fact("S", kind="opps_status", first="2099-10-01", last="2099-12-31", release=1),
    )

    found, in_force = book.latest_word("opps_status", "J0001", date(2099, 5, 1))

    assert (found.value, in_force) == ("N", False)
    assert book.latest_word("opps_status", "J0001", date(2099, 2, 1))[0].value == "N"
    assert book.latest_word("opps_status", "J0001", date(2099, 11, 1)) == (
        book.facts["opps_status:J0001:2099q4:r1"],
        True,
    )
    assert book.latest_word("opps_status", "J0001", date(2098, 12, 31)) is None
    assert book.word("opps_status", "J0001", date(2099, 5, 1)) is None


def test_ranges_are_read_from_maps():
    book = book_of(
        fact({"low": "106", "high": "130"}, kind="commercial_ratio", key="home"),
        fact({"low": "50", "high": "5000"}, kind="plausible_range", key="iv"),
    )

    assert book.percent_range(Site.HOME, date(2099, 1, 1))[:2] == (106, 130)
    assert book.percent_range(Site.HOME, date(2098, 1, 1)) is None
    assert book.percent_range(Site.PHYSICIAN_OFFICE, date(2099, 1, 1)) is None
    assert book.plausible_range("iv") == (50, 5000)
    assert book.plausible_range("sc") is None


@pytest.mark.parametrize("ask", ["fact", "source", "product", "code_by_role"])
def test_what_is_not_on_file_is_said_to_be_so(ask):
    with pytest.raises(NotOnFile, match="nothing"):
        getattr(book_of(), ask)("nothing")


def test_answers_that_follow_from_the_book_are_remembered():
    book, asked = book_of(), []

    found = [book.remember("key", lambda: asked.append(1) or ("answer",)) for _ in range(3)]

    assert (found, asked) == ([("answer",)] * 3, [1])


def test_the_memory_starts_afresh_when_it_is_full(monkeypatch):
    monkeypatch.setattr("estimator.reference.book.MEMORY", 2)
    book = book_of()

    for key in "abc":
        book.remember(key, lambda key=key: key)

    assert book.memory == {"c": "c"}


def test_a_real_quarter_is_read_with_its_places(book):
    assert book.payment_limit("J1561", date(2026, 2, 10)).expected == Decimal("49.076")
    assert book.coinsurance("J1576", date(2026, 2, 10)).expected == Decimal("19.150")
    assert book.coinsurance("J1576", date(2026, 5, 5)) is None
