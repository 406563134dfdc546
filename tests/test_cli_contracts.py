"""``flask contracts`` on price files."""

import json

import pytest
from flask import Flask

import cli
from services import contracts
from services.config import Config
from services.keys import Caller
from services.runtime import Runtime
from storage.database import Database
from tests.price_samples import in_network, item, price, tall
from web.current import EXTENSION


@pytest.fixture(scope="module")
def runner(filled_copy):
    """Give the commands on a database filled from the real seed files."""
    database = Database(filled_copy())
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
        (in_network(), ["--npi", "1234567893", "--plan-name", "PPO"], "A payer's file names no plans"),
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


@pytest.fixture
def load(runner, file):
    def run(content, *options, name="prices.csv"):
        given = ["contracts", "load", file(content, name), "--name", "From a file", "--payer", "commercial", *options]
        return runner.invoke(args=given)

    return run


def listed(runner, organization="main"):
    return runner.invoke(args=["contracts", "list", "--organization", organization]).stdout


def contract_in(result):
    [contract] = [word for word in result.stdout.split() if word.startswith("ctr_")]
    return contract


def shown(runner, contract):
    with runner.app.app_context():
        runtime = runner.app.extensions[EXTENSION]
        return contracts.show(contract, caller=Caller("main", "test"), runtime=runtime)


def test_load_makes_a_contract_of_the_usable_rates(runner, load):
    result = load(tall(), "--payer-name", "invented", "--first-day", "2027-01-01", "--last-day", "2027-12-31")

    assert result.exit_code == 0, result.output
    document = shown(runner, contract_in(result))
    assert [(rate["code"], rate["method"], rate["value"], rate["locator"]) for rate in document["rates"]] == [
        ("J1459", "per_unit", "65.25", "line 7"),
        ("J1561", "per_unit", "61.35", "line 4"),
        ("96365", "per_unit", "310.00", "line 8"),
    ]
    assert document["source"]["title"] == "Standard charges of Invented Hospital, version 3.0.0"
    assert document["source"]["published_on"] == "2026-04-01"
    assert len(document["source"]["sha256"]) == 64
    assert document["site_of_care"] == "hospital_outpatient"
    assert contract_in(result) in listed(runner)
    assert runner.invoke(args=["contracts", "withdraw", contract_in(result)]).exit_code == 0
    assert contract_in(result) not in listed(runner)


def test_load_of_a_payers_file_ends_rates_with_the_contract(runner, load):
    rates = [{"provider_references": [2], "negotiated_prices": [price(61.35, expiration_date="2027-06-30")]}]
    content = in_network(items=[item("J1561", rates)])

    result = load(content, "--npi", "1234567893", "--last-day", "2027-03-31", "--site", "physician_office")

    document = shown(runner, contract_in(result))
    assert (document["first_day"], document["site_of_care"]) == ("2026-11-01", "physician_office")
    assert [(rate["code"], rate["last_day"]) for rate in document["rates"]] == [("J1561", "2027-03-31")]


def test_one_percentage_of_charges_pays_the_visit(runner, load):
    percent = ",,,45,,percent of total billed charges,\n"
    rows = "".join(f"Infusion,{code},CPT,,,outpatient,,,,,Invented Health,PPO{percent}" for code in ("96365", "96366"))

    result = load(tall(rows))

    assert [(rate["scope"], rate["value"]) for rate in shown(runner, contract_in(result))["rates"]] == [
        ("administration", "45")
    ]


def test_a_percentage_of_charges_beside_other_rates_is_left_out(load):
    percent = ",,,45,,percent of total billed charges,\n"
    rows = f"Infusion,96366,CPT,,,outpatient,,,,,Invented Health,PPO{percent}"
    rows += "Infusion,96365,CPT,,,outpatient,,,,,Invented Health,PPO,,310,,,fee schedule,\n"

    result = load(tall(rows), "--dry-run")

    assert "A percentage of charges pays a visit as a whole" in result.stdout
    assert "1 rates may be used" in result.stdout
    assert "dry run: nothing was kept" in result.stdout


def test_a_file_that_is_refused_keeps_nothing(runner, load):
    before = listed(runner)
    refused = [
        load(tall("Drug,J1561,HCPCS,,,outpatient,,,,,Invented Health,PPO,,61.35,,,fee schedule,\n")),
        load(in_network()[:-9], "--npi", "1234567893"),
        load(in_network(), "--npi", "1234567893"),
        load(tall(), "--payer-name", "nobody"),
        load(tall(), "--payer-name", "invented", "--organization", "nobody"),
        load(tall(), "--payer-name", "invented", "--dry-run"),
    ]

    assert [result.exit_code for result in refused] == [1, 1, 1, 1, 1, 0]
    assert "Say which site the contract is for" in refused[2].output
    assert "None of the file's prices of our codes can be used" in refused[0].output
    assert listed(runner) == before


def test_organizations_have_contracts_and_keys_of_their_own(runner, load):
    assert runner.invoke(args=["organizations", "create", "clinic-b", "--name", "Clinic B"]).exit_code == 0
    assert runner.invoke(args=["organizations", "create", "clinic-b"]).exit_code == 1
    result = load(tall(), "--payer-name", "invented", "--organization", "clinic-b")

    assert contract_in(result) in listed(runner, "clinic-b")
    assert contract_in(result) not in listed(runner)
    assert runner.invoke(args=["contracts", "withdraw", contract_in(result)]).exit_code == 1
    assert "clinic-b  Clinic B" in runner.invoke(args=["organizations", "list"]).stdout
    made = runner.invoke(args=["keys", "create", "--scope", "contracts:write", "--organization", "clinic-b"])
    assert f"{made.stdout[:12]}  clinic-b  contracts:write" in runner.invoke(args=["keys", "list"]).stdout
