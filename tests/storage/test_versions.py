from dataclasses import replace

import pytest

from storage import seed_files, versions


@pytest.fixture
def small(folder):
    return seed_files.read(folder.path)


def version_of(seed, **changes):
    parts = {"facts": seed.facts, "sources": seed.sources, "diagnosis_codes": seed.diagnosis_codes, **changes}
    return versions.content_version(**parts)


def test_the_version_does_not_depend_on_order(small):
    backwards = versions.content_version(
        reversed(small.facts), reversed(small.sources), reversed(small.diagnosis_codes)
    )

    assert backwards == version_of(small)


def test_the_version_is_the_same_on_every_machine(small):
    assert version_of(small) == "f3440cc972f7e82dc5234f0b5df1e80d50d0980575319f665fe286423651581f"


def test_sixteen_digits_are_shown(small):
    assert versions.shown(version_of(small)) == version_of(small)[:16]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "12.346"},
        {"unit": None},
        {"locator": "elsewhere"},
        {"basis": "unverified"},
        {"release": 2},
        {"note": "mended"},
        {"source_id": "label-2099"},
        {"published_on": None},
        {"value": {"a": "12.345"}},
    ],
)
def test_every_field_of_a_fact_counts(small, changes):
    first, *others = small.facts

    assert version_of(small, facts=[replace(first, **changes), *others]) != version_of(small)
    assert versions.fact_digest(replace(first, **changes)) != versions.fact_digest(first)


def test_sources_and_diagnosis_codes_count(small):
    retitled = replace(small.sources[0], title="Another")
    closed = small.diagnosis_codes[0]._replace(billable=True)

    assert version_of(small, sources=[retitled, *small.sources[1:]]) != version_of(small)
    assert version_of(small, diagnosis_codes=[closed, *small.diagnosis_codes[1:]]) != version_of(small)


def test_a_record_that_is_missing_counts(small):
    assert version_of(small, facts=small.facts[1:]) != version_of(small)


def test_the_order_of_a_map_does_not_count():
    assert versions.value_text({"b": [1, "é"], "a": None}) == versions.value_text({"a": None, "b": [1, "é"]})
