"""Official files taken in while the product runs: tried first, whole or not at all, and served at once."""

from datetime import date

import pytest

from estimator.errors import BadFact
from schemas.pricefiles.containers import FileRefused
from schemas.queries import RELEASE_KINDS
from services import payment_limits, releases
from services.config import Config
from services.drafts.model import Asked
from services.releases import FactsMoved
from services.runtime import Runtime
from storage import facts, packed
from tests.schemas.pricefiles.test_payment_limits import FILE, HEADER, PREAMBLE

CODES = """\
kind: billing_code
defaults: {unit: null, effective_from: 2098-01-01, effective_to: null, recheck_after: 2100-01-01, source: cms-2099,
           basis: read, locator: list}
records:
  - {key: J1561, value: {category: drug, name: one, mg_per_unit: "500", immune_globulin: true}}
  - {key: J1576, value: {category: drug, name: two, mg_per_unit: "500", immune_globulin: true}}
"""
BOUNDS = """\
kind: plausible_range
defaults: {unit: usd_per_gram, effective_from: 2098-01-01, effective_to: null, recheck_after: 2100-01-01,
           source: cms-2099, basis: read, locator: bounds}
records:
  - {key: usd_per_gram, value: {low: "60", high: "1400"}}
"""
NAME = "January 2099 Payment Limit File 121798.csv"
ASKED = Asked(NAME)


@pytest.fixture
def runtime(folder, database_url):
    folder.write("billing_codes.yaml", CODES)
    folder.write("plausible_ranges.yaml", BOUNDS)
    runtime = Runtime.open(Config(database_url=database_url, seed_folder=folder.path))
    _ = runtime.book
    yield runtime
    runtime.close()


def take_in(runtime, content=FILE, asked=ASKED):
    return releases.load(
        releases.examine("payment_limits", content, asked, runtime=runtime), by="test", runtime=runtime
    )


def limit(runtime, code="J1561"):
    return payment_limits.show_payment_limit(code, on=date(2099, 2, 1), runtime=runtime)


def test_a_trial_says_what_would_come_and_changes_nothing(runtime):
    version = runtime.book.version

    report = releases.show(releases.examine("payment_limits", FILE, ASKED, runtime=runtime), runtime=runtime)

    assert (report["rows"], report["kept"], report["skipped"], report["new_facts"]) == (4, 2, 2, 4)
    assert report["published_on"] == "2098-12-17"
    assert [each["key"] for each in report["same_quarter"]["added"]] == ["J1561", "J1561", "J1576", "J1576"]
    assert (report["loaded"], runtime.book.version) == (False, version)
    assert releases.list_releases(runtime=runtime)["items"] == []


def test_a_file_is_served_as_soon_as_it_is_in(runtime):
    document = take_in(runtime)

    found = limit(runtime)
    assert (found["payment_limit"], found["coinsurance_percent"]) == ("49.076", "20.000")
    assert found["reference_version"] == document["reference_version"] == runtime.book.version
    listed = releases.list_releases(runtime=runtime)["items"]
    assert [(each["file_name"], each["loaded_by"], each["new_facts"]) for each in listed] == [(NAME, "test", 4)]


def test_the_same_file_again_brings_nothing(runtime):
    version = take_in(runtime)["reference_version"]

    again = take_in(runtime)

    assert (again["new_facts"], again["release"], again["reference_version"]) == (0, 1, version)


def test_a_reissue_is_another_release_of_the_quarter_and_both_are_kept(runtime):
    take_in(runtime)

    report = take_in(runtime, FILE.replace(b"49.076", b"49.100"))

    assert (report["release"], limit(runtime)["payment_limit"]) == (2, "49.100")
    assert report["same_quarter"]["changed"] == [
        {"kind": "payment_limit", "key": "J1561", "on_file": "49.076", "value": "49.100"}
    ]
    assert {"payment_limit:J1561:2099q1:r1", "payment_limit:J1561:2099q1:r2"} <= set(runtime.book.facts)


def test_another_process_takes_a_release_up_and_a_request_keeps_its_moment(runtime):
    other = Runtime.open(runtime.config)
    before = other.book
    request = other.pinned()

    take_in(runtime)

    assert other.refresh()
    assert not other.refresh()
    assert other.book.version == runtime.book.version
    assert request.book is before
    other.close()


def test_a_watching_process_sees_a_release_within_two_seconds(runtime, eventually):
    other = Runtime.open(runtime.config)
    _ = other.book
    other.watch()

    take_in(runtime)

    assert eventually(lambda: other.book.version == runtime.book.version, seconds=2)
    other.close()


@pytest.fixture
def eventually():
    def wait(holds, *, seconds):
        import time  # noqa: PLC0415

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if holds():
                return True
            time.sleep(0.02)
        return holds()

    return wait


def test_every_version_of_the_facts_can_be_read_again(runtime):
    old = runtime.book.version
    take_in(runtime)

    with runtime.database.read() as connection:
        earlier, now = packed.load(connection, old), facts.load(connection)

    assert earlier.version.startswith(old)
    assert len(now.facts) == len(earlier.facts) + 4
    assert {fact.id for fact in earlier.facts} < {fact.id for fact in now.facts}
    assert {code.code: code for code in earlier.diagnosis_codes} == {code.code: code for code in now.diagnosis_codes}
    known = {fact.id: fact for fact in now.facts}
    assert all(known[fact.id] == fact for fact in earlier.facts)


def test_a_load_that_another_one_overtook_changes_nothing(runtime):
    late = releases.examine("payment_limits", FILE.replace(b"49.076", b"49.100"), ASKED, runtime=runtime)
    other = Runtime.open(runtime.config)
    take_in(other)
    other.close()

    with pytest.raises(FactsMoved):
        releases.load(late, by="test", runtime=runtime)

    runtime.refresh()
    assert limit(runtime)["payment_limit"] == "49.076"


def test_facts_that_no_book_can_be_built_from_are_not_kept(runtime, monkeypatch):
    def broken(*_args, **_options):
        raise BadFact(file="x", row="y", reason="z")

    draft = releases.examine("payment_limits", FILE, ASKED, runtime=runtime)
    version = runtime.book.version
    with monkeypatch.context() as patch:
        patch.setattr(releases, "build", broken)
        with pytest.raises(BadFact):
            releases.load(draft, by="test", runtime=runtime)

    runtime.refresh()
    assert (runtime.book.version, releases.list_releases(runtime=runtime)["items"]) == (version, [])


@pytest.mark.parametrize(
    ("content", "asked", "code"),
    [
        (FILE, Asked(NAME, quarter=(2099, 2)), "file_other_quarter"),
        (FILE.replace(b"March 31", b"April 30"), ASKED, "file_not_a_quarter"),
        (FILE[len(PREAMBLE) :], ASKED, "file_period_missing"),
        ((PREAMBLE + HEADER + "J9999,x,1 MG,1.0,20,,,,,,\r\n").encode(), ASKED, "file_without_our_codes"),
    ],
)
def test_a_file_of_other_days_or_other_drugs_is_refused(content, asked, code, runtime):
    if asked.quarter is not None:
        from estimator.model.periods import Quarter  # noqa: PLC0415

        asked = asked._replace(quarter=Quarter(*asked.quarter))
    with pytest.raises(FileRefused) as caught:
        releases.examine("payment_limits", content, asked, runtime=runtime)

    assert caught.value.problems[0].code == code


def test_doubtful_figures_are_shown_for_review(runtime):
    take_in(runtime)
    # 500 mg at 10.000 are 20 dollars a gram; from 49.076 to 10.000 is a fall of 79.6 %.
    following = FILE.replace(b"January 1, 2099 through March 31, 2099", b"April 1, 2099 through June 30, 2099")
    draft = releases.examine(
        "payment_limits", following.replace(b"49.076", b"10.000"), Asked("file.csv"), runtime=runtime
    )

    assert draft.report["warnings"] == [
        {"code": "price_per_gram_doubtful", "key": "J1561", "usd_per_gram": "20.00"},
        {"code": "published_on_unknown", "key": None},
        {"code": "large_change", "key": "J1561", "percent": "-79.6"},
        # the small seed's own codes, priced up to 31 March
        {"code": "not_in_file_ended", "key": "J0001"},
        {"code": "not_in_file_ended", "key": "J0002"},
    ]


def test_what_an_operator_loaded_outlives_the_next_seed(runtime):
    from services import reference  # noqa: PLC0415

    take_in(runtime)

    reference.seed(runtime)
    runtime.refresh()

    assert limit(runtime)["payment_limit"] == "49.076"


def test_the_door_knows_the_kinds_that_can_be_loaded():
    assert RELEASE_KINDS == releases.KINDS
