"""``flask policies``: a template that holds, mistakes by their line, what a version changes."""

import json

import pytest
from flask import Flask

from cli_policies import policy_commands
from services import policy_drafts
from tests.conftest import PROJECT
from web.current import EXTENSION

FILLED = {
    "SOURCE_ID": "bcbsnd-immune-globulin",
    "TITLE OF THE DOCUMENT": "Immune globulin",
    "NAME OF THE PAYER": "Example Plan",
    "what you could not read": "the appendix",
    "page, section": "page 2, criteria",
    "which part of the document": "pages 1 to 4",
}


@pytest.fixture
def commands(runtime):
    app = Flask("commands")
    app.extensions[EXTENSION] = runtime
    app.cli.add_command(policy_commands)
    return app.test_cli_runner()


@pytest.fixture
def draft(commands, tmp_path):
    """Write the template with the blanks that must be filled in."""
    path = tmp_path / "exampleplan.yaml"
    assert commands.invoke(args=["policies", "new", "exampleplan.ig", "--file", str(path)]).exit_code == 0
    text = path.read_text(encoding="utf-8")
    for blank, words in FILLED.items():
        text = text.replace(blank, words)
    path.write_text(text, encoding="utf-8")
    return path


def changed(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if new.strip().splitlines()[0] in line)


def mistakes(commands, path):
    answer = commands.invoke(args=["policies", "check", str(path), "--json"])
    return answer.exit_code, [(item["line"], item["reason"]) for item in json.loads(answer.output)["mistakes"]]


def test_the_template_holds_once_its_source_is_named(commands, draft):
    answer = commands.invoke(args=["policies", "check", str(draft)])

    assert answer.output == f"{draft}: 1 versions, 4 examples hold\n"
    assert answer.exit_code == 0


def test_a_template_is_never_written_over(commands, draft):
    answer = commands.invoke(args=["policies", "new", "exampleplan.ig", "--file", str(draft)])

    assert answer.exit_code == 1
    assert "is there already" in answer.output


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("fact: igg_pretreatment", "fact: igg_before", "is not in the dictionary of clinical facts"),
        ("unit: mg_per_dl", "unit: g_per_l", "the unit must be mg_per_dl"),
        ('op: "<"', 'op: "below"', "is no comparison"),
        (
            'id: vaccine, fact: vaccine_nonresponse, op: "==", value: true',
            'id: vaccine, fact: vaccine_nonresponse, op: "==", value: "1"',
            "must be true or false",
        ),
        ("value: true, cite: text}\n      cites", "value: true}\n      cites", "has no citation"),
        (
            "    source: bcbsnd-immune-globulin",
            "    source: nowhere",
            "is neither on file nor in seed_data/sources.yaml",
        ),
        ("basis: read", "basis: heard", "basis must be"),
        ("      payer: Example Plan\n", "      payer: null\n", "payer must be a text"),
    ],
)
def test_a_mistake_is_told_by_its_line(commands, draft, old, new, reason):
    line = changed(draft, old, new)
    code, found = mistakes(commands, draft)

    assert code == 1
    assert [said for where, said in found if reason in said and where == line]


def test_every_mistake_is_told_at_once(commands, draft):
    changed(draft, "fact: igg_pretreatment", "fact: igg_before")
    changed(draft, "fact: reasons_documented", "fact: reasons")

    assert len(mistakes(commands, draft)[1]) == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("lines: [commercial]", "lines: [comercial]", "'comercial' is not known; it may be one of: commercial, "),
        ("routes: [iv, sc]", "routes: [po]", "'po' is not known; it may be one of: iv, sc"),
        ("document: medical_policy", "document: policy", "document: 'policy' is not known"),
        ("source_kind: primary", "source_kind: mine", "source_kind: 'mine' is not known"),
        ("text_read: part", "text_read: most", "text_read: 'most' is not known"),
        ("prior_authorization: required", "prior_authorization: maybe", "must be required, or be left out"),
        ("excluded: []", "excluded: [privgen]", "'privgen' is not known; it may be one of: privigen"),
        ("indications: [pid]", "indications: [pid]", "indications: 'pid' is not known"),
        ("page 2, criteria", "page, section", "'page, section' is the template's"),
        ("the appendix", "what you could not read", "'what you could not read' is the template's"),
        ("key: exampleplan.ig", "key: Bad Id!", "the id 'Bad Id!' must be small letters"),
    ],
)
def test_a_word_that_is_in_no_list_is_told_by_its_line(commands, draft, old, new, reason):
    if "[pid]" in old:
        changed(draft, "indications: [pi]", new)
    line = changed(draft, old, new)
    code, found = mistakes(commands, draft)

    assert code == 1
    assert [said for where, said in found if reason in said and where == line]


def test_mistakes_of_every_kind_are_told_in_one_go(commands, draft):
    """In the record, in the policy, in a word, in a criterion and in an example alike."""
    changed(draft, "basis: read", "basis: heard")
    changed(draft, "payer: Example Plan", "payer: null")
    changed(draft, "lines: [commercial]", "lines: [comercial]")
    changed(draft, "value: 300, unit: mg/dL", "value: 501, unit: mg/dL")

    said = " ".join(reason for _, reason in mistakes(commands, draft)[1])
    assert all(part in said for part in ("basis must", "payer must", "'comercial'", "comes to not_met"))


def test_a_source_that_is_written_down_and_not_loaded_yet_is_known(commands, draft, tmp_path, monkeypatch):
    monkeypatch.setattr(policy_drafts, "listed_sources", lambda _: frozenset({"exampleplan-2026"}))
    changed(draft, "    source: bcbsnd-immune-globulin", "    source: exampleplan-2026")

    assert mistakes(commands, draft) == (0, [])


def test_sources_are_read_from_the_seed_folder(tmp_path):
    text = "own-plan:\n  title: Policy\n  publisher: Plan\n  url: null\n  published_on: null\n  official: false\n"
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")

    assert policy_drafts.listed_sources(tmp_path) == {"own-plan"}


def test_an_id_must_be_one(commands, tmp_path):
    answer = commands.invoke(args=["policies", "new", "Bad Id!", "--file", str(tmp_path / "bad.yaml")])

    assert answer.exit_code == 1
    assert "cannot be an id" in answer.output
    assert not (tmp_path / "bad.yaml").exists()


def test_a_file_that_is_no_yaml_is_told_by_its_line(commands, tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("kind: policy\nrecords: [\n", encoding="utf-8")

    code, found = mistakes(commands, path)
    assert (code, len(found)) == (1, 1)


def test_an_example_that_does_not_hold_is_a_mistake(commands, draft):
    changed(draft, "value: 300, unit: mg/dL", "value: 501, unit: mg/dL")

    assert [said for _, said in mistakes(commands, draft)[1]] == [
        "the example says met, and the policy comes to not_met"
    ]


def test_an_example_of_each_kind_is_needed(commands, draft):
    changed(draft, "- kind: boundary", "- kind: met")

    assert [said for _, said in mistakes(commands, draft)[1]] == ["an example of the kind boundary is missing"]


def test_a_boundary_lies_at_the_edge_of_a_number(commands, draft):
    changed(
        draft,
        "- kind: boundary\n          criterion: igg\n          asks:\n            therapy: {diagnosis: D83.9}\n"
        "            clinical: {lab.igg.pretreatment: {value: 500, unit: mg/dL}}",
        "- kind: boundary\n          criterion: vaccine\n          asks:\n            therapy: {diagnosis: D83.9}\n"
        "            clinical: {lab.vaccine.nonresponse: false}",
    )

    assert [said for _, said in mistakes(commands, draft)[1]] == [
        "a boundary example must lie at the edge of a number, so of one of these: age, igg"
    ]


def test_an_example_that_cannot_be_asked_says_why(commands, draft):
    changed(
        draft, "clinical: {lab.igg.pretreatment: {value: 300, unit: mg/dL}}", "clinical: {lab.igg.pretreatment: 300}"
    )

    (said,) = [said for _, said in mistakes(commands, draft)[1]]
    assert "needs its unit" in said


def test_what_changed_between_two_versions_on_file(commands):
    answer = commands.invoke(args=["policies", "diff", "premera.ig", "--json"])
    changes = {item["what"]: (item["before"], item["after"]) for item in json.loads(answer.output)["changes"]}

    assert changes["humoral_immunodeficiency initial igg_criterion"] == (
        "lab.igg.pretreatment < 400 mg/dL",
        "lab.igg.pretreatment < 500 mg/dL",
    )
    assert changes["humoral_immunodeficiency initial infections"][1] is None


def test_what_a_file_would_change(commands, tmp_path):
    text = (PROJECT / "seed_data" / "policies" / "premera_ig.yaml").read_text(encoding="utf-8")
    path = tmp_path / "premera.yaml"
    path.write_text(
        text.replace('value: "500"', 'value: "550"').replace("2025-06-10\n", "2026-06-10\n"), encoding="utf-8"
    )

    answer = commands.invoke(args=["policies", "diff", str(path)])
    assert "lab.igg.pretreatment < 500 mg/dL -> lab.igg.pretreatment < 550 mg/dL" in answer.output


def test_there_must_be_something_to_compare(commands, draft):
    assert "one version" in commands.invoke(args=["policies", "diff", "bcbsnd.ig"]).output
    assert "neither a file nor a policy" in commands.invoke(args=["policies", "diff", "nobody"]).output
    assert "nothing to compare" in commands.invoke(args=["policies", "diff", str(draft)]).output
