"""Codes and parameters → sentences."""

import re
from types import SimpleNamespace

import pytest

from services.wording import Wording, code_sentence, dollars, money
from tests.services import asking

TEXTS = {
    "en": {
        "assumptions": {
            "price": "{code} costs {price}.",
            "site": "Given at a {site}.",
            "sites": "One of {sites}.",
            "limited": "Up to ${limit}.",
        },
        "flags": {"F": {"message": "About {code}.", "plain": "Short."}},
        "words": {"physician_office": "doctor's office", "hospital_outpatient": "hospital"},
    },
    "es": {"assumptions": {"price": "{code} cuesta {price}."}},
}
RUNTIME = SimpleNamespace(texts=TEXTS)


@pytest.fixture
def english():
    return Wording(RUNTIME, "en")


def test_a_sentence_is_rendered_from_code_and_parameters(english):
    params = (("code", "J1561"), ("price", "$1.00"))

    assert english.sentence("assumptions", "price", params) == "J1561 costs $1.00."
    assert Wording(RUNTIME, "es").sentence("assumptions", "price", params) == "J1561 cuesta $1.00."


def test_a_code_without_a_sentence_is_answered_by_itself(english):
    in_use = Wording.sentence.__wrapped__  # these tests let no bare code through

    assert in_use(english, "assumptions", "unheard_of") == "unheard_of"
    assert in_use(english, "no_such_section", "unheard_of") == "unheard_of"


def test_parts_of_a_flag(english):
    assert english.part("flags", "F", "message", (("code", "J1561"),)) == "About J1561."
    assert english.part("flags", "F", "next_step") is None
    assert english.part("flags", "G", "message") is None


def test_words_of_the_contract_become_words_of_the_language(english):
    assert english.sentence("assumptions", "site", (("site", "physician_office"),)) == "Given at a doctor's office."
    both = (("sites", "physician_office, hospital_outpatient"),)
    assert english.sentence("assumptions", "sites", both) == "One of doctor's office, hospital."


def test_a_name_with_a_comma_is_left_alone(english):
    params = (("code", "Common variable immunodeficiency, unspecified"), ("price", "$1.00"))

    assert english.sentence("assumptions", "price", params).startswith("Common variable immunodeficiency, unspecified ")


def test_a_yearly_limit_is_said_with_its_thousands_set_apart(english):
    assert english.sentence("assumptions", "limited", (("limit", "10600"),)) == "Up to $10,600."
    assert english.sentence("assumptions", "limited", (("limit", "9200.50"),)) == "Up to $9,200.50."


def test_where_no_name_is_similar_none_is_offered():
    texts = {"problems": {"unknown": "Not on file. Similar: {near}.", "unknown.nothing_near": "Not on file."}}

    assert code_sentence(texts, "unknown", {"near": ""}) == "Not on file."
    assert code_sentence(texts, "unknown", {"near": "panzyga"}) == "Not on file. Similar: panzyga."


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "$0.00"), (5, "$0.05"), (297980, "$2,979.80"), (2260000, "$22,600.00"), (-150, "-$1.50")]
)
def test_amounts_in_sentences(cents, text):
    assert dollars(cents) == text


def test_amounts_in_documents():
    assert (money(297980), money(None)) == ("2979.80", None)


ASKED = {
    "minimal": {"therapy": dict.fromkeys(asking.ORDER) | {"diagnosis": "G61.81"}, "site_of_care": None, "price": None},
    "no plan": {"coverage": {"payer": "commercial"}},
    "a plan without its deductible": {
        "coverage": {"payer": "commercial", "plan": {"out_of_pocket_max": {"individual": "6000"}}}
    },
    "a plan without its maximum": {
        "coverage": {
            "payer": "commercial",
            "plan": {"deductible": {"individual": "0"}, "cost_share": {"default": {"copay": "30"}}},
        }
    },
    "medicare next year in a hospital": {
        "coverage": {"payer": "medicare"},
        "site_of_care": "hospital_outpatient",
        "price": None,
        "therapy": {"start_on": "2027-01-05"},
    },
    "medicare in a quarter without percentages": {
        "coverage": {"payer": "medicare"},
        "price": None,
        "therapy": {"start_on": "2026-05-05"},
    },
    "medicare advantage next year": {
        "coverage": {"payer": "medicare_advantage"},
        "price": None,
        "therapy": {"start_on": "2027-01-05"},
    },
    "tricare": {"coverage": {"payer": "tricare"}, "price": None},
    "at home": {"site_of_care": "home", "price": None},
    "under the skin at home": {
        "therapy": {
            "product": "hizentra",
            "route": "sc",
            "dose": {"amount": "0.4", "unit": "g/kg"},
            "infusion_minutes": None,
        },
        "site_of_care": "home",
    },
    "a percentage of the limit": {"price": {"percent_of_payment_limit": "120"}},
    "packaged in a hospital": {
        "coverage": {"payer": "medicare"},
        "site_of_care": "hospital_outpatient",
        "price": None,
        "therapy": {"product": "bivigam", "diagnosis": "D83.9", "start_on": "2025-05-10"},
    },
    "off label": {"therapy": {"diagnosis": "G35.A", "dose": None, "product": None}},
    "another product's label": {"therapy": {"product": "octagam-10"}},
    "far from the label": {
        "patient": {"weight": {"value": 120, "unit": "kg"}, "age_years": 8},
        "therapy": {
            "product": "panzyga",
            "dose": {"amount": "3", "unit": "g/kg"},
            "interval": {"value": 10, "unit": "day"},
            "courses": 2,
        },
        "coverage": {"payer": "medicare"},
    },
    "a usual loading dose": {"therapy": {"loading": "usual"}},
    "an assistance refused": {"coverage": asking.MEDICARE, "assistance": {"copay_program": "auto"}},
    "a denial": {"denial": {"reason": "not_necessary"}, "coverage": asking.MEDICARE},
    "a mismatch": {"therapy": {"diagnosis": "G61.81", "indication": "pi", "route": None}},
}


def messages(document):
    """Give every sentence of an answer."""
    found = (
        [item["message"] for item in document["assumptions"]] + document["notices"] + [document["summary"]["headline"]]
    )
    found += [scenario["why"] for scenario in document["scenarios"] if "why" in scenario]
    checked = document["coverage_check"] or {"flags": [], "notices": []}
    found += checked["notices"]
    for flag in checked["flags"]:
        found += [flag["message"], flag["next_step"], flag["plain"]]
    return [each for each in found if each]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ASKED)
def test_no_sentence_shows_a_code_or_a_gap(name, language, runtime):
    document = asking.estimate(runtime, language, **ASKED[name])

    for message in messages(document):
        assert not re.search(r"[a-z]_[a-z]|\bcoverage\.|\btherapy\.|[{}]|None", message), message
        assert not re.search(r"  |, \.|\(\)|: \.|, ,|\$\.", message), message


@pytest.mark.parametrize("name", ASKED)
def test_no_number_changes_with_the_language(name, runtime):
    english, spanish = (asking.estimate(runtime, language, **ASKED[name]) for language in ("en", "es"))

    assert [item["code"] for item in english["assumptions"]] == [item["code"] for item in spanish["assumptions"]]
    for part in ("infusions", "years", "months", "order", "facts", "shown"):
        assert asking.wordless(english[part]) == asking.wordless(spanish[part])
    for said, dicho in zip(messages(english), messages(spanish), strict=True):
        assert sorted(re.findall(r"\d[\d,.]*\d|\d", said)) == sorted(re.findall(r"\d[\d,.]*\d|\d", dicho)), (
            said,
            dicho,
        )
