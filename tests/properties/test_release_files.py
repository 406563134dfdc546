"""Official files damaged in every way: each is read right or refused by name, never is a wrong figure taken.

All the samples say what is on file, so any figure that a damaged one adds or changes would be one read wrong.
"""

import csv
import gzip
import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.pricefiles.containers import FileRefused
from services import releases
from services.drafts.model import Asked
from tests.facts.test_official_files import FOLDER
from tests.schemas.pricefiles.test_payment_limits import zipped
from tests.web.conftest import FakeRuntime

FILES = {
    "payment_limits": "payment_limits/section 508 version of Jan 2025 ASP Pricing File 121924.csv",
    "ndc_crosswalk": "other_files/section 508 version of January 2024 ASP NDC-HCPCS Crosswalk 122023.csv",
    "physician_fee_schedule": "other_files/PPRRVU2026_Jul_nonQPP.csv",
    "opps_addendum_b": "other_files/508 version of October 2025 Web Addendum B.10.31.25.csv",
    "mue": "other_files/MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv",
}
HEADERS = {
    "payment_limits": "HCPCS Code",
    "ndc_crosswalk": "_2023_CODE",
    "opps_addendum_b": "HCPCS Code",
    "mue": "HCPCS/\r\nCPT Code",
}
CODE_LIST = "other_files/icd10cm_order_addenda_2027.txt"
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sample(kind):
    return (FOLDER / FILES[kind]).read_bytes()


def drafted(kind, content, book, name=None):
    """Give the draft of a file, or ``None`` where it is refused; anything else that is raised fails the test."""
    asked = Asked((name or FILES[kind]).rpartition("/")[2])
    try:
        return releases.examine(kind, content, asked, runtime=FakeRuntime(book))
    except FileRefused:
        return None


def wrong_figures(draft):
    compared = draft.report["same_quarter"]
    return [*compared["added"], *compared["changed"]]


@pytest.mark.parametrize("kind", FILES)
@few
@given(part=st.floats(0, 1))
def test_a_truncated_file_never_gives_a_wrong_figure(kind, part, book):
    content = sample(kind)

    draft = drafted(kind, content[: int(len(content) * part)], book)

    assert draft is None or (wrong_figures(draft), draft.facts) == ([], ())


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped(("a.csv", content))], ids=["gzip", "zip"])
@few
@given(part=st.floats(0, 0.999))
def test_a_truncated_archive_is_refused(kind, pack, part, book):
    packed = pack(sample(kind))

    assert drafted(kind, packed[: int(len(packed) * part)], book, "file") is None


@pytest.mark.parametrize("kind", HEADERS)
@few
@given(seed=st.integers(0, 2**32), more=st.integers(0, 3))
def test_shuffled_and_further_columns_change_nothing(kind, seed, more, book):
    rows = list(csv.reader(io.StringIO(sample(kind).decode("latin-1"), newline="")))
    start = next(place for place, row in enumerate(rows) if row and row[0] == HEADERS[kind])
    width = len(rows[start])
    order = [*range(width), *[None] * more]
    random.Random(seed).shuffle(order)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(rows[:start])
    for row in rows[start:]:
        padded = [*row, *[""] * (width - len(row))]
        writer.writerow(["" if place is None else padded[place] for place in order])

    draft = drafted(kind, text.getvalue().encode("latin-1"), book)

    whole = drafted(kind, sample(kind), book)
    assert (draft.report["same_quarter"], draft.facts) == (whole.report["same_quarter"], ())


@pytest.mark.parametrize("kind", FILES)
@few
@given(junk=st.binary(min_size=1, max_size=12), place=st.floats(0, 1), replaces=st.booleans())
def test_junk_anywhere_is_read_or_refused(kind, junk, place, replaces, book):
    content = sample(kind)
    at = int(len(content) * place)

    drafted(kind, content[:at] + junk + content[at + len(junk) * replaces :], book)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp037"])
def test_another_encoding_is_read_right_or_refused(kind, encoding, book):
    draft = drafted(kind, sample(kind).decode("cp1252").encode(encoding), book)

    assert draft is None or (wrong_figures(draft), draft.facts) == ([], ())
    assert (draft is not None) == encoding.startswith("utf-8")


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.floats(0, 0.999), junk=st.binary(min_size=1, max_size=6))
def test_a_damaged_code_list_is_read_or_refused(part, junk, book):
    content = (FOLDER / CODE_LIST).read_bytes()
    at = int(len(content) * part)

    cut = drafted("icd10cm", content[:at], book, CODE_LIST)
    drafted("icd10cm", content[:at] + junk + content[at:], book, CODE_LIST)

    assert cut is None or (wrong_figures(cut), cut.codes) == ([], ())


@given(content=st.binary(max_size=200))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_that_are_no_file_are_refused(content, book):
    for kind in (*FILES, "icd10cm"):
        assert drafted(kind, content, book, "file") is None
