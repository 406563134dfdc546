from datetime import date

import pytest

from estimator.errors import BadFact
from storage import strict_yaml


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "file.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return strict_yaml.load(path, file="file.yaml")

    return load


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", 1),
        ("a: -5", -5),
        ("a: 0", 0),
        ('a: "1.50"', "1.50"),
        ("a: true", True),
        ("a: false", False),
        ("a: null", None),
        ("a: ~", None),
        ("a:", None),
        ("a: 2099-01-31", date(2099, 1, 31)),
        ("a: 2099q1", "2099q1"),
        ("a: 13533-0800-40", "13533-0800-40"),
        ("a: 10%", "10%"),
        ("a: D80.0", "D80.0"),
        ("a: none", "none"),
        ("a: [x, 2]", ["x", 2]),
        ("a: {b: c}", {"b": "c"}),
    ],
)
def test_plain_words_mean_what_they_look_like(load, text, expected):
    assert load(text) == {"a": expected}


@pytest.mark.parametrize("text", ["1.5", ".5", "1.", "1e5", "1.5e-3", "-1.5", ".inf", "-.inf", ".nan", "!!float 1"])
def test_binary_floats_are_refused(load, text):
    with pytest.raises(BadFact, match="binary float"):
        load(f"a: {text}")


@pytest.mark.parametrize("text", ["0636", "007", "0x1f", "1_000", "1:30", "yes", "No", "on", "OFF", "True", "NULL"])
def test_words_with_two_readings_are_refused(load, text):
    with pytest.raises(BadFact, match="read in two ways"):
        load(f"a: {text}")


def test_refusal_names_file_and_line(load):
    with pytest.raises(BadFact) as caught:
        load("a: x\nb:\n  - c: 1.5\n")

    assert (caught.value.file, caught.value.row) == ("file.yaml", "line 3")


@pytest.mark.parametrize("text", ["a: 1\na: 2", "x: {b: 1, b: 2}", "- {k: 1, k: 1}"])
def test_a_key_that_stands_twice_is_refused(load, text):
    with pytest.raises(BadFact, match="stands twice"):
        load(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2099: x", "not text"),
        ("a: 2099-02-30", "no day of the calendar"),
        ("a: 2099-01-31 10:00:00", "not written as a day"),
        ("a: 2099-1-1", "not written as a day"),
        ("a:\tb", "has a tab"),
        ("a: b: c", "is not YAML"),
        ("a: !!python/name:os.system x", "is not YAML"),
        ("a: !!binary aaaa", "is not YAML"),
        ("a: [", "is not YAML"),
        (b"a: \xff", "is not UTF-8"),
        ("a: \x01", "is not YAML"),
    ],
)
def test_everything_else_is_refused(load, text, reason):
    with pytest.raises(BadFact, match=reason):
        load(text)


def test_an_empty_file_holds_nothing(load):
    assert load("") is None
