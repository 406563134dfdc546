import json

import pytest
from flask import Flask
from sqlalchemy import inspect

import cli
from services.config import Config
from services.runtime import Runtime
from storage.database import Database
from web.current import EXTENSION


@pytest.fixture
def runner(empty, folder):
    app = Flask("commands")
    app.extensions[EXTENSION] = Runtime(Config(seed_folder=folder.path), empty)
    cli.register_commands(app)
    return app.test_cli_runner()


@pytest.fixture
def seeded(runner):
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert runner.invoke(args=["seed"]).exit_code == 0
    return runner


def test_db_upgrade_and_downgrade_run_on_the_runtimes_database(runner, empty):
    upgraded = runner.invoke(args=["db", "upgrade"])
    with empty.read() as connection:
        after_upgrade = inspect(connection).has_table("facts")
    checked = runner.invoke(args=["db", "check"])
    downgraded = runner.invoke(args=["db", "downgrade", "base"])
    with empty.read() as connection:
        after_downgrade = inspect(connection).has_table("facts")

    assert [result.exit_code for result in (upgraded, checked, downgraded)] == [0, 0, 0]
    assert (after_upgrade, after_downgrade) == (True, False)


def test_db_upgrade_can_print_its_statements(runner):
    result = runner.invoke(args=["db", "upgrade", "--sql"])

    assert result.exit_code == 0
    assert "CREATE TABLE facts" in result.output


def test_seed_prints_counts_and_may_be_repeated(runner):
    runner.invoke(args=["db", "upgrade"])

    first = runner.invoke(args=["seed"])
    second = runner.invoke(args=["seed"])

    assert first.exit_code == second.exit_code == 0
    assert "facts: 5 added, 0 changed, 0 removed, 0 unchanged" in first.output
    assert "diagnosis codes: 0 added, 0 changed, 0 removed, 3 unchanged" in second.output


def test_seed_prints_json(seeded):
    document = json.loads(seeded.invoke(args=["seed", "--json"]).output)

    assert document["facts"] == {"added": 0, "changed": 0, "removed": 0, "kept": 5}
    assert document["conflicts"] == []
    assert len(document["version"]) == 16


def test_seed_without_tables_says_what_to_do(runner):
    result = runner.invoke(args=["seed"])

    assert result.exit_code == 1
    assert "flask db upgrade" in result.output


def test_seed_stops_at_a_bad_record(runner, folder):
    runner.invoke(args=["db", "upgrade"])
    folder.replace("medicare.yaml", "basis: read", "basis: guessed")

    result = runner.invoke(args=["seed"])

    assert result.exit_code == 1
    assert "medicare.yaml, entry 1 (part_b_deductible): basis must be" in result.output


def test_reference_check_needs_no_database(runner, database_url):
    result = runner.invoke(args=["reference", "check"])

    assert result.exit_code == 0
    assert "5 facts, 2 sources, 3 diagnosis codes, 0 problems" in result.output
    database = Database(database_url)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.dispose()


def test_reference_check_prints_problems_and_leaves_with_one(runner, folder):
    folder.replace("medicare.yaml", 'value: "123.00"', "value: 123")

    result = runner.invoke(args=["reference", "check", str(folder.path)])
    as_json = runner.invoke(args=["reference", "check", str(folder.path), "--json"])

    assert result.exit_code == as_json.exit_code == 1
    assert "medicare.yaml, entry 1 (part_b_deductible): value must be text or a map; quote 123" in result.output
    assert json.loads(as_json.output)["problems"] == [
        {
            "file": "medicare.yaml",
            "row": "entry 1 (part_b_deductible)",
            "reason": "value must be text or a map; quote 123",
        }
    ]


def test_reference_check_of_no_folder_is_asked_wrongly(runner):
    assert runner.invoke(args=["reference", "check", "nowhere"]).exit_code == 2


def test_reference_show_prints_facts(seeded):
    result = seeded.invoke(args=["reference", "show", "payment_limit", "J0001"])

    assert result.exit_code == 0
    assert result.output == (
        "payment_limit:J0001:2099q1:r1  12.345 usd_per_unit  "
        "(2099-01-01 to 2099-03-31; cms-2099: row of the code; read)\n"
    )


def test_reference_show_prints_json(seeded):
    documents = json.loads(seeded.invoke(args=["reference", "show", "medicare_amount", "--json"]).output)

    assert [document["key"] for document in documents] == ["part_b_coinsurance_percent", "part_b_deductible"]


def test_reference_show_of_nothing_leaves_with_one(seeded):
    result = seeded.invoke(args=["reference", "show", "payment_limit", "J9999"])

    assert result.exit_code == 1
    assert "payment_limit:J9999" in result.output


@pytest.mark.parametrize("command", [["seed"], ["reference"], ["reference", "check"], ["reference", "show"]])
def test_every_command_has_help(runner, command):
    result = runner.invoke(args=[*command, "--help"])

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4
