"""``/v1/reference/releases``: who may, what may be sent, and what is answered."""

import json

import pytest

from app import create_app
from schemas.releases import RELEASE, RELEASES
from services import keys
from services.config import Config
from tests.schemas.pricefiles.test_payment_limits import FILE
from tests.services.test_releases import BOUNDS, CODES
from web.current import EXTENSION

URL = "/v1/reference/releases?kind=payment_limits"


@pytest.fixture
def app(folder, database_url):
    folder.write("billing_codes.yaml", CODES)
    folder.write("plausible_ranges.yaml", BOUNDS)
    folder.write("texts/en.yaml", 'problems:\n  unsupported_media_type.file: "Send one of {types}."\n')
    app = create_app(Config(database_url=database_url, seed_folder=folder.path, log_level="ERROR"))
    _ = app.extensions[EXTENSION].book
    yield app
    app.extensions[EXTENSION].close()


@pytest.fixture
def secret(app):
    made = keys.create("clinic", ("reference:write",), expires_on=None, runtime=app.extensions[EXTENSION])
    return made.secret


def send(app, url=URL, content=FILE, secret=None, content_type="text/csv"):
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    return app.test_client().post(url, data=content, headers=headers, content_type=content_type)


def test_a_file_is_tried_then_taken_in(app, secret):
    tried = send(app, f"{URL}&dry_run=true", secret=secret)
    taken = send(app, secret=secret)

    assert (tried.status_code, taken.status_code) == (200, 201)
    assert RELEASE.validate(json.loads(tried.data)) == RELEASE.validate(json.loads(taken.data)) == {}
    shown = app.test_client().get("/v1/payment-limits?hcpcs=J1561&on=2099-02-01")
    assert shown.get_json()["payment_limit"] == "49.076"
    assert shown.headers["Reference-Version"] == taken.get_json()["reference_version"]
    listed = app.test_client().get("/v1/reference/releases").get_json()
    assert RELEASES.validate(listed) == {}
    assert len(listed["items"]) == 1


@pytest.mark.parametrize("sent", [None, "igc_nothing", ""])
def test_without_a_good_key_nothing_is_taken_in(sent, app):
    answer = send(app, secret=sent)

    assert (answer.status_code, answer.get_json()["code"]) == (401, "key_refused")
    assert "WWW-Authenticate" in answer.headers


def test_a_key_without_the_scope_is_forbidden(app):
    other = keys.create("x", ("plans:write",), expires_on=None, runtime=app.extensions[EXTENSION])

    answer = send(app, secret=other.secret)

    assert (answer.status_code, answer.get_json()["code"]) == (403, "key_not_allowed")


@pytest.mark.parametrize(
    ("url", "content", "content_type", "status", "code"),
    [
        (URL, b"", "text/csv", 422, "file_empty"),
        (URL, b"code,price\r\nJ1561,1\r\n", "text/csv", 422, "file_header_missing"),
        (URL, FILE, "application/json", 415, "unsupported_media_type"),
        ("/v1/reference/releases", FILE, "text/csv", 422, "required"),
        (f"{URL}&quarter=first", FILE, "text/csv", 422, "not_a_quarter"),
        (f"{URL}&dry_run=yes", FILE, "text/csv", 422, "not_allowed"),
        (f"{URL}&quarter=2099q2", FILE, "text/csv", 422, "file_other_quarter"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_by_name(url, content, content_type, status, code, app, secret):
    answer = send(app, url, content, secret, content_type)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_file_sent_as_something_else_is_told_what_it_may_be_sent_as(app, secret):
    answer = send(app, secret=secret, content_type="application/json")

    assert "text/csv" in answer.get_json()["detail"]
    assert "application/zip" in answer.get_json()["detail"]


def test_a_text_file_may_be_sent(app, secret):
    assert send(app, f"{URL}&dry_run=true", secret=secret, content_type="text/plain").status_code == 200


def test_a_file_beyond_all_bounds_is_refused(app, secret, monkeypatch):
    monkeypatch.setattr("web.releases.MOST_FILE_BYTES", 100)

    assert send(app, secret=secret).status_code == 413
