"""What is stale and since when, and which publications are due, over the project's own facts."""

from dataclasses import replace
from datetime import date

import pytest

from estimator.model.periods import Period
from estimator.reference.build import build
from estimator.reference.publications import Status
from services import freshness
from services.drafts.registry import DRAFTS

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def by_id(book):
    return {item.id: (newest, ahead) for item, newest, ahead in freshness.calendar(book, TODAY)}


@pytest.mark.parametrize(
    ("name", "newest", "status"),
    [
        ("payment_limits", date(2026, 10, 1), Status.EXPECTED),
        ("ndc_crosswalk", date(2026, 10, 1), Status.EXPECTED),
        ("icd10cm", date(2026, 10, 1), Status.EXPECTED),
        ("poverty_guidelines", date(2026, 1, 1), Status.EXPECTED),
        # Expected since 15 November, late from 15 December.
        ("medicare_deductibles", date(2026, 1, 1), Status.DUE),
        ("opps_addendum_b", date(2026, 1, 1), Status.LATE),
        ("mue", date(2024, 7, 1), Status.LATE),
    ],
)
def test_the_calendar_of_what_comes_next(name, newest, status, by_id):
    assert (by_id[name][0], by_id[name][1].status) == (newest, status)


def test_a_late_publication_says_how_many_are_missing(by_id):
    # Tables of the quarters 2024 Q4 to 2026 Q4.
    assert (by_id["mue"][1].missing, by_id["mue"][1].late_on) == (9, date(2024, 10, 1))


def test_every_kind_of_file_that_can_be_loaded_is_in_the_calendar(book):
    assert set(DRAFTS) == {item.file for item in book.publications.values()} - {None}


def test_every_publication_brings_facts_of_a_kind_that_is_on_file(by_id):
    assert [name for name, (newest, _) in by_id.items() if newest is None] == []


def test_the_lines_warn_of_what_is_late(book):
    lines = list(freshness.due_lines(book, TODAY))

    assert any(line.startswith("warning: late since 2024-10-01, 9 missing: ") for line in lines)
    assert any(line.startswith("due: 2026-11-15  Medicare Part A and Part B") for line in lines)
    assert any("load it as payment_limits" in line for line in lines)


def test_a_record_is_stale_from_the_day_after_it_was_to_be_looked_up(seed):
    fact = next(fact for fact in seed.facts if fact.kind == "mue")
    fact = replace(fact, period=Period(date(2024, 7, 1), None), recheck_after=date(2024, 12, 31))
    later = replace(fact, period=Period(date(2025, 1, 1), None), recheck_after=date(2025, 3, 31))

    def found(facts, today):
        book = build(facts, seed.sources, (), version="x")
        return [(item.id, since) for item, since in freshness.stale(book, today)]

    assert found([fact], date(2024, 12, 31)) == []
    assert found([fact], date(2025, 1, 1)) == [(fact.id, date(2024, 12, 31))]
    assert found([fact, later], date(2025, 3, 31)) == []
    assert found([fact, later], date(2025, 4, 1)) == [(later.id, date(2025, 3, 31))]
