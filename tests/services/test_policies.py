"""Patients against policy texts, through the whole of a coverage check, by the cases of ``policies.yaml``."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from estimator.reference.criteria import Branch, Leaf
from services import advance_notices, policy_drafts
from tests.conftest import PROJECT
from tests.reading import each
from tests.services import asking
from tests.web.conftest import TEXTS


def answer(runtime, case, **more):
    whole = {"patient": None, "price": None, "site_of_care": None} | case["body"]
    body = {"as_of": "2026-11-21"} | whole | more
    return asking.checked(runtime, {name: part for name, part in body.items() if part is not None})


def of_policy(document, case):
    return next(one for one in document["policies"] if one["id"] == case["policy"])


@pytest.mark.parametrize("case", each("policies", "policies"))
def test_an_order_is_held_against_policy_texts(case, runtime):
    document = answer(runtime, case)
    codes = {flag["code"] for flag in document["flags"]}

    assert document["outlook"] == case.get("outlook", document["outlook"])
    assert codes >= set(case.get("raised", ()))
    assert codes.isdisjoint(case.get("not_raised", ()))
    needed = [item["fact"] for item in document["documents_needed"]]
    assert set(needed) >= set(case.get("needed", ()))
    if "needed" in case and len(document["policies"]) == 1:
        assert set(needed) == set(case["needed"])
    if "policy" in case:
        one = of_policy(document, case)
        results = {item["id"]: item["result"] for item in one["criteria"]}
        assert one["result"] == case["result"]
        assert set(one["failed"]) == set(case.get("failed", one["failed"]))
        assert results | case.get("criteria", {}) == results
        reasons = {item["id"]: item["reason"] for item in one["criteria"]}
        assert reasons | case.get("reasons", {}) == reasons
        for read, stated in zip(one["limits"], case.get("limits", ()), strict=False):
            assert read | stated == read
        assert len(one["limits"]) == len(case.get("limits", one["limits"]))


def test_an_ambiguous_text_shows_both_readings(runtime):
    case = next(case for case in each_case() if "reasons" in case)
    item = next(one for one in of_policy(answer(runtime, case), case)["criteria"] if one["reason"] == "ambiguous_text")

    assert item["needs"] == "<= 30000 /mm3"
    assert item["other_reading"] == "exactly 30000 stands in both lists; the payer decides"


def test_a_document_says_what_it_rests_on(runtime):
    case = next(case for case in each_case() if case.get("policy") == "premera.ig" and case["result"] == "unknown")
    one = of_policy(answer(runtime, case), case)

    assert (one["effective_from"], one["read_on"], one["basis"]) == ("2025-06-10", "2026-11-21", "read")
    assert (one["source_kind"], one["text_read"]) == ("secondary_summary", "part")
    assert one["not_seen"]
    assert one["url"].startswith("https://www.openpayer.com/")
    igg = next(item for item in one["criteria"] if item["id"] == "igg_criterion")
    assert igg["given"] == {"value": "423", "unit": "mg/dL"}
    assert igg["needs"] == "< 500 mg/dL"
    assert "change log (secondary summary)" in igg["citation"]


def test_a_document_needed_is_asked_for_in_the_language_of_the_reader(runtime):
    case = next(case for case in each_case() if case.get("policy") == "aetna.cpb_0206")
    first = {language: answer(runtime, case, language=language)["documents_needed"][0] for language in ("en", "es")}

    assert first["en"]["ask"] == "What was the IgG level before any immune globulin was given?"
    assert first["es"]["ask"] == "¿Cuál era el nivel de IgG antes de recibir inmunoglobulina?"
    assert first["en"]["proof"] == "lab_report"
    assert first["en"]["unit"] == "mg/dL"


def test_no_answer_ever_names_another_diagnosis_code(runtime):
    case = next(case for case in each_case() if "dx_pidd" in case.get("failed", ()))
    document = answer(runtime, case)
    sentences = [flag[part] for flag in document["flags"] for part in ("message", "next_step", "plain")]

    assert all("D80" not in sentence.replace("D80.1", "") for sentence in sentences)


@pytest.mark.parametrize("language", ["en", "es"])
def test_beside_the_result_stands_what_was_compared_and_how_well_it_was_read(runtime, language):
    case = next(case for case in each_case() if case.get("policy") == "premera.ig" and case["result"] == "unknown")
    said = " ".join(answer(runtime, case, language=language)["notices"])

    assert ("in force from June 10, 2025, read on November 21, 2026" in said) == (language == "en")
    assert {"en": "somebody else's summary", "es": "un resumen ajeno"}[language] in said
    assert {"en": "read in part only", "es": "solo en parte"}[language] in said
    assert {"en": "No payer's policy text", "es": "No se comparó"}[language] not in said


def test_without_a_state_medicares_local_rules_are_said_not_to_be_compared(runtime):
    therapy = {"diagnosis": "G61.81", "product": "privigen", "route": "iv"}
    body = {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": "medicare"}}

    assert any("no state was given" in said for said in asking.checked(runtime, body)["notices"])
    assert not any(
        "no state was given" in said for said in asking.checked(runtime, body | {"service_state": "OH"})["notices"]
    )


@pytest.mark.parametrize(
    ("payer", "site", "diagnosis", "kind", "form"),
    [
        ("medicare", "physician_office", "G35.A", "abn_mandatory", "CMS-R-131"),
        ("medicare", "home", "G61.81", "abn_voluntary", "CMS-R-131"),
        ("medicare_advantage", "physician_office", "G35.A", "organization_determination", None),
        ("self_pay", "physician_office", "G61.81", "good_faith_estimate", None),
    ],
)
def test_the_notice_due_is_explained_and_never_issued(runtime, payer, site, diagnosis, kind, form):
    therapy = {"diagnosis": diagnosis, "product": "privigen", "route": "iv"}
    body = {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": payer}, "site_of_care": site}
    found = asking.checked(runtime, body)["advance_notice"]

    assert (found["kind"], found["form"], found["issued"]) == (kind, form, False)
    assert {"signature", "patient_name", "estimated_cost"} <= set(found["for_the_provider"])
    assert found["rules"]
    assert bool(found["form_fields"]["reasons_it_may_not_be_paid"]) == (payer != "self_pay")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("payer", ["medicare", "medicare_advantage", "self_pay"])
def test_the_notice_is_explained_in_the_language_of_the_reader(runtime, payer, language):
    therapy = {"diagnosis": "G35.A", "product": "privigen", "route": "iv"}
    body = {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": payer}, "language": language}
    found = asking.checked(runtime, body)["advance_notice"]
    assert found["explains"] == TEXTS[language]["advance_notices"][found["kind"]]
    assert found["rules"]
    for rule in found["rules"]:
        key = rule["fact_id"].split(":", 1)[1].rsplit(":", 1)[0]
        template = TEXTS[language]["advance_notice_rules"][key]
        assert rule["says"].split()[0] == template.split()[0]
        assert "{" not in rule["says"]


def test_every_rule_behind_a_notice_is_worded(book):
    keys = {key for rules in advance_notices.RULES.values() for key in rules}

    assert keys == set(TEXTS["en"]["advance_notice_rules"])
    assert all(book.words.get(("benefit_rule", key)) for key in keys)


@pytest.mark.parametrize(("site", "liability"), [("home", "patient"), ("physician_office", "patient_only_with_notice")])
def test_without_a_benefit_the_patient_bears_it_with_or_without_a_notice(runtime, site, liability):
    """GY: no benefit, no notice needed, the patient is liable; GA and GZ are about what is not necessary."""
    therapy = {"diagnosis": "G61.81", "product": "privigen", "route": "iv"}
    body = {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": "medicare"}, "site_of_care": site}

    assert asking.checked(runtime, body)["liability_if_denied"] == liability


@pytest.mark.parametrize(
    ("policy", "says"), [("aetna.cpb_0206", "The policy text asks"), ("premera.ig", "Payers of this kind usually")]
)
def test_who_asks_for_authorization_is_said(runtime, policy, says):
    body = {"therapy": {"diagnosis": "D83.1"}, "coverage": {"payer": "commercial", "policies": [policy]}}
    flags = asking.checked(runtime, {"as_of": "2026-11-21"} | body)["flags"]

    assert next(flag for flag in flags if flag["code"] == "PA_REQUIRED")["message"].startswith(says)


def test_no_notice_is_due_where_nothing_stands_in_the_way(runtime):
    therapy = {"diagnosis": "G61.81", "product": "privigen", "route": "iv"}
    body = {"as_of": "2026-11-21", "therapy": therapy, "coverage": {"payer": "commercial"}}

    assert asking.checked(runtime, body)["advance_notice"] is None


def each_case():
    return [parameter.values[0] for parameter in each("policies", "policies")]


POLICY_FILES = sorted(path for path in (PROJECT / "seed_data" / "policies").glob("*.yaml") if path.name[0] != "_")


@pytest.mark.parametrize("path", POLICY_FILES, ids=lambda path: path.stem)
def test_a_policy_on_file_is_without_mistake_and_its_examples_hold(path, runtime):
    """Every policy that tests a fact brings what meets it, fails it, leaves it open and lies at its edge."""
    draft, mistakes = policy_drafts.check(path, runtime=runtime)

    assert mistakes == []
    in_force = {version.fact_id for versions in runtime.book.policies.values() for version in versions}
    judged = [one for one in draft.policies if policy_drafts.is_judged(one) and one.fact_id in in_force]
    assert draft.examples >= len(policy_drafts.KINDS) * len(judged)


@pytest.mark.parametrize(
    ("state", "diagnosis", "on", "speaking"),
    [
        # The two documents of CGS: that of immune thrombocytopenia, and that of all other uses.
        ("OH", "G61.81", "2025-03-06", ["medicare.lcd.L35891"]),
        ("OH", "G61.81", "2025-08-17", ["medicare.lcd.L35891"]),
        ("OH", "G61.81", "2025-08-18", ["medicare.lcd.L35891"]),
        ("OH", "D69.3", "2025-08-17", ["medicare.lcd.L38268"]),
        # NGS wrote only about off-label uses: nothing of CIDP, and of stiff person syndrome its head alone was read.
        ("NY", "G61.81", "2025-06-01", []),
        ("NY", "G25.82", "2025-06-01", ["medicare.lcd.L39314"]),
        ("NY", "G61.81", "2025-09-07", []),
    ],
)
def test_which_local_policies_speak(state, diagnosis, on, speaking, runtime):
    body = {
        "as_of": "2026-11-21",
        "service_state": state,
        "site_of_care": "physician_office",
        "therapy": {"diagnosis": diagnosis, "route": "iv", "start_on": on},
        "coverage": {"payer": "medicare"},
    }
    found = asking.checked(runtime, body)["policies"]

    assert [one["id"] for one in found if one["result"] != "not_applicable"] == speaking


def test_an_exclusion_that_may_hold_leaves_the_answer_open_and_asks(runtime):
    """L38268: above 30,000 platelets an adult without bleeding is shut out; nobody has said whether this one bleeds."""
    body = {
        "as_of": "2026-11-21",
        "service_state": "OH",
        "site_of_care": "physician_office",
        "patient": {"age_years": 50},
        "therapy": {"diagnosis": "D69.3", "route": "iv", "start_on": "2026-11-21"},
        "coverage": {"payer": "medicare"},
        "clinical": {
            "lab.platelets": {"value": 30001, "unit": "/uL"},
            "exam.trauma_risk": True,
            "treatment.steroid.contraindicated": True,
        },
    }

    def policy(bleeds=None):
        clinical = {} if bleeds is None else {"exam.bleeding": bleeds}
        found = asking.checked(runtime, body | {"clinical": body["clinical"] | clinical})
        return next(one for one in found["policies"] if one["id"] == "medicare.lcd.L38268"), found

    (silent, whole), (bleeds, _), (not_bleeding, _) = policy(), policy(True), policy(False)
    assert (silent["result"], bleeds["result"], not_bleeding["result"]) == ("unknown", "met", "not_met")
    assert {item["fact"] for item in whole["documents_needed"]} == {"exam.bleeding"}


def numbers_tested(node):
    if isinstance(node, Branch):
        return {name: test for part in node.parts for name, test in numbers_tested(part).items()}
    is_number = isinstance(node, Leaf) and node.test.fact.type == "number"
    return {node.id: node.test} if is_number else {}


def number_given(example, fact):
    """Read the number that an example gives for a fact; the age stands with the patient."""
    asks = example["asks"]
    if fact.criterion == "age":
        return asks["patient"]["age_years"]
    given = asks["clinical"].get(fact.name)
    return Decimal(str(given["value"] if isinstance(given, Mapping) else given))


def test_a_policy_that_tests_a_number_shows_both_sides_of_an_edge(book):
    """The last number on one side and the next one on the other: nothing lies between the two examples."""
    tested = []
    for policy in (one for versions in book.policies.values() for one in versions):
        tests = {}
        for entry in policy.entries:
            for tree in entry.trees.values():
                tests |= numbers_tested(tree)
        if not tests:
            continue
        tested.append(policy.id)
        sides = {}
        for example in policy.details["examples"]:
            name = example.get("criterion")
            if name in tests:
                sides.setdefault(name, {})[number_given(example, tests[name].fact)] = example["result"]
        edges = [
            name
            for name, results in sides.items()
            if any(results.get(number + 1, result) != result for number, result in results.items())
        ]
        assert edges, policy.fact_id
    assert len(tested) >= 25
