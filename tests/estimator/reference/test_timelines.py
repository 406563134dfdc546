"""A figure over time: in force, carried forward, restated."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.reference.timelines import Spread, Timeline
from tests.estimator.reference.facts import book_of, fact, quarters, years

AFTER = date(2099, 4, 1)


def read(values, on=AFTER, steps=1, wider=None):
    found = Timeline(quarters(*values)).reading(on, steps=steps, wider=wider)
    return None if found is None else (str(found.low), str(found.expected), str(found.high))


def test_a_figure_in_force_is_a_point():
    found = Timeline(quarters("10.000", "11.000")).reading(date(2098, 6, 30), steps=0)

    assert (found.low, found.expected, found.high) == (11, 11, 11)
    assert not found.is_carried_forward


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2098, 1, 1), "10"),
        (date(2098, 3, 31), "10"),
        (date(2098, 4, 1), "11"),
        (date(2098, 6, 30), "11"),
    ],
)
def test_first_and_last_days_belong_to_their_period(on, expected):
    assert Timeline(quarters("10", "11")).in_force(on).value == expected


def test_before_the_first_record_nothing_is_known():
    assert read(["10", "11"], on=date(2097, 12, 31)) is None


def test_inside_a_gap_nothing_is_known():
    # The second quarter of 2098 was not read.
    assert read(["10", None, "12"], on=date(2098, 5, 1), steps=0) is None


@pytest.mark.parametrize(
    ("values", "steps", "expected"),
    [
        # 11 / 10 = 1.1 and 9.9 / 11 = 0.9: 9.9 x 0.9 = 8.91, x 1.1 = 10.89.
        (["10.00", "11.00", "9.90"], 1, ("8.91", "9.90", "10.89")),
        # Over two quarters 9.9 / 10 = 0.99 alone; what moved in one may move in two, so the range stays as wide.
        (["10.00", "11.00", "9.90"], 2, ("8.91", "9.90", "10.89")),
        # Over two quarters 12.1 / 10 = 1.21: 12.1 x 1.21 = 14.641, wider than 12.1 x 1.1 = 13.31.
        (["10.00", "11.00", "12.10"], 2, ("12.10", "12.10", "14.64")),
        # Three and more ahead, but only two are on file.
        (["10.00", "11.00", "12.10"], 3, ("12.10", "12.10", "14.64")),
        (["10.00", "11.00", "9.90"], 7, ("8.91", "9.90", "10.89")),
        # Only rises: never carried below itself. 12.1 x 1.1 = 13.31.
        (["10.00", "11.00", "12.10"], 1, ("12.10", "12.10", "13.31")),
        # Only falls: never above itself. 8.1 x 0.9 = 7.29.
        (["10.00", "9.00", "8.10"], 1, ("7.29", "8.10", "8.10")),
        # The places of the source are kept: 8.910.
        (["10.000", "11.0", "9.9"], 1, ("8.910", "9.9", "10.890")),
    ],
)
def test_past_the_newest_the_figure_ranges_as_it_moved_before(values, steps, expected):
    assert read(values, steps=steps) == expected


def test_a_figure_without_history_takes_the_wider_range():
    assert read(["10.00"], wider=Spread(Decimal("0.9"), Decimal("1.2"))) == ("9.00", "10.00", "12.00")


def test_a_figure_with_a_history_of_its_own_does_not_take_the_wider_range():
    wider = Spread(Decimal("0.5"), Decimal(2))

    assert read(["10.00", "11.00"], wider=wider) == ("11.00", "11.00", "12.10")


def test_a_figure_without_any_history_stays_as_it_is():
    assert read(["10.00"]) == ("10.00", "10.00", "10.00")


def test_a_figure_in_force_without_end_is_never_carried():
    timeline = Timeline([fact("20", first="2098-01-01", last=None)])

    assert timeline.reading(date(2150, 1, 1), steps=5).steps_ahead == 0


def test_the_highest_release_of_a_period_is_in_force():
    first, second = fact("10", release=1), fact("12", release=2)

    for facts in ([first, second], [second, first]):
        timeline = Timeline(facts)
        assert timeline.in_force(date(2099, 2, 1)).value == "12"
        assert len(timeline) == 1


def test_a_later_record_overlaps_and_wins():
    # A year's record and one that starts inside it: the newest beginning is in force.
    year = fact("10", first="2098-01-01", last="2098-12-31")
    inside = fact("12", first="2098-03-09", last="2098-12-31")
    timeline = Timeline([inside, year])

    assert timeline.in_force(date(2098, 3, 8)).value == "10"
    assert timeline.in_force(date(2098, 3, 9)).value == "12"


def test_the_lowest_ever():
    assert Timeline(quarters("20.000", "18.013", "19.150")).lowest() == Decimal("18.013")


def test_quarters_ahead_are_counted_from_the_newest_quarter():
    book = book_of(*quarters("10.00", "11.00", "9.90"))

    # The newest is the third quarter of 2098; the third quarter of 2099 lies four ahead.
    assert book.payment_limit("J0001", date(2098, 9, 30)).steps_ahead == 0
    assert book.payment_limit("J0001", date(2098, 10, 1)).steps_ahead == 1
    assert book.payment_limit("J0001", date(2099, 7, 1)).steps_ahead == 4


def test_years_ahead_are_counted_from_the_newest_year():
    book = book_of(*years("240", "257"))

    found = book.yearly("medicare_amount", "part_b_deductible", date(2101, 12, 31))

    # 257 / 240 = 1.070833, one year on file: 257 x 1.070833 = 275.2. The figures of the source have no places.
    assert (found.steps_ahead, str(found.low), str(found.high)) == (2, "257", "275")


def test_the_class_lends_its_range_to_a_code_of_a_single_quarter():
    facts = [
        *quarters("10.00", "11.00", "9.90"),
        *quarters("20.00", "30.00", "30.00", key="J0002"),
        *quarters(None, None, "5.00", key="J0003"),
    ]
    book = book_of(*facts)

    found = book.payment_limit("J0003", date(2098, 10, 1))

    # The smallest change of one quarter is 0.9, the largest 30 / 20 = 1.5.
    assert (str(found.low), str(found.expected), str(found.high)) == ("4.50", "5.00", "7.50")


def test_the_class_lends_no_range_for_a_percentage():
    facts = [*quarters("20", "10", kind="part_b_coinsurance"), *quarters("19", kind="part_b_coinsurance", key="J0003")]

    found = book_of(*facts).coinsurance("J0003", date(2098, 4, 1))

    assert (found.low, found.expected, found.high) == (19, 19, 19)


def test_what_is_not_on_file_is_none():
    book = book_of()

    assert book.payment_limit("J0001", AFTER) is None
    assert book.yearly("medicare_amount", "part_b_deductible", AFTER) is None


def test_a_range_names_the_records_that_set_it():
    facts = quarters("10.00", "11.00", "9.90")
    found = Timeline(facts).reading(AFTER, steps=1)
    first, second, third = (fact.id for fact in facts)

    # The fall is the second move, 11.00 to 9.90; the rise the first, 10.00 to 11.00.
    assert found.bound_fact_ids == (second, third, first, second)
    assert found.fact_ids == (third, second, first)


def test_a_figure_that_only_rose_names_no_record_for_its_low():
    facts = quarters("10.00", "11.00")
    found = Timeline(facts).reading(AFTER, steps=1)

    assert (found.low, found.bound_fact_ids) == (found.expected, tuple(fact.id for fact in facts))
