"""``flask contracts`` on price files."""

import json

import pytest
from flask import Flask

import cli
from services.config import Config
from services.runtime import Runtime
from storage.database import Database
from tests.price_samples import in_network, tall
from web.current import EXTENSION


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """Give the commands on a database filled from the real seed files."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('contracts') / 'igcost.db'}")
    app = Flask("commands")
    app.extensions[EXTENSION] = Runtime(Config(), database)
    cli.register_commands(app)
    yield app.test_cli_runner()
    database.dispose()


@pytest.fixture
def file(tmp_path):
    def write(content, name="prices.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


def test_examine_says_which_rates_may_be_used(runner, file):
    result = runner.invoke(args=["contracts", "examine", file(tall()), "--on", "2026-11-21"])

    assert result.exit_code == 0
    assert "hospital_tall 3.0.0 of Invented Hospital, updated on 2026-04-01" in result.stdout
    assert "6 items; 4 prices of our codes, 1 for stays" in result.stdout
    assert "J1459 per_unit 65.25" in result.stdout
    assert "NOT USABLE: The file states several rates for this code" in result.stdout
    assert "2 rates may be used" in result.stdout


def test_examine_prints_json_and_says_how_far_it_is_beside_it(runner, file):
    path = file(in_network(), "prices.json")
    result = runner.invoke(args=["contracts", "examine", path, "--npi", "1234567893", "--on", "2026-11-21", "--json"])

    assert [rate["code"] for rate in json.loads(result.stdout)["rates"]] == ["96365", "J1561"]
    assert result.stderr.startswith("read 0 of 0 MB")


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (in_network(), [], "Say whose are wanted, by NPI or TIN"),
        (in_network()[:-9], ["--npi", "1234567893"], "damaged or cut off"),
        (in_network(), ["--npi", "12345"], "12345"),
        (tall(), ["--payer-name", "nobody"], "none for the payer, plan and site asked for"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(runner, file, content, options, said):
    result = runner.invoke(args=["contracts", "examine", file(content), *options])

    assert result.exit_code in (1, 2)
    assert said in result.output
    assert "Traceback" not in result.output
