"""The wiring: the application, and how gunicorn starts it."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import create_app
from services.config import Config

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def app(folder, tmp_path):
    app = create_app(Config(database_url=f"sqlite:///{tmp_path / 'data' / 'igcost.db'}", seed_folder=folder.path))
    yield app
    app.extensions["igcost"].close()


def gunicorn_settings():
    return runpy.run_path(str(PROJECT / "gunicorn.conf.py"))


def test_making_the_application_reads_no_database(app, tmp_path):
    assert not (tmp_path / "data").exists()
    assert not app.extensions["igcost"].ready


def test_the_application_says_when_it_is_ready(app):
    client = app.test_client()
    before = client.get("/ready").status_code

    app.extensions["igcost"].start()
    app.extensions["igcost"]._starter.join(timeout=20)

    assert (before, client.get("/live").status_code, client.get("/ready").status_code) == (503, 200, 200)


def test_the_application_has_the_commands(app):
    assert {"db", "seed", "reference"} <= set(app.cli.list_commands(None))


def test_gunicorn_listens_where_the_host_says(monkeypatch):
    monkeypatch.setenv("PORT", "5005")

    assert gunicorn_settings()["bind"] == "0.0.0.0:5005"


def test_gunicorn_keeps_no_access_log():
    assert gunicorn_settings()["accesslog"] is None


def test_a_new_worker_begins_to_read_the_facts_and_looks_for_new_ones():
    started = []
    runtime = SimpleNamespace(start=lambda: started.append("start"), watch=lambda: started.append("watch"))
    begin = gunicorn_settings()["post_worker_init"]

    begin(SimpleNamespace(wsgi=SimpleNamespace(extensions={"igcost": runtime})))
    begin(SimpleNamespace(wsgi=SimpleNamespace()))

    assert started == ["start", "watch"]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_address(file):
    lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
    requirements = [line for line in lines if line and line[0] not in " #"]

    assert requirements
    assert all("==" in line and line.endswith("\\") for line in requirements)
    assert [line for line in lines if "://" in line or line.startswith("-")] == []
