"""Every published price is served as its file prints it."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from estimator.model.periods import Quarter
from services import payment_limits
from tests.conftest import PROJECT
from tests.web.conftest import FakeRuntime

FOLDER = PROJECT / "seed_data" / "payment_limits"
QUARTERS = sorted(FOLDER.glob("*.csv"))
ROWS = [
    pytest.param(path.stem, row, id=f"{path.stem}-{row['hcpcs']}")
    for path in QUARTERS
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
]


def days_of(quarter):
    """Give the first and the last day of a quarter written as 2026q1."""
    found = Quarter(int(quarter[:4]), int(quarter[5]))
    return found.first_day, found.last_day


@pytest.mark.parametrize(("quarter", "row"), ROWS)
def test_each_row_is_in_force_on_the_days_of_its_quarter(quarter, row, book):
    for on in days_of(quarter):
        limit = book.payment_limit(row["hcpcs"], on)
        percent = book.coinsurance(row["hcpcs"], on)

        assert format(limit.expected, "f") == row["payment_limit"]
        assert (limit.low, limit.high, limit.steps_ahead) == (limit.expected, limit.expected, 0)
        printed = None if percent is None or percent.is_carried_forward else format(percent.expected, "f")
        assert printed == (row["coinsurance_percent"] or None)


@pytest.mark.parametrize(("quarter", "row"), ROWS)
def test_each_row_is_answered_as_it_is_printed(quarter, row, book):
    first_day, _ = days_of(quarter)

    document = payment_limits.show_payment_limit(row["hcpcs"], on=first_day, runtime=FakeRuntime(book))

    assert document["payment_limit"] == row["payment_limit"]
    assert document["coinsurance_percent"] == (row["coinsurance_percent"] or None)
    assert (document["quarter"], document["in_force"]) == (quarter, True)


def test_no_price_is_on_file_that_no_file_prints(book):
    printed = {(row.values[0], row.values[1]["hcpcs"]) for row in ROWS}
    on_file = {
        (fact.id.split(":")[2], fact.key)
        for fact in book.facts.values()
        if fact.kind in ("payment_limit", "part_b_coinsurance")
    }

    assert on_file == printed


def test_the_quarters_follow_each_other_without_a_gap():
    quarters = [path.stem for path in QUARTERS]

    assert quarters == [f"{year}q{number}" for year in (2024, 2025, 2026) for number in (1, 2, 3, 4)]


def test_a_gram_of_immune_globulin_costs_what_a_gram_costs(book):
    """A slipped decimal point, or a wrong unit size, would leave these bounds."""
    outside = {}
    for row in ROWS:
        quarter, printed = row.values
        code = book.billing_code(printed["hcpcs"], days_of(quarter)[0])
        if not code.immune_globulin:
            continue
        per_gram = Decimal(printed["payment_limit"]) * 1000 / code.mg_per_unit
        if not 85 <= per_gram <= 1050:
            outside[quarter, code.code] = per_gram

    assert outside == {}


def test_no_immune_globulin_moves_by_more_than_a_fifth_from_one_quarter_to_the_next(book):
    moved = {
        (key, fact.id)
        for (kind, key), timeline in book.timelines.items()
        if kind == "payment_limit" and any(code.immune_globulin for code in book.billing_codes[key])
        for earlier, fact in zip(timeline.facts, timeline.facts[1:], strict=False)
        if not Decimal("0.8") <= Decimal(fact.value) / Decimal(earlier.value) <= Decimal("1.2")
    }

    assert moved == set()


def test_a_coinsurance_is_above_zero_and_no_more_than_20_percent(book):
    percents = [Decimal(fact.value) for fact in book.facts.values() if fact.kind == "part_b_coinsurance"]

    assert all(0 < percent <= 20 for percent in percents)


def test_each_file_was_published_before_its_quarter(book):
    late = [
        fact.id
        for fact in book.facts.values()
        if fact.kind == "payment_limit" and not fact.published_on < fact.period.first_day
    ]

    assert late == []
    assert book.newest_publication <= date(2026, 11, 21)
