"""Our own sentences: one for every code, the same parameters in both languages, and no promise in any of them."""

import ast
import re
import string

import pytest

from tests.banned_words import BANNED
from tests.conftest import PROJECT
from tests.web.conftest import TEXTS

LANGUAGES = ("en", "es")
FLAG_PARTS = ("message", "next_step", "plain")


def trees(*folders):
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            yield path.relative_to(PROJECT), ast.parse(path.read_text(encoding="utf-8"))


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def literals(node):
    """List the texts a code may be: a literal, either branch of a choice, or a pattern of a text with gaps."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z_]+" for part in node.values)]
    return [re.escape(node.value)] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def codes_supposed():
    """Find the code of every assumption made in the calculation and the services, as patterns."""
    found = set()
    for path, tree in trees("estimator", "services"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) == "Assumption" and node.args:
                found |= {(code, str(path)) for code in literals(node.args[0])}
            if isinstance(node, ast.Call) and name_of(node) == "carried_forward" and len(node.args) > 1:
                found |= {(code, str(path)) for code in literals(node.args[1])}
    return sorted(found)


def flags_raised():
    """Find every flag raised, with the names of the parameters it is given."""
    found = []
    for path, tree in trees("estimator"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) == "raised" and node.args:
                given = {word.arg for word in node.keywords}
                found += [pytest.param(code, given, id=f"{code}-{path.stem}") for code in literals(node.args[0])]
    return found


def names_in(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def sentences(language):
    """Give every sentence of a language with the way to it."""

    def walk(node, path):
        if isinstance(node, str):
            yield path, node
        else:
            for key, value in node.items():
                yield from walk(value, (*path, key))

    return dict(walk(TEXTS[language], ()))


@pytest.mark.parametrize(("code", "path"), codes_supposed())
def test_every_assumption_has_a_sentence(code, path):
    for language in LANGUAGES:
        known = TEXTS[language]["assumptions"]
        assert any(re.fullmatch(code, each) for each in known), f"{path} supposes {code}"


def test_every_sentence_of_an_assumption_is_used():
    mentioned = {
        node.value
        for _, tree in trees("estimator", "services")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    patterns = [code for code, _ in codes_supposed() if "[a-z_]+" in code]
    unused = [
        code
        for code in TEXTS["en"]["assumptions"]
        if code not in mentioned and not any(re.fullmatch(pattern, code) for pattern in patterns)
    ]

    assert unused == []


def test_every_registered_flag_has_its_sentences(book):
    for language in LANGUAGES:
        texts = TEXTS[language]["flags"]
        assert set(texts) == set(book.flags)
        for flag, parts in texts.items():
            more = {part for part in parts if part.startswith(tuple(f"{name}_" for name in FLAG_PARTS))}
            assert set(parts) - more == set(FLAG_PARTS), flag


@pytest.mark.parametrize(("code", "given"), flags_raised())
def test_every_flag_raised_is_registered_and_given_what_its_sentences_name(code, given, book):
    assert code in book.flags
    for language in LANGUAGES:
        for part in TEXTS[language]["flags"][code].values():
            assert names_in(part) <= given


def test_both_languages_have_the_same_sentences_with_the_same_parameters():
    english, spanish = sentences("en"), sentences("es")

    assert set(english) == set(spanish)
    assert [path for path in english if names_in(english[path]) != names_in(spanish[path])] == []


def test_no_sentence_stayed_in_english():
    english, spanish = sentences("en"), sentences("es")
    long_enough = [path for path in english if len(english[path].split()) > 3]

    assert [path for path in long_enough if english[path] == spanish[path]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_promises_or_threatens(language):
    promising = {path: sentence for path, sentence in sentences(language).items() if BANNED[language].search(sentence)}

    assert promising == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_gives_a_probability(language):
    odds = r"\b(probability|likelihood|chance of|odds|probabilidad|posibilidades de)\b"

    assert [path for path, sentence in sentences(language).items() if re.search(odds, sentence, re.I)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_a_sentence(language):
    unfinished = [
        path
        for path, sentence in sentences(language).items()
        if path[0] not in ("words", "questionnaires")
        and not path[-1].startswith("status_")
        and sentence.rstrip()[-1] not in ".?"
    ]

    assert unfinished == []


@pytest.mark.parametrize(
    ("language", "sentence", "is_banned"),
    [
        ("en", "This will be covered.", True),
        ("en", "Your plan will pay for it.", True),
        ("en", "The treatment is approved.", True),
        ("en", "The product is FDA-approved for this use.", False),
        ("en", "This is not a guarantee.", False),
        ("en", "A denial is likely.", True),
        ("es", "El tratamiento será cubierto.", True),
        ("es", "El plan pagará.", True),
        ("es", "El tratamiento está aprobado.", True),
        ("es", "El producto está aprobado por la FDA para este uso.", False),
        ("es", "Esto no es una garantía.", False),
        ("es", "La probabilidad es alta.", True),
    ],
)
def test_the_list_of_banned_words_bites_where_it_should(language, sentence, is_banned):
    assert (BANNED[language].search(sentence) is not None) is is_banned
