"""No two records of one fact overlap, and no gap in a series is unexplained: in the seed files, and after any loads."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from estimator.model.periods import Period, Quarter, quarter_of
from estimator.reference.build import build
from estimator.reference.facts import Standing
from services.drafts.making import partial_draft
from services.drafts.model import Asked, Figure, FileFacts
from storage.seed_records import Place, check_together

NOT_READ = "the releases in between were not read"
GAPS = {
    ("opps_rate", "2024-04-01", "2024-12-31"): NOT_READ,
    ("opps_rate", "2025-04-01", "2025-06-30"): NOT_READ,
    ("opps_rate", "2024-04-01", "2025-12-31"): "J1551 and J1556 had no rate of their own in 2025: status indicator N",
    ("opps_status", "2024-04-01", "2024-12-31"): NOT_READ,
    ("opps_status", "2025-04-01", "2025-06-30"): NOT_READ,
    ("part_b_coinsurance", "2026-04-01", "2026-06-30"): "the copy of 2026 Q2 that was read lacks the column",
    ("program_amount", "2019-01-01", "2025-12-31"): "TRICARE's amounts of 2018 and 2026 were read",
}
"""Why a series is interrupted, by kind and the first and last day that no record holds for."""


def histories(facts):
    """Give the records in force of each fact in time order, the highest release of each first day."""
    found = defaultdict(dict)
    for fact in sorted(facts, key=lambda item: item.release or 0):
        if fact.standing is Standing.IN_FORCE:
            found[fact.kind, fact.key][fact.period.first_day] = fact
    return {name: [group[day] for day in sorted(group)] for name, group in found.items()}


def test_no_two_records_of_one_fact_overlap(seed):
    overlapping = [
        (one.id, other.id)
        for group in histories(seed.facts).values()
        for one, other in pairwise(group)
        if one.period.last_day is None or one.period.last_day >= other.period.first_day
    ]

    assert overlapping == []


def test_every_gap_is_explained_and_every_explanation_is_of_a_gap(seed):
    day = timedelta(days=1)
    gaps = {
        (kind, str(one.period.last_day + day), str(other.period.first_day - day))
        for (kind, _), group in histories(seed.facts).items()
        for one, other in pairwise(group)
        if one.period.last_day is not None and one.period.last_day + day < other.period.first_day
    }

    assert gaps == set(GAPS)


def loaded(quarter, rate, book):
    """Draft a file that restates a service's rate from a quarter to the end of the year."""
    period = Period(quarter.first_day, date(quarter.year, 12, 31))
    figure = Figure("opps_rate", "96365", rate, "usd", "row")
    file = FileFacts("opps_addendum_b", "Addendum B", "https://example.org", "x", period, (figure,), 1, 1)
    return partial_draft(file, rate.encode(), Asked("x"), book=book)


LOADS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["10.00", "20.00", "30.00"])), max_size=8)


@given(LOADS)
def test_on_every_day_exactly_one_rate_holds_whatever_was_loaded_and_in_whatever_order(loads):
    facts, sources, said = [], {}, {}
    book = build(facts, (), (), version="x")
    for number, rate in loads:
        draft = loaded(Quarter(2099, number), rate, book)
        facts += draft.facts
        sources[draft.source.id] = draft.source
        book = build(facts, sources.values(), (), version="x")
        # What only repeats the rate that holds is no news; else it holds until a later quarter says something else.
        if said.get(max((each for each in said if each <= number), default=None)) != rate:
            said[number] = rate

    assert len({fact.id for fact in facts}) == len(facts)
    timeline = book.timeline("opps_rate", "96365")
    for number in range(1, 5):
        rate = said.get(max((each for each in said if each <= number), default=None))
        for on in (Quarter(2099, number).first_day, Quarter(2099, number).last_day):
            held = None if timeline is None else timeline.in_force(on)
            assert (None if held is None else held.value) == rate


@given(LOADS)
def test_a_load_says_nothing_new_of_days_before_its_own(loads):
    facts, sources = [], {}
    book = build(facts, (), (), version="x")
    for number, rate in loads:
        quarter = Quarter(2099, number)
        before = book.timeline("opps_rate", "96365")
        draft = loaded(quarter, rate, book)
        facts += draft.facts
        sources[draft.source.id] = draft.source
        book = build(facts, sources.values(), (), version="x")
        after = book.timeline("opps_rate", "96365")
        for earlier in range(1, number):
            on = Quarter(2099, earlier).last_day
            assert (before and before.in_force(on)) == after.in_force(on)
        assert after.in_force(quarter.first_day).value == rate
        assert quarter_of(after.in_force(quarter.first_day).period.first_day) <= quarter


def test_the_check_of_the_seed_files_finds_an_overlap(seed):
    fact = next(fact for fact in seed.facts if fact.kind == "medicare_amount" and fact.period.last_day is not None)
    other = replace(fact, period=Period(fact.period.last_day, None))

    problems = check_together(
        [(fact, Place("a.yaml", "entry 1")), (other, Place("a.yaml", "entry 2"))], frozenset({fact.source_id})
    )

    assert ["overlaps" in problem.reason for problem in problems] == [True]
