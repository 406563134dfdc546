"""The official payment limit files, in excerpts that keep their bytes: what they print is on file, and is served.

Each sample has the rows above the header, the header, every immune globulin row and some rows of other drugs of the
file it is named after, with its line ends, its stray byte (J9325) and its quoted line break (A9606).
"""

import csv
import io
import re
from decimal import Decimal

import pytest

from estimator.model.periods import Quarter
from services import payment_limits, releases
from services.drafts.model import Asked
from tests.conftest import PROJECT
from tests.web.conftest import FakeRuntime

FOLDER = PROJECT / "tests" / "samples"
SAMPLES = sorted((FOLDER / "payment_limits").glob("*.csv"))
MONTHS = {"Jan": 1, "Apr": 2, "Jul": 3, "Oct": 4}


def quarter_of(path):
    """Read the quarter in a file's name."""
    plain = re.search(r"(20\d\d)q([1-4])", path.name)
    if plain:
        return Quarter(int(plain[1]), int(plain[2]))
    month, year = re.search(r"of (\w+) (\d{4}) ", path.name).groups()
    return Quarter(int(year), MONTHS[month.title()[:3]])


def rows_of(path):
    """Read the rows by position, without the reader under test: code, limit, coinsurance."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("latin-1"), newline="")))
    header = next(place for place, row in enumerate(rows) if row and row[0] == "HCPCS Code")
    return [(row[0], row[3], row[4]) for row in rows[header + 1 :] if row]


PRINTED = [
    pytest.param(quarter_of(path), *row, id=f"{quarter_of(path)}-{row[0]}") for path in SAMPLES for row in rows_of(path)
]


def test_there_is_a_sample_of_every_quarter_whose_file_was_read():
    assert sorted(str(quarter_of(path)) for path in SAMPLES) == [
        *(f"{year}q{number}" for year in (2024, 2025) for number in (1, 2, 3, 4)),
        "2026q1",
        "2026q3",
        "2026q4",
    ]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(quarter_of(path)))
def test_the_file_loads_as_it_is_and_brings_nothing_that_is_not_on_file(path, book):
    draft = releases.examine(
        "payment_limits", path.read_bytes(), Asked(path.name, quarter_of(path)), runtime=FakeRuntime(book)
    )

    on_file = {fact.key for fact in book.facts.values() if fact.kind == "payment_limit"}
    ours = {code for code, _, _ in rows_of(path)} & on_file
    assert len(ours) >= 14
    assert draft.report["same_quarter"] == {"added": [], "changed": [], "dropped": [], "unchanged": 2 * len(ours)}
    assert (draft.facts, draft.report["kept"], draft.report["rows"]) == ((), len(ours), len(rows_of(path)))


@pytest.mark.parametrize(("quarter", "code", "limit", "percent"), PRINTED)
def test_every_row_is_served_to_the_last_digit(quarter, code, limit, percent, book):
    if ("payment_limit", code) not in book.timelines:
        assert not any(record.immune_globulin for record in book.billing_codes.get(code, ()))
        return

    served = payment_limits.show_payment_limit(code, on=quarter.last_day, runtime=FakeRuntime(book))

    assert (served["payment_limit"], served["coinsurance_percent"]) == (limit, percent)
    assert (served["quarter"], Decimal(limit) > 0) == (str(quarter), True)


OTHERS = [
    # kind, file, quarter to be said, rows, kept, figures on file
    ("ndc_crosswalk", "section 508 version of January 2024 ASP NDC-HCPCS Crosswalk 122023.csv", None, 79, 79, 79),
    ("ndc_crosswalk", "section 508 version of January 2026 ASP NDC-HCPCS Crosswalk 121725.csv", None, 92, 92, 92),
    (
        "ndc_crosswalk",
        "section 508 version of October 2026 ASP NDC-HCPCS Crosswalk 091126 excerpt.csv",
        Quarter(2026, 4),
        99,
        99,
        99,
    ),
    ("physician_fee_schedule", "PPRRVU25_JAN.csv", None, 21, 17, 18),
    ("physician_fee_schedule", "PPRRVU2026_Jul_nonQPP.csv", None, 21, 17, 18),
    ("opps_addendum_b", "508 version of October 2025 Web Addendum B.10.31.25.csv", None, 47, 44, 74),
    ("mue", "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", None, 25, 24, 24),
    ("mue", "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv", None, 25, 24, 24),
    ("mue", "MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv", None, 15, 14, 14),
    ("icd10cm", "icd10cm_order_addenda_2027.txt", None, 297, 297, 257),
]


@pytest.mark.parametrize(("kind", "name", "quarter", "rows", "kept", "held"), OTHERS, ids=lambda each: str(each)[:40])
def test_the_other_official_files_say_what_is_on_file(kind, name, quarter, rows, kept, held, book):
    content = (FOLDER / "other_files" / name).read_bytes()

    draft = releases.examine(kind, content, Asked(name, quarter), runtime=FakeRuntime(book))

    assert (draft.report["rows"], draft.report["kept"], draft.is_news) == (rows, kept, False)
    assert draft.report["same_quarter"] == {"added": [], "changed": [], "dropped": [], "unchanged": held}
