"""Every problem has its sentence, in both languages."""

import ast
import string
from pathlib import Path

import pytest

from estimator.errors import Problem
from services.wording import problem_sentence
from tests.web.conftest import PROJECT, TEXTS

ENGLISH = TEXTS["en"]["problems"]
SPANISH = TEXTS["es"]["problems"]
PLACES = {"Problem": 1, "Refused": 0, "UnreadableBody": 0, "respond": 1}
"""Where in the call of each name the code stands."""


def codes_raised():
    """Find every literal code that is handed to a problem, with the file it stands in."""
    found = set()
    for folder in ("estimator", "schemas", "services", "web"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    found |= {(code, path.relative_to(PROJECT)) for code in codes_of(node, folder)}
    return sorted(found)


def codes_of(call, folder):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = PLACES.get(name)
    if place is not None and len(call.args) > place:
        yield from literals(call.args[place])
    for keyword in call.keywords:
        if folder == "schemas" and keyword.arg in ("oversized", "code"):
            yield from literals(keyword.value)


def literals(node):
    branches = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return {each.value for each in branches if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def reasons_given():
    """Find every literal reason that chooses among the sentences of a code."""
    found = set()
    for folder in ("estimator", "schemas", "services"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict):
                    for key, value in zip(node.keys, node.values, strict=True):
                        if isinstance(key, ast.Constant) and key.value == "why":
                            found |= {reason for reason in literals(value) if reason != "bounds"}
    return sorted(found)


def names_in(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("code", "path"), codes_raised(), ids=str)
def test_every_code_has_a_sentence(code: str, path: Path):
    assert code in ENGLISH, f"{path} raises {code}, and texts/en/problems.yaml has no sentence for it"


@pytest.mark.parametrize("reason", reasons_given())
def test_every_reason_has_a_sentence(reason):
    assert any(code.endswith(f".{reason}") for code in ENGLISH)


def test_both_languages_have_the_same_sentences():
    assert set(ENGLISH) == set(SPANISH)


@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_both_languages_name_the_same_parameters(code):
    assert names_in(ENGLISH[code]) == names_in(SPANISH[code])


def test_a_wrong_item_of_a_list_is_said_of_the_list():
    problem = Problem("/patient/infusion_risks/0", "not_allowed", {"choices": "renal, thrombosis"})

    assert problem_sentence({"problems": ENGLISH}, problem) == "infusion_risks must be one of: renal, thrombosis."


@pytest.mark.parametrize("texts", [ENGLISH, SPANISH], ids=["en", "es"])
def test_where_names_nearby_are_told_there_is_a_sentence_for_none(texts):
    told = {code for code, said in texts.items() if "{near}" in said}

    assert told
    assert {f"{code}.nothing_near" for code in told} <= set(texts)
