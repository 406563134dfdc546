"""Money is whole cents; each crossing rounds once, half up."""

from decimal import Decimal

import pytest

from estimator.model import money


@pytest.mark.parametrize(
    ("exact", "cents"),
    [
        ("6870.64", 687064),
        ("0.005", 1),
        ("0.0049999", 0),
        ("1317.528", 131753),
        ("2.675", 268),  # a binary float would give 2.67
        ("1.005", 101),
        ("-0.005", -1),
        ("0", 0),
        ("9999999999.99", 999999999999),
    ],
)
def test_an_exact_amount_becomes_cents_half_up(exact, cents):
    assert money.from_exact(Decimal(exact)) == cents


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (100, "1.00"), (687064, "6870.64"), (-5, "-0.05"), (-12345, "-123.45")],
)
def test_cents_are_written_with_two_places(cents, text):
    assert money.text(cents) == text


@pytest.mark.parametrize(
    ("amount", "percent", "expected"),
    [
        (569784, 19150, 109114),  # 1,091.13636
        (1, 50_000, 1),  # half a cent
        (1, 49_999, 0),
        (3, 20_000, 1),  # 0.6 cents
        (2, 20_000, 0),  # 0.4 cents
        (100, 100_000, 100),
        (100, 0, 0),
        (0, 20_000, 0),
        (10**12, 33_333, 333330000000),
    ],
)
def test_a_percentage_is_rounded_half_up_to_the_cent(amount, percent, expected):
    assert money.percent_of(amount, percent) == expected


@pytest.mark.parametrize(
    ("percent", "thousandths"), [("20", 20_000), ("19.150", 19_150), ("0.001", 1), ("100", 100_000)]
)
def test_a_percentage_is_whole_thousandths(percent, thousandths):
    assert money.milli_percent(Decimal(percent)) == thousandths


def test_a_finer_percentage_is_not_rounded_away():
    with pytest.raises(ValueError, match="more than three places"):
        money.milli_percent(Decimal("19.1501"))


def test_a_percentage_is_written_as_the_official_files_do():
    assert [money.percent_text(each) for each in (19_150, 20_000, 5, 100_000)] == [
        "19.150",
        "20.000",
        "0.005",
        "100.000",
    ]
