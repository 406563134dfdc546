import pytest
from sqlalchemy import func, inspect, select

from estimator.errors import BadFact, NotOnFile
from storage import facts, filling, seed_files, tables, versions
from storage.database import Database


def fill(database, folder):
    with database.begin() as connection:
        return filling.fill(connection, seed_files.read(folder.path))


def load(database):
    with database.read() as connection:
        return facts.load(connection)


def make_operators(database, table, row_id):
    with database.begin() as connection:
        connection.execute(table.update().where(table.c.id == row_id).values(origin=tables.OPERATOR))


def test_what_was_filled_is_what_is_loaded(database, folder):
    seed = seed_files.read(folder.path)

    report = fill(database, folder)

    loaded = load(database)
    assert sorted(loaded.facts, key=lambda fact: fact.id) == sorted(seed.facts, key=lambda fact: fact.id)
    assert sorted(loaded.sources, key=lambda source: source.id) == sorted(seed.sources, key=lambda source: source.id)
    assert loaded.diagnosis_codes == seed.diagnosis_codes
    assert report.facts == (5, 0, 0, 0)
    assert report.sources == (2, 0, 0, 0)
    assert report.diagnosis_codes == (3, 0, 0, 0)


def test_the_version_on_file_is_the_hash_over_what_is_loaded(database, folder):
    report = fill(database, folder)

    loaded = load(database)
    assert loaded.version == report.version
    assert loaded.version == versions.content_version(loaded.facts, loaded.sources, loaded.diagnosis_codes)


def test_filling_again_changes_nothing(database, folder):
    first = fill(database, folder)

    second = fill(database, folder)

    assert second.facts == (0, 0, 0, 5)
    assert second.sources == (0, 0, 0, 2)
    assert second.diagnosis_codes == (0, 0, 0, 3)
    assert second.version == first.version


def test_filling_follows_the_files(database, folder):
    fill(database, folder)
    folder.replace("medicare.yaml", '"123.00"', '"124.00"')
    folder.replace("payment_limits/2099q1.csv", "J0002,7.100,,new code\n", "J0003,1.000,,\n")
    folder.replace("sources.yaml", "title: Invented label", "title: Renamed label")
    folder.replace("diagnosis_codes/2099.csv", "A00,no,Invented disease", "A01,no,Another disease")
    folder.replace("diagnosis_codes/2099.csv", "slight", "faint")

    report = fill(database, folder)

    loaded = load(database)
    seed = seed_files.read(folder.path)
    assert report.facts == (1, 1, 1, 3)
    assert report.sources == (0, 1, 0, 1)
    assert report.diagnosis_codes == (1, 1, 1, 1)
    assert {fact.id: fact for fact in loaded.facts} == {fact.id: fact for fact in seed.facts}
    assert set(loaded.sources) == set(seed.sources)
    assert set(loaded.diagnosis_codes) == set(seed.diagnosis_codes)
    assert report.version == versions.content_version(seed.facts, seed.sources, seed.diagnosis_codes)


def test_a_source_that_left_the_files_goes_with_its_facts(database, folder):
    folder.replace("diagnosis_codes/2099.csv", ",label-2099", ",")
    fill(database, folder)
    folder.replace("sources.yaml", "label-2099:", "label-2100:")

    report = fill(database, folder)

    assert report.sources == (1, 0, 1, 1)
    assert {source.id for source in load(database).sources} == {"cms-2099", "label-2100"}


def test_an_operators_fact_stays_and_is_listed_where_the_files_differ(database, folder):
    fact_id = "medicare_amount:part_b_deductible:2099"
    fill(database, folder)
    make_operators(database, tables.facts, fact_id)
    folder.replace("medicare.yaml", '"123.00"', '"124.00"')

    report = fill(database, folder)

    assert report.conflicts == (f"fact {fact_id}: the operator's stays",)
    assert next(fact for fact in load(database).facts if fact.id == fact_id).value == "123.00"


def test_an_operators_fact_equal_to_the_files_is_no_conflict(database, folder):
    fill(database, folder)
    make_operators(database, tables.facts, "medicare_amount:part_b_deductible:2099")

    assert fill(database, folder).conflicts == ()


def test_an_operators_fact_that_the_files_lack_stays(database, folder):
    fill(database, folder)
    make_operators(database, tables.facts, "payment_limit:J0002:2099q1:r1")
    folder.replace("payment_limits/2099q1.csv", "J0002,7.100,,new code\n", "")

    report = fill(database, folder)

    assert report.conflicts == ()
    assert "payment_limit:J0002:2099q1:r1" in {fact.id for fact in load(database).facts}


def test_an_operators_source_stays_and_is_listed_where_the_files_differ(database, folder):
    fill(database, folder)
    make_operators(database, tables.sources, "label-2099")
    unchanged = fill(database, folder)
    folder.replace("sources.yaml", "title: Invented label", "title: Renamed label")

    report = fill(database, folder)

    assert unchanged.conflicts == ()
    assert report.conflicts == ("source label-2099: the operator's stays",)
    assert {source.title for source in load(database).sources} == {"Invented label", "Invented fee schedule"}


def test_a_source_that_an_operators_fact_needs_stays(database, folder):
    folder.replace("diagnosis_codes/2099.csv", ",label-2099", ",")
    folder.replace("medicare.yaml", "effective_to: 2099-12-31,", "effective_to: 2099-12-31, source: label-2099,")
    fill(database, folder)
    make_operators(database, tables.facts, "medicare_amount:part_b_deductible:2099")
    folder.replace("medicare.yaml", "source: label-2099,", "")
    folder.replace("sources.yaml", "label-2099:", "label-2100:")

    report = fill(database, folder)

    assert any(conflict.startswith("source label-2099: ") for conflict in report.conflicts)
    assert {source.id for source in load(database).sources} == {"cms-2099", "label-2099", "label-2100"}


def test_facts_of_one_kind_and_key_can_be_read_alone(database, folder):
    fill(database, folder)

    with database.read() as connection:
        of_kind = facts.load_facts(connection, kind="payment_limit")
        of_key = facts.load_facts(connection, kind="payment_limit", key="J0002")

    assert [fact.key for fact in of_kind] == ["J0001", "J0002"]
    assert [fact.key for fact in of_key] == ["J0002"]


def test_an_unfilled_database_has_nothing_to_load(database):
    with database.read() as connection, pytest.raises(NotOnFile):
        facts.load(connection)


def test_an_empty_database_is_made_and_filled(empty, folder):
    report = filling.fill_if_empty(empty, folder.path)

    assert report is not None
    assert load(empty).version == report.version


def test_a_filled_database_is_left_as_it_is(empty, folder):
    filling.fill_if_empty(empty, folder.path)
    folder.replace("medicare.yaml", '"123.00"', '"124.00"')

    assert filling.fill_if_empty(empty, folder.path) is None


def test_a_database_with_empty_tables_is_filled(database, folder):
    assert filling.fill_if_empty(database, folder.path) is not None


def test_a_database_in_memory_can_be_filled(folder):
    database = Database("sqlite://")

    assert filling.fill_if_empty(database, folder.path) is not None
    assert len(load(database).facts) == 5
    database.dispose()


def test_a_bad_record_leaves_the_database_without_tables(empty, folder):
    folder.replace("medicare.yaml", "basis: read", "basis: guessed")

    with pytest.raises(BadFact):
        filling.fill_if_empty(empty, folder.path)

    with empty.read() as connection:
        assert inspect(connection).get_table_names() == []


def test_the_real_list_of_diagnosis_codes_survives_the_way_through_the_database(database, seed):
    with database.begin() as connection:
        filling.fill(connection, seed)

    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.diagnosis_codes)) == len(seed.diagnosis_codes)
        loaded = facts.load(connection)
    assert set(loaded.diagnosis_codes) == set(seed.diagnosis_codes)
    assert {fact.id: fact for fact in loaded.facts} == {fact.id: fact for fact in seed.facts}
