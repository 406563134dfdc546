"""An estimate made before a release was loaded is worked out again on the facts that it names, to the cent."""

import pytest

from services import releases
from services.config import Config
from services.drafts.model import Asked
from services.runtime import Runtime
from tests.conftest import PROJECT
from tests.services.asking import MEDICARE, estimate

SAMPLE = PROJECT / "tests/samples/payment_limits/2026q4 immune globulin rows.csv"
NAME = "January 2027 Payment Limit File 111826.csv"


@pytest.fixture(scope="module")
def runtime(filled_copy):
    """Give a runtime on a database filled from the real seed files."""
    runtime = Runtime.open(Config(database_url=filled_copy()))
    yield runtime
    runtime.close()


def test_an_answer_of_an_older_version_can_be_worked_out_again(runtime):
    asked = {"coverage": MEDICARE, "price": None, "therapy": {"start_on": "2027-01-05"}}
    before = estimate(runtime, **asked)
    text = '"Effective January 1, 2027 through March 31, 2027",,,,,,,,,,\r\n' + SAMPLE.read_text(
        encoding="utf-8"
    ).replace("J1561,Gamunex-c/gammaked,500 MG,48.022", "J1561,x,500 MG,50.000")

    draft = releases.examine("payment_limits", text.encode(), Asked(NAME), runtime=runtime)
    version = releases.load(draft, by="test", runtime=runtime)["reference_version"]

    after, again = estimate(runtime, **asked), estimate(runtime.at(before["reference_version"]), **asked)
    # 70 g are 140 units at 50.000, from then on in force: the limit is no longer carried forward.
    drug = after["infusions"][0]["lines"][0]
    assert (drug["allowed_amount"], drug["unit_price"]) == ("7000.00", "50.000")
    assert (after["reference_version"], again["reference_version"]) == (version, before["reference_version"])
    assert before["summary"] != after["summary"]
    assert {**again, "created_at": None} == {**before, "created_at": None}
