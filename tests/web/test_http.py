"""What HTTP asks of every endpoint, whatever the body says."""

import json
import logging

import pytest

from tests.web.conftest import FakeBook, FakeRuntime, make_app
from web import reading

MINIMAL = {"therapy": {"diagnosis": "G61.81"}, "coverage": {"payer": "commercial"}}


def test_an_unknown_address_is_404(client):
    answer = client.get("/v1/nothing")

    assert (answer.status_code, answer.mimetype, answer.get_json()["code"]) == (
        404,
        "application/problem+json",
        "not_found",
    )


def test_a_method_that_is_not_taken_is_405_with_allow(client):
    answer = client.put("/v1/estimates", json=MINIMAL)

    assert answer.status_code == 405
    assert answer.get_json()["code"] == "method_not_allowed"
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "application/json;q=0"])
def test_a_caller_who_takes_no_json_is_406(client, accept):
    answer = client.post("/v1/estimates", json=MINIMAL, headers={"Accept": accept})

    assert (answer.status_code, answer.get_json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "application/json", "text/html, application/json;q=0.1", ""]
)
def test_a_caller_who_takes_json_gets_it(client, accept):
    answer = client.post("/v1/estimates", json=MINIMAL, headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (200, "application/json")


def test_a_body_over_the_limit_is_413(client):
    answer = client.post("/v1/estimates", data=b" " * (1024 * 1024 + 1), content_type="application/json")

    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    assert "1024 KiB" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_plain_json_is_415(client, headers):
    answer = client.post("/v1/estimates", data=b"{}", headers=headers)

    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_in_utf8_is_taken_however_it_is_declared(client, content_type):
    answer = client.post("/v1/estimates", data=b'{"therapy": 1}', content_type=content_type)

    assert answer.status_code == 422


def test_bytes_that_are_not_utf8_are_400(client):
    answer = client.post("/v1/estimates", data=b'{"a": "\xff"}', content_type="application/json")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "not_utf8")


def test_lists_in_lists_without_end_are_400(client):
    answer = client.post("/v1/estimates", data=b"[" * 500_000, content_type="application/json")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "too_deep")


def test_every_answer_carries_its_id_and_versions(client):
    answer = client.post("/v1/estimates", json=MINIMAL)

    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.headers["Engine-Version"]
    assert answer.headers["Reference-Version"] == FakeBook.version
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_id_that_the_caller_sends_is_not_taken_over(client):
    answer = client.post("/v1/estimates", json={}, headers={"X-Request-ID": "member-4711"})

    assert answer.headers["X-Request-ID"] != "member-4711"
    assert answer.headers["X-Request-ID"] == answer.get_json()["request_id"]


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", None, "en"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "en;q=0.2, es;q=0.5", "es"),
        ("", "fr, en", "en"),
        ("", "xx", "en"),
        ("", "x" * 5000, "en"),
        ("", "es;q=0", "en"),
        ("?lang=es", "en", "es"),
        ("?lang=es-US", None, "es"),
        ("?lang=ES_mx", None, "es"),
        ("?lang=", "es", "es"),
    ],
)
def test_the_language_is_asked_for_or_english(client, calls, query, header, language):
    answer = client.post(f"/v1/estimates{query}", json=MINIMAL, headers={"Accept-Language": header} if header else {})

    assert answer.headers["Content-Language"] == language
    assert calls[0][2]["language"] == language


@pytest.mark.parametrize("language", ["fr", "xx", "english", "e"])
def test_a_language_we_do_not_speak_is_refused_with_everything_else(client, language):
    answer = client.post(f"/v1/estimates?lang={language}&view=short", json=MINIMAL)

    assert answer.status_code == 422
    assert {item["pointer"] for item in answer.get_json()["errors"]} == {"?lang", "?view"}
    assert client.get(f"/v1/products?lang={language}").status_code == 422


def test_problems_are_worded_in_spanish(client):
    answer = client.post(
        "/v1/estimates?lang=es", json={"therapy": {"diagnosis": "279.06"}, "coverage": {"payer": "va"}}
    )

    assert "ICD-9" in answer.get_json()["detail"]
    assert answer.get_json()["title"] == "No se puede responder a la solicitud tal como está"


def test_an_unknown_query_parameter_is_refused_by_name(client):
    answer = client.post("/v1/estimates?vew=summary", json=MINIMAL)

    assert answer.get_json()["errors"][0]["pointer"] == "?vew"
    assert answer.get_json()["code"] == "unknown_field"


def test_the_view_is_handed_to_the_service(client, calls):
    client.post("/v1/estimates?view=summary", json=MINIMAL)

    assert calls[0][2]["view"] == "summary"


@pytest.mark.parametrize("path", ["/v1/products", "/v1/estimates", "/ready"])
def test_before_the_facts_are_read_the_answer_is_503(path):
    runtime = FakeRuntime(ready=False)
    client = make_app(runtime).test_client()

    answer = client.open(path, method="POST" if path.endswith("estimates") else "GET", json=MINIMAL)

    assert (answer.status_code, answer.get_json()["code"]) == (503, "starting")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Reference-Version" not in answer.headers
    assert runtime.started == 1


def test_facts_that_cannot_be_read_are_not_said_to_be_on_their_way():
    runtime = FakeRuntime(ready=False)
    runtime.has_failed = True

    answer = make_app(runtime).test_client().get("/ready")

    assert (answer.status_code, answer.get_json()["code"]) == (503, "facts_unusable")


def test_a_process_that_is_up_is_live_before_its_facts_are_read():
    answer = make_app(FakeRuntime(ready=False)).test_client().get("/live")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "live"})


def test_a_ready_process_says_so(client):
    assert client.get("/ready").get_json()["status"] == "ready"


def test_what_nobody_expected_is_a_fixed_sentence_and_a_log_line_without_content(app, calls, monkeypatch, caplog):
    def fails(*_args, **_options):
        raise ZeroDivisionError("weight 70 of G61.81")

    monkeypatch.setattr("services.estimates.quote", fails)

    with caplog.at_level(logging.INFO):
        answer = app.test_client().post("/v1/estimates", json=MINIMAL)

    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert "G61" not in answer.get_data(as_text=True)
    event = next(record for record in caplog.records if record.message == "unexpected_error")
    assert (event.route, event.error) == ("/v1/estimates", "ZeroDivisionError")
    assert "G61" not in repr([record.__dict__ for record in caplog.records])


def test_nothing_from_a_body_or_a_path_is_logged(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/estimates?vew=SECRET1", json={"therapy": {"diagnosis": "SECRET2"}, "SECRET3": "SECRET4"})
        client.get("/v1/nothing/SECRET5")
        client.put("/v1/products/SECRET6")

    assert len([record for record in caplog.records if record.message == "request"]) == 3
    assert "SECRET" not in repr([record.__dict__ for record in caplog.records])


def test_the_same_bytes_are_read_once_a_day(client, calls):
    reading._read.cache_clear()
    first, second = (client.post("/v1/estimates", json=MINIMAL) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert calls[0][1] == calls[1][1]
    assert reading._read.cache_info().hits == 1


def test_a_long_body_is_not_remembered(client):
    reading._read.cache_clear()
    padded = json.dumps(MINIMAL) + " " * reading.REMEMBERED_BYTES

    assert client.post("/v1/estimates", data=padded, content_type="application/json").status_code == 200
    assert reading._read.cache_info().currsize == 0


def test_a_refused_body_is_refused_again(client):
    answers = [client.post("/v1/estimates", json={"therapy": 1}).get_json()["errors"] for _ in range(2)]

    assert answers[0] == answers[1]


def test_an_unreadable_body_is_said_with_its_place(client):
    twice = client.post(
        "/v1/estimates", data=b'{"therapy": {"product": 1, "product": 2}}', content_type="application/json"
    )
    broken = client.post("/v1/estimates", data=b'{"therapy": ', content_type="application/json")

    assert [(e["pointer"], e["code"]) for e in twice.get_json()["errors"]] == [("/therapy/product", "duplicate_key")]
    assert [(e["pointer"], e["code"]) for e in broken.get_json()["errors"]] == [("", "malformed_json")]
    assert "column 13" in broken.get_json()["errors"][0]["message"]


def test_an_unknown_field_is_named_as_it_was_sent(client):
    [error] = client.post("/v1/coverage-checks", json={"therapy": {"diagnosis": "G61.81", "a/b~": 1}}).get_json()[
        "errors"
    ]

    assert (error["pointer"], error["code"]) == ("/therapy/a~1b~0", "unknown_field")
    assert "There is no field a/b~ here" in error["message"]
