"""Records → a book, and what was known on an earlier day."""

from dataclasses import replace
from datetime import date

import pytest

from estimator.errors import BadFact
from estimator.model.periods import Period
from estimator.reference.build import known_on
from estimator.reference.facts import Basis, DiagnosisCode
from tests.estimator.reference.facts import LABEL, LADDER, PACKAGE, SOURCE, book_of, fact, product, quarters


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ([fact("1", kind="weather")], "unknown kind"),
        ([fact("1"), fact("2")], "the same id stands twice"),
        ([fact("1", source="hearsay")], "unknown source 'hearsay'"),
        ([fact("much")], "is not decimal text"),
        ([fact(PACKAGE, kind="package", key="n")], "unknown product 'globulin'"),
        ([fact(LABEL, kind="label", key="globulin:pi")], "unknown product or indication"),
        ([product(), fact(LABEL, kind="label", key="globulin:pi")], "unknown product or indication"),
        ([fact(LADDER, kind="infusion_rate", key="globulin:pi")], "unknown product 'globulin'"),
        ([fact({"codes": "A00"}, kind="diagnosis_list", key="l")], "codes must be a list of texts"),
        ([fact({"codes": [5]}, kind="diagnosis_list", key="l")], "codes must be a list of texts"),
        ([fact("text", kind="coverage_flag", key="F")], "the value must be a map"),
    ],
)
def test_a_bad_record_stops_the_build_with_its_row_and_reason(facts, reason):
    with pytest.raises(BadFact) as refused:
        book_of(*facts)

    assert refused.value.row == facts[-1].id
    assert refused.value.file == facts[-1].kind
    assert reason in str(refused.value)


def test_facts_published_later_are_hidden():
    first = fact("10", first="2098-10-01", last="2098-12-31", published="2098-09-15")
    second = fact("11", published="2098-12-15")
    book = book_of(first, second)

    earlier = known_on(book, date(2098, 12, 14))

    assert earlier.payment_limit("J0001", date(2099, 2, 1)).expected == 10
    assert earlier.payment_limit("J0001", date(2099, 2, 1)).is_carried_forward
    assert book.payment_limit("J0001", date(2099, 2, 1)).expected == 11


def test_on_the_day_of_publication_a_fact_is_known():
    book = book_of(fact("10", published="2098-12-15"))

    assert known_on(book, date(2098, 12, 15)) is book
    assert "payment_limit:J0001:2099q1" not in known_on(book, date(2098, 12, 14)).facts


def test_a_reissue_is_unknown_before_it_appears():
    book = book_of(fact("10", release=1, published="2098-12-15"), fact("12", release=2, published="2099-01-20"))

    assert known_on(book, date(2099, 1, 19)).payment_limit("J0001", date(2099, 2, 1)).expected == 10
    assert book.payment_limit("J0001", date(2099, 2, 1)).expected == 12


@pytest.mark.parametrize(
    ("source", "day", "is_known"),
    [
        ("2098-11", date(2098, 11, 29), False),  # its source says November: by its last day for certain
        ("2098-11", date(2098, 11, 30), True),
        ("2098", date(2098, 12, 30), False),
        ("2098", date(2098, 12, 31), True),
        ("2098-02-10", date(2098, 2, 10), True),
        ("2099-02-10", date(2098, 12, 31), False),  # read in a later reissue, but in force from 1 January
        ("2099-02-10", date(2099, 1, 1), True),
        (None, date(2098, 12, 31), False),
        (None, date(2099, 1, 1), True),
        ("undated copy", date(2098, 12, 31), False),
    ],
)
def test_a_fact_without_a_publication_day_is_known_once_it_holds_or_its_source_is_out(source, day, is_known):
    undated = fact("10", first="2099-01-01")
    other = fact("9", key="J0002", published="2099-06-01")
    book = book_of(undated, other, sources=[replace(SOURCE, published_on=source)])

    earlier = known_on(book, day)

    assert (undated.id in earlier.facts) is is_known
    assert earlier.is_earlier


def test_a_whole_book_is_no_earlier_one():
    book = book_of(fact("10", published="2098-12-15"))

    assert not book.is_earlier
    assert not known_on(book, date(2098, 12, 15)).is_earlier


def test_an_earlier_book_keeps_the_code_list():
    code = DiagnosisCode("A00.0", True, "Disease", Period(date(2099, 1, 1), None), "cms-2099")
    book = book_of(fact("10", published="2099-01-01"), codes=[code])

    assert known_on(book, date(2098, 1, 1)).diagnosis_codes == book.diagnosis_codes


def test_the_real_book_of_an_earlier_day_lacks_the_later_quarters(book):
    # The file of the first quarter of 2026 was published on 17 December 2025, the one before on 17 September.
    earlier = known_on(book, date(2025, 12, 16))

    assert earlier.payment_limit("J1561", date(2026, 2, 10)).fact.id == "payment_limit:J1561:2025q4:r1"
    assert known_on(book, date(2025, 12, 17)).payment_limit("J1561", date(2026, 2, 10)).steps_ahead == 0
    assert earlier.newest_publication <= date(2025, 12, 16)


def test_a_fee_is_relative_values_times_the_factor_of_the_day():
    book = book_of(
        fact("2.01", kind="physician_rvu", key="96365", first="2099-01-01", last="2099-12-31"),
        fact("33.4009", kind="conversion_factor", key="physician_fee_schedule", first="2099-01-01", last="2099-06-30"),
        fact("34.0000", kind="conversion_factor", key="physician_fee_schedule", first="2099-07-01", last="2099-12-31"),
        fact("99.0000", kind="conversion_factor", key="anesthesia", first="2099-01-01", last="2099-12-31"),
        fact("50.0000", kind="conversion_factor", key="physician_fee_schedule", first="2100-01-01", last="2100-12-31"),
    )

    # 2.01 x 33.4009 = 67.135809; x 34 = 68.34.
    fees = {item.id: item.value for item in book.facts.values() if item.kind == "physician_fee"}
    assert fees == {"physician_fee:96365:2099-01-01": "67.14", "physician_fee:96365:2099-07-01": "68.34"}


def test_a_fee_rests_on_both_its_facts_and_says_so():
    rvu = fact("1", kind="physician_rvu", key="96365", published="2098-11-01")
    factor = fact("30", kind="conversion_factor", key="physician_fee_schedule", published="2098-12-01")

    fee = book_of(rvu, factor).fact("physician_fee:96365:2099q1")
    doubtful = book_of(rvu, replace(factor, basis=Basis.UNVERIFIED)).fact("physician_fee:96365:2099q1")

    assert (fee.published_on, fee.basis) == (date(2098, 12, 1), Basis.READ)
    assert rvu.id in fee.note
    assert factor.id in fee.note
    assert doubtful.basis is Basis.UNVERIFIED


def test_a_book_without_facts_is_empty():
    book = book_of()

    assert (book.newest_publication, dict(book.class_spread), book.code_list("any")) == (None, {}, frozenset())


def test_the_class_spread_reaches_as_far_as_the_longest_history():
    book = book_of(*quarters("10", "11", "9.9"))

    assert set(book.class_spread) == {1, 2}
