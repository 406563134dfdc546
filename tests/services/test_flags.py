"""Every flag of the registry, one by one: what raises it, and what is so near that it does not."""

import re

import pytest

from tests.conftest import PROJECT
from tests.reading import each
from tests.services import asking

BANNED = re.compile(
    r"\b(guaranteed|will be (covered|denied|paid)|(?<!FDA-)approved|\d+ ?% chance|probability)\b", re.IGNORECASE
)
OURS = ("message", "next_step", "plain", "outlook", "ask", "label_status", "prior_authorization")
"""The fields in which we speak ourselves; what a policy says is not our verdict."""


def raised(runtime, body):
    document = asking.checked(runtime, {"as_of": "2026-11-21"} | body)
    return document, {flag["code"] for flag in document["flags"]}


@pytest.mark.parametrize("case", each("flags", "flags", called="flag"))
def test_a_flag_is_raised_and_not_raised_beside_it(case, runtime):
    document, codes = raised(runtime, case["body"])
    _, beside = raised(runtime, case["body"] | case["instead"])

    assert case["flag"] in codes
    assert case["flag"] not in beside
    flag = next(item for item in document["flags"] if item["code"] == case["flag"])
    assert flag["source_ids"]
    assert all("{" not in flag[part] for part in ("message", "next_step", "plain"))


def test_every_registered_flag_has_a_case(book):
    """No flag is registered that no test raises. Cases of claims and estimates stand in their own files."""
    tested = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("tests/cases", "tests/services", "tests/estimator", "tests/web")
        for path in sorted((PROJECT / folder).rglob("*.*"))
        if path.suffix in (".yaml", ".py")
    )

    assert [code for code in book.flags if code not in tested] == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("case", each("flags", "flags", called="flag"))
def test_no_answer_promises_or_threatens(case, runtime, language):
    document, _ = raised(runtime, case["body"] | {"language": language})
    said = list(own_words(document)) + document["notices"]

    assert [sentence for sentence in said if BANNED.search(sentence)] == []


def own_words(part):
    if isinstance(part, dict):
        for name, value in part.items():
            if name in OURS and isinstance(value, str):
                yield value
            else:
                yield from own_words(value)
    elif isinstance(part, list):
        for item in part:
            yield from own_words(item)


def test_outcomes_of_outside_reviews_are_context_with_their_number_and_bias(runtime):
    case = {"therapy": {"diagnosis": "G61.81"}, "coverage": {"payer": "commercial", "policies": ["aetna.cpb_0206"]}}
    hindered, _ = raised(runtime, case | {"clinical": {"exam.edx.demyelination": False}})
    open_, _ = raised(runtime, case)

    groups = {item["group"]: (item["overturned"], item["n"], item["interval_95"]) for item in hindered["context"]}
    assert groups["neurologic_diagnosis"] == ("24", "49", ["35.6", "62.5"])
    assert groups["denied_as_not_medically_necessary"] == ("39", "92", ["32.8", "52.6"])
    assert all(item["bias"] and item["years"] == "2001 to 2016" for item in hindered["context"])
    assert open_["context"] == []
