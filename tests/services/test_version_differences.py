"""Two versions of the facts held against each other, and an answer worked out again on an earlier one."""

from datetime import date

import pytest

from estimator.errors import NotOnFile
from services import payment_limits, releases, version_differences
from services.drafts.model import Asked
from tests.schemas.pricefiles.test_payment_limits import FILE
from tests.services.test_releases import runtime  # noqa: F401 - a fixture

NAME = "January 2099 Payment Limit File 121798.csv"


@pytest.fixture
def three_versions(runtime):  # noqa: F811 - the fixture
    """Load a quarter and its reissue; give the runtime and the versions before, between and after."""
    found = [runtime.book.version]
    for content in (FILE, FILE.replace(b"49.076", b"49.100")):
        draft = releases.examine("payment_limits", content, Asked(NAME), runtime=runtime)
        found.append(releases.load(draft, by="test", runtime=runtime)["reference_version"])
    return runtime, found


def test_a_difference_names_what_came(three_versions):
    held, (first, second, third) = three_versions

    found = version_differences.difference(first, second, runtime=held)

    assert (found["from"], found["to"]) == (first, second)
    assert [item["id"] for item in found["facts"]["added"]] == [
        "part_b_coinsurance:J1561:2099q1:r1",
        "part_b_coinsurance:J1576:2099q1:r1",
        "payment_limit:J1561:2099q1:r1",
        "payment_limit:J1576:2099q1:r1",
    ]
    assert (found["facts"]["removed"], found["facts"]["changed"]) == ([], [])
    assert len(found["sources"]["added"]) == 1
    assert found["diagnosis_codes"] == {"added": [], "removed": [], "changed": []}
    back = version_differences.difference(third, first, runtime=held)
    assert len(back["facts"]["removed"]) == 8


def test_the_version_in_force_may_be_said_by_its_name(three_versions):
    held, (_, second, third) = three_versions

    found = version_differences.difference(second, "current", runtime=held)

    assert found == version_differences.difference(second, third, runtime=held)
    lines = list(version_differences.difference_lines(found))
    assert lines[:2] == [f"{second} -> {third}", "facts: 4 added, 0 removed, 0 changed"]
    assert any(line.startswith("  + payment_limit:J1561:2099q1:r2  49.100 usd_per_unit") for line in lines)


def test_a_version_that_never_was_is_not_on_file(three_versions):
    held, (first, _, _) = three_versions

    with pytest.raises(NotOnFile):
        version_differences.difference(first, "0000000000000000", runtime=held)


def test_every_version_is_listed_the_newest_first(three_versions):
    held, versions = three_versions

    assert [item["version"] for item in version_differences.list_versions(runtime=held)] == versions[::-1]


def test_an_older_version_answers_as_it_did(three_versions):
    held, (first, second, third) = three_versions

    def limit(version):
        return payment_limits.show_payment_limit("J1561", on=date(2099, 2, 1), runtime=held.at(version))

    assert (limit(second)["payment_limit"], limit(third)["payment_limit"]) == ("49.076", "49.100")
    assert limit(second)["reference_version"] == second
    with pytest.raises(NotOnFile):
        limit(first)
    with pytest.raises(NotOnFile):
        held.at("0000000000000000")
    assert held.book.version == third
