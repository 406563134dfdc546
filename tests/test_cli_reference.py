"""``flask reference``: what is due, which versions there were, how two of them differ, and files of other kinds."""

import json
from pathlib import Path

import pytest
from flask import Flask

import cli
from services.config import Config
from services.runtime import Runtime
from tests.services.test_loading_official_files import CODES, CROSSWALK, PRODUCTS
from web.current import EXTENSION

CALENDAR = """\
kind: publication
defaults: {unit: null, effective_from: 2098-01-01, effective_to: null, recheck_after: 2100-01-01, source: cms-2099,
           basis: read, locator: list}
records:
  - {key: limits, value: {title: Limits, kind: payment_limit, every: quarter, first_month: 1, usual_days_before: 12,
     late_days_before: 0, file: payment_limits}}
"""


@pytest.fixture
def with_calendar(folder, empty_file):
    """Give the commands on a database filled from a small seed folder with a calendar."""
    folder.write("publications.yaml", CALENDAR)
    folder.write("billing_codes.yaml", CODES)
    folder.write("products.yaml", PRODUCTS)
    app = Flask("commands")
    app.extensions[EXTENSION] = Runtime(Config(seed_folder=folder.path), empty_file)
    cli.register_commands(app)
    found = app.test_cli_runner()
    for command in (["db", "upgrade"], ["seed"]):
        assert found.invoke(args=command).exit_code == 0
    return found


# Limits of 2099 Q1 are on file: those of Q2 are expected on 20 March and late from 1 April.
@pytest.mark.parametrize(
    ("on", "status", "exit_code"), [("2099-03-19", "expected", 0), ("2099-03-20", "due", 0), ("2099-04-01", "late", 1)]
)
def test_due_says_what_comes_next_and_fails_where_it_is_late(with_calendar, on, status, exit_code):
    said = with_calendar.invoke(args=["reference", "due", "--on", on])
    listed = with_calendar.invoke(args=["reference", "due", "--on", on, "--json"])

    assert (said.exit_code, listed.exit_code) == (exit_code, exit_code)
    assert [(item["id"], item["status"], item["next_from"]) for item in json.loads(listed.output)] == [
        ("limits", status, "2099-04-01")
    ]
    assert said.output.startswith("warning: late since 2099-04-01, 1 missing" if status == "late" else f"{status}: ")


def test_versions_and_the_difference_between_two_of_them(with_calendar, tmp_path):
    file = Path(tmp_path / "crosswalk 122098.csv")
    file.write_bytes(CROSSWALK.encode())

    loaded = with_calendar.invoke(args=["reference", "load", "ndc_crosswalk", str(file)])
    versions = json.loads(with_calendar.invoke(args=["reference", "versions", "--json"]).output)
    lines = with_calendar.invoke(args=["reference", "versions"]).output.splitlines()
    said = with_calendar.invoke(args=["reference", "diff", versions[-1]["version"]])
    document = json.loads(
        with_calendar.invoke(
            args=["reference", "diff", versions[-1]["version"], versions[0]["version"], "--json"]
        ).output
    )

    assert loaded.exit_code == said.exit_code == 0
    assert len(versions) == len(lines) == 2
    # The package of Privigen alone: whose the others are cannot be told, or their units are no whole number.
    added = [item["id"] for item in document["facts"]["added"]]
    assert added == ["package:44206-0436-05:2099-01-01:r1", "package:44206-0438-20:2099-01-01:r1"]
    assert "facts: 2 added, 0 removed, 0 changed" in said.output


def test_a_version_that_never_was_is_said_in_one_sentence(with_calendar):
    result = with_calendar.invoke(args=["reference", "diff", "0000000000000000"])

    assert result.exit_code == 1
    assert "0000000000000000" in result.output
