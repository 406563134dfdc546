"""The book as it was known on a day, and the facts an answer rests on."""

from datetime import date
from types import SimpleNamespace

from estimator.reference.build import known_on
from services import assumptions, knowledge, ranges, used_facts
from tests.estimator.reference.facts import book_of, fact


def runtime_of(*facts, version):
    return SimpleNamespace(book=book_of(*facts, version=version))


def test_from_the_newest_publication_on_everything_is_known():
    runtime = runtime_of(fact("10", published="2099-01-01"), version="known-1")

    assert knowledge.book_on(date(2099, 1, 1), runtime=runtime) is runtime.book
    assert knowledge.book_on(date(2150, 1, 1), runtime=runtime) is runtime.book


def test_where_no_day_is_on_file_everything_is_known():
    runtime = runtime_of(fact("10"), version="known-2")

    assert knowledge.book_on(date(2000, 1, 1), runtime=runtime) is runtime.book


def test_what_is_not_dated_is_known_from_the_days_it_holds_or_its_source_was_out():
    # The source of both is of November 2098; the second holds from 2097 on.
    facts = [fact("10"), fact("9", key="J0009", first="2097-01-01"), fact("8", key="J0008", published="2099-05-01")]
    runtime = runtime_of(*facts, version="known-5")

    assert set(knowledge.book_on(date(2098, 11, 29), runtime=runtime).facts) == {"payment_limit:J0009:2097-01-01"}
    assert len(knowledge.book_on(date(2098, 11, 30), runtime=runtime).facts) == 2
    assert len(knowledge.book_on(date(2099, 5, 1), runtime=runtime).facts) == 3


def test_days_between_two_publications_share_one_book():
    facts = [fact(str(number), key=f"J000{number}", published=f"2099-0{number}-01") for number in (1, 2, 3)]
    runtime = runtime_of(*facts, version="known-3")

    first, second = (knowledge.book_on(date(2099, 2, day), runtime=runtime) for day in (1, 28))

    assert first is second
    assert set(first.facts) == {"payment_limit:J0001:2099q1", "payment_limit:J0002:2099q1"}
    assert set(knowledge.book_on(date(2099, 1, 31), runtime=runtime).facts) == {"payment_limit:J0001:2099q1"}


def test_before_anything_was_known_nothing_is():
    runtime = runtime_of(fact("10", published="2099-01-01"), fact("9", key="J0009"), version="known-4")

    assert set(knowledge.book_on(date(2098, 12, 31), runtime=runtime).facts) == {"payment_limit:J0009:2099q1"}
    assert not knowledge.book_on(date(2098, 1, 1), runtime=runtime).facts


def test_an_answer_of_a_past_day_says_which_facts_are_not_dated():
    facts = [fact("10"), fact("9", key="J0009", published="2098-12-01"), fact("8", key="J0008", published="2099-06-01")]
    book = book_of(*facts, version="used-3")
    wording = SimpleNamespace(sentence=lambda _group, code, params: f"{code} {dict(params)}")
    ids = [each.id for each in facts[:2]]

    [said] = assumptions.resting_on(ids, known_on(book, date(2099, 1, 5)), wording)

    assert said["code"] == "publication_day_unknown"
    assert said["fact_ids"] == ["payment_limit:J0001:2099q1"]
    assert said["message"].endswith("{'count': '1'}")
    assert assumptions.resting_on(ids, book, wording) == []


def test_a_fact_is_written_with_its_source():
    book = book_of(fact("10.000", published="2098-12-15", unit="usd_per_unit"), version="used-1")

    assert used_facts.documents(["payment_limit:J0001:2099q1", "gone", "payment_limit:J0001:2099q1"], book) == [
        {
            "id": "payment_limit:J0001:2099q1",
            "value": "10.000",
            "unit": "usd_per_unit",
            "effective_from": "2099-01-01",
            "effective_to": "2099-03-31",
            "recheck_after": None,
            "basis": "read",
            "source": {
                "id": "cms-2099",
                "title": "Invented fee schedule",
                "publisher": "CMS",
                "url": None,
                "published_on": "2098-12-15",
            },
            "locator": "row of the code",
        }
    ]


def test_a_fact_without_a_day_takes_its_source_s():
    book = book_of(fact("10"), version="used-2")

    assert used_facts.documents(["payment_limit:J0001:2099q1"], book)[0]["source"]["published_on"] == "2098-11"


def test_a_range_whose_ends_agree_expects_their_figure():
    assert ranges.total(100, None, 100) == {"low": "1.00", "expected": "1.00", "high": "1.00"}
    assert ranges.of(100, None, 100) == {"low": "1.00", "expected": None, "high": "1.00"}
    assert ranges.of(100, None, 200) == {"low": "1.00", "expected": None, "high": "2.00"}
    assert ranges.of(None, None, None) == {"low": None, "expected": None, "high": None}
    assert ranges.point(5) == {"low": "0.05", "expected": "0.05", "high": "0.05"}
