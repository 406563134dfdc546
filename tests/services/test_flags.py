"""Every flag of the registry, one by one: what raises it, and what is so near that it does not."""

import pytest

from schemas.claim_lines import CLAIM_LINES_REQUEST
from schemas.estimates import ESTIMATE_REQUEST
from services import claim_lines, estimates
from tests.banned_words import BANNED
from tests.reading import each
from tests.schemas import requests
from tests.services import asking

OURS = ("message", "next_step", "plain", "outlook", "ask", "label_status", "prior_authorization")
"""The fields in which we speak ourselves; what a policy says is not our verdict."""


def raised(runtime, body, asks="check"):
    """Ask the endpoint that a case names, and give the document that holds its flags."""
    whole = {"as_of": "2026-11-21"} | body
    language = whole.pop("language", "en")
    document = {"check": checked, "estimate": estimated, "claim_lines": billed}[asks](runtime, whole, language)
    return document, {flag["code"] for flag in document["flags"]}


def checked(runtime, whole, language):
    return asking.checked(runtime, whole | {"language": language})


def estimated(runtime, whole, language):
    request = requests.read(ESTIMATE_REQUEST, whole)
    return asking.plain(estimates.quote(request, runtime=runtime, language=language, view=None))["coverage_check"]


def billed(runtime, whole, language):
    request = requests.read(CLAIM_LINES_REQUEST, whole)
    return asking.plain(claim_lines.bill(request, runtime=runtime, language=language)) | {"notices": []}


@pytest.mark.parametrize("case", each("flags", "flags", called="flag"))
def test_a_flag_is_raised_and_not_raised_beside_it(case, runtime):
    document, codes = raised(runtime, case["body"], case.get("asks", "check"))
    _, beside = raised(runtime, case["body"] | case["instead"], case.get("asks", "check"))

    assert case["flag"] in codes
    assert case["flag"] not in beside
    flag = next(item for item in document["flags"] if item["code"] == case["flag"])
    assert flag["source_ids"]
    assert all("{" not in flag[part] for part in ("message", "next_step", "plain"))


def test_every_registered_flag_has_a_case(book):
    """Flags are tested one by one: each in the registry is raised by a request, and not by one beside it."""
    tested = {parameter.values[0]["flag"] for parameter in each("flags", "flags", called="flag")}

    assert set(book.flags) == tested


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("case", each("flags", "flags", called="flag"))
def test_no_answer_promises_or_threatens(case, runtime, language):
    document, _ = raised(runtime, case["body"] | {"language": language}, case.get("asks", "check"))
    said = list(own_words(document)) + document["notices"]

    assert [sentence for sentence in said if BANNED[language].search(sentence)] == []


def own_words(part):
    if isinstance(part, dict):
        for name, value in part.items():
            if name in OURS and isinstance(value, str):
                yield asking.unquoted(value)
            else:
                yield from own_words(value)
    elif isinstance(part, list):
        for item in part:
            yield from own_words(item)


def test_outcomes_of_outside_reviews_are_context_with_their_number_and_bias(runtime):
    case = {"therapy": {"diagnosis": "G61.81"}, "coverage": {"payer": "commercial", "policies": ["aetna.cpb_0206"]}}
    hindered, _ = raised(runtime, case | {"clinical": {"exam.edx.demyelination": False}})
    open_, _ = raised(runtime, case)

    groups = {item["group"]: (item["overturned"], item["n"]) for item in hindered["context"]}
    assert groups["neurologic_diagnosis"] == ("24", "49")
    assert groups["denied_as_not_medically_necessary"] == ("39", "92")
    assert all("percent" not in item and "never the chance" in item["warning"] for item in hindered["context"])
    assert all(item["bias"] and item["years"] == "2001 to 2016" for item in hindered["context"])
    assert open_["context"] == []
