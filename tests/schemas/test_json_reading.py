"""Bodies are read exactly or refused by name."""

from decimal import Decimal
from time import perf_counter

import pytest

from estimator.errors import InvalidRequest
from schemas.json_reading import MAX_DEPTH, MAX_PROBLEMS, OVERSIZED, UnreadableBody, read_object


def test_numbers_never_pass_through_a_binary_float():
    found = read_object(b'{"a": 0.1, "b": 7e1, "c": 70, "d": 1234567890123456.789}')

    assert found == {"a": Decimal("0.1"), "b": Decimal(70), "c": 70, "d": Decimal("1234567890123456.789")}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b"\n\t ", "empty_body"),
        (b'{"a": 1', "malformed_json"),
        (b"{'a': 1}", "malformed_json"),
        (b'{"a": 1,}', "malformed_json"),
        (b'{"a": 01}', "malformed_json"),
        (b'{"a": +1}', "malformed_json"),
        (b'{"a": "tab\there"}', "malformed_json"),
        (b'\xef\xbb\xbf{"a": 1}', "malformed_json"),
        (b'{"a": 1} x', "trailing_content"),
        (b'{"a": 1}{"a": 1}', "trailing_content"),
        (b'{"a": "\xe9"}', "not_utf8"),
        (b'{"a": "\xed\xa0\x80"}', "not_utf8"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_key"),
        (b'{"a": NaN}', "not_a_json_number"),
        (b'{"a": Infinity}', "not_a_json_number"),
        (b'{"a": -Infinity}', "not_a_json_number"),
        (b"[1]", "not_a_json_object"),
        (b'"text"', "not_a_json_object"),
        (b"1", "not_a_json_object"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "too_deep"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_by_code(body, code):
    with pytest.raises(UnreadableBody) as refused:
        read_object(body)

    assert refused.value.code == code


def test_as_deep_as_allowed_is_read():
    body = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH

    assert read_object(body)


def test_a_repeated_key_is_named():
    with pytest.raises(UnreadableBody) as refused:
        read_object(b'{"weight_kg": 70, "weight_kg": 7}')

    assert refused.value.params == {"key": "weight_kg"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b'{"a": 1, "a": 1}', ["/a"]),
        (b'{"a": {"b": 1, "b": 2}, "c": [{"d/e": 1}, {"d/e": 1, "d/e": 1}]}', ["/a/b", "/c/1/d~1e"]),
        (b'{"a": {"b": NaN, "b": 2}, "a": 1}', [""]),  # NaN comes first: that is what is said
        (b'{"a": {"b": 1, "b": 2}, "c": }', [""]),  # and what is broken further on hides the places
        (b'{"a": 1', [""]),
        (b"[1]", [""]),
    ],
)
def test_what_makes_a_body_unreadable_is_said_with_its_place(body, pointers):
    with pytest.raises(UnreadableBody) as refused:
        read_object(body)

    assert [problem.pointer for problem in refused.value.problems] == pointers
    assert {problem.code for problem in refused.value.problems} == {refused.value.code}


def test_a_long_list_of_repeated_keys_takes_no_time():
    started = perf_counter()

    with pytest.raises(UnreadableBody) as refused:
        read_object(b'{"a": [' + b",".join([b'{"b": 1, "b": 2}'] * 30_000) + b"]}")

    assert len(refused.value.problems) == MAX_PROBLEMS
    assert perf_counter() - started < 2


@pytest.mark.parametrize("number", ["9" * 10_000, "-" + "9" * 29, "1e19", "1E-400", "0." + "1" * 40, "1e999999999999"])
def test_a_number_nobody_means_is_marked_and_not_worked_out(number):
    assert read_object(b'{"a": %s}' % number.encode()) == {"a": OVERSIZED}


def test_a_million_digits_take_no_time():
    started = perf_counter()

    read_object(b'{"a": ' + b"9" * 1_000_000 + b"}")

    assert perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (rb'{"a": "\ud800"}', "/a"),
        (rb'{"a": {"b/c": ["x", "\udc00"]}}', "/a/b~1c/1"),
        (rb'{"\udc00": 1}', "/?"),
    ],
)
def test_half_a_character_pair_is_refused_with_its_place(body, pointer):
    with pytest.raises(InvalidRequest) as refused:
        read_object(body)

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [(pointer, "invalid_character")]


def test_a_whole_character_pair_is_a_character():
    assert read_object(rb'{"a": "\ud83d\ude00"}') == {"a": "\U0001f600"}
