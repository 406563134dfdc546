import pytest

from estimator.errors import BadFact, NotOnFile
from services import reference
from services.config import Config
from services.facts import fact_document
from services.runtime import Runtime
from storage import facts


@pytest.fixture
def runtime(database, folder):
    return Runtime(Config(seed_folder=folder.path), database)


def test_seeding_fills_the_database(runtime):
    report = reference.seed(runtime)

    assert report.facts.added == 5
    assert runtime.book.version == report.version[:16]


def test_seeding_needs_tables(empty, folder):
    with pytest.raises(reference.NoTables, match="flask db upgrade"):
        reference.seed(Runtime(Config(seed_folder=folder.path), empty))


def test_a_fact_no_book_can_be_built_from_is_never_committed(runtime, folder):
    folder.replace("medicare.yaml", '"123.00"', '"much"')

    with pytest.raises(BadFact) as caught:
        reference.seed(runtime)

    assert (caught.value.file, caught.value.row) == ("medicare.yaml", "entry 1 (part_b_deductible)")
    with runtime.database.read() as connection:
        assert facts.state(connection) is None


def test_a_sound_folder_has_no_problems(folder):
    report = reference.check(folder.path)

    assert (report.facts, report.sources, report.diagnosis_codes, report.problems) == (5, 2, 3, ())


def test_check_lists_every_problem_with_file_row_and_reason(folder):
    folder.replace("medicare.yaml", 'value: "123.00"', "value: 123")
    folder.replace("payment_limits/2099q1.csv", "J0002", "J/2")
    folder.write("texts/en.yaml", "a: 1.5")

    problems = reference.check(folder.path).problems

    assert [(problem.file, problem.row) for problem in problems] == [
        ("medicare.yaml", "entry 1 (part_b_deductible)"),
        ("payment_limits/2099q1.csv", "line 3"),
        ("texts/en.yaml", "line 1"),
    ]


def test_check_builds_the_book_and_names_the_file_of_what_it_refuses(folder):
    folder.replace("payment_limits/2099q1.csv", "12.345", "dear")

    problems = reference.check(folder.path).problems

    assert [(problem.file, problem.row) for problem in problems] == [("payment_limits/2099q1.csv", "line 2")]


def test_show_lists_the_facts_of_a_kind_and_key(runtime):
    reference.seed(runtime)

    assert len(reference.show(runtime, "payment_limit")) == 2
    assert [fact.key for fact in reference.show(runtime, "payment_limit", "J0001")] == ["J0001"]


def test_show_says_when_there_is_nothing(runtime):
    with pytest.raises(NotOnFile, match="payment_limit:J9999"):
        reference.show(runtime, "payment_limit", "J9999")


def test_a_document_has_the_fields_of_a_record(runtime):
    reference.seed(runtime)

    assert fact_document(reference.show(runtime, "payment_limit", "J0001")[0]) == {
        "id": "payment_limit:J0001:2099q1:r1",
        "kind": "payment_limit",
        "key": "J0001",
        "value": "12.345",
        "unit": "usd_per_unit",
        "effective_from": "2099-01-01",
        "effective_to": "2099-03-31",
        "recheck_after": None,
        "published_on": "2098-12-15",
        "source": "cms-2099",
        "locator": "row of the code",
        "basis": "read",
        "release": 1,
        "note": None,
        "standing": "in_force",
    }


def test_the_seed_files_of_the_project_are_sound():
    assert reference.check(Config().seed_folder).problems == ()
