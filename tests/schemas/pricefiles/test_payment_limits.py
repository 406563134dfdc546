"""CMS's payment limit file, as it is and as it may arrive: zipped, as a workbook, cut off, mixed up."""

import io
import random
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from estimator.model.periods import Period
from schemas.pricefiles import containers, payment_limits
from schemas.pricefiles.containers import FileRefused

PREAMBLE = (
    "Payment Allowance Limits for Medicare Part B Drugs,,,,,,,,,,\r\n"
    ",,,,,,,,,,\r\n"
    '"Effective January 1, 2099 through March 31, 2099",,,,,,,,,,\r\n'
    "Note 1: based on 3Q98 ASP data.,,,,,,,,,,\r\n"
)
HEADER = (
    "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,Vaccine Limit,"
    "Blood AWP%,Blood limit,Clotting Factor,Notes\r\n"
)
ROWS = (
    "J1561,Gamunex-c,500 MG,49.076,20.000,,,,,,\r\n"
    "J1576,Panzyga,500 MG,71.223,19.150,,,,,,Inflation-adjusted coinsurance\r\n"
    'A9606,Radium,1 MCI,N/A,20.000,,,,,,"priced by\r\nthe contractor"\r\n'
    "J9325,Talimogene,1 MILLION\xa0PFU,55.000,20.000,,,,,,\r\n"
)
FILE = (PREAMBLE + HEADER + ROWS).encode("cp1252")


def read(content=FILE, name="file.csv"):
    return payment_limits.read(content, name=name)


def refusal(content, name="file.csv"):
    with pytest.raises(FileRefused) as caught:
        read(content, name)
    return caught.value.problems[0].code


def zipped(*members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def test_a_file_is_read_by_the_names_of_its_columns():
    found = read()

    assert found.period == Period(date(2099, 1, 1), date(2099, 3, 31))
    assert (found.rows["J1561"].limit, found.rows["J1561"].coinsurance) == (Decimal("49.076"), Decimal("20.000"))
    assert str(found.rows["J1576"].coinsurance) == "19.150"
    assert found.rows["J1576"].notes == "Inflation-adjusted coinsurance"


def test_no_published_limit_is_no_limit_of_nothing():
    assert read().rows["A9606"].limit is None


def test_a_byte_that_is_no_utf_8_does_not_stop_the_file():
    assert read().rows["J9325"].dosage == "1 MILLION PFU"


def test_shuffled_and_further_columns_change_nothing():
    lines = (HEADER + ROWS.split("A9606", maxsplit=1)[0]).strip().split("\r\n")
    order = list(range(11))
    random.Random(7).shuffle(order)
    shuffled = [",".join([*(line.split(",")[place] for place in order), "", "more"]) for line in lines]

    found = read((PREAMBLE + "\r\n".join(shuffled)).encode())

    assert {code: row.limit for code, row in found.rows.items()} == {
        "J1561": Decimal("49.076"),
        "J1576": Decimal("71.223"),
    }


def test_a_file_before_the_adjusted_coinsurance_has_no_percentage():
    old = "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit\r\nJ1561,Gamunex,500 MG,44.1\r\n"

    found = read(old.encode())

    assert (found.period, found.has_coinsurance, found.rows["J1561"].coinsurance) == (None, False, None)


def test_a_zip_is_read_by_its_text_table():
    found = read(zipped(("January 2099 pricing file.xlsx", b"not looked at"), ("section 508 version.csv", FILE)))

    assert (found.name, len(found.rows)) == ("section 508 version.csv", 4)


def test_a_workbook_says_the_same_as_the_text():
    book = Workbook()
    sheet = book.active
    sheet.append(["Effective January 1, 2099 through March 31, 2099"])
    sheet.append(["HCPCS Code", "Short Description", "HCPCS Code Dosage", "Payment Limit", "Co-insurance Percentage"])
    sheet.append(["J1561", "Gamunex-c", "500 MG", 49.076, 20])
    held = io.BytesIO()
    book.save(held)

    found = read(held.getvalue(), "book.xlsx")

    assert found.period == Period(date(2099, 1, 1), date(2099, 3, 31))
    assert (found.rows["J1561"].limit, found.rows["J1561"].coinsurance) == (Decimal("49.076"), Decimal(20))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "file_old_excel"),
        (b"a\x00b", "file_not_text"),
        (b"code,price\r\nJ1561,1\r\n", "file_header_missing"),
        (HEADER.encode(), "file_without_rows"),
        ((HEADER + "J1561,x,500 MG,1.0,20,,,,,,\r\nJ1561,x,500 MG,1.0,20,,,,,,\r\n").encode(), "file_code_twice"),
        ((HEADER + "J1561,x,500 MG,about 1,20,,,,,,\r\n").encode(), "file_cell_wrong"),
        ((HEADER + "J1561,x,500 MG,-1,20,,,,,,\r\n").encode(), "file_cell_wrong"),
        ((HEADER + "J1561,x,500 MG,1,120,,,,,,\r\n").encode(), "file_cell_wrong"),
        ((HEADER + "the end of the file,,,,,,,,,,\r\n").encode(), "file_cell_wrong"),
        ((HEADER.replace("Notes", "Payment Limit") + "J1561,x,500 MG,1,20,,,,,,2\r\n").encode(), "file_header_twice"),
        ((PREAMBLE.replace("March 31, 2099", "March 31, 2098") + HEADER + ROWS).encode(), "file_period_wrong"),
        ((PREAMBLE.replace("March 31", "March 41") + HEADER + ROWS).encode(), "file_period_wrong"),
        (FILE[: FILE.index(b"\r\nthe contractor")], "file_broken"),
        (zipped(("readme.md", b"x")), "file_without_table"),
        (zipped(("a.csv", FILE), ("b.csv", FILE)), "file_several_tables"),
        (zipped(("a.csv", FILE))[:-40], "file_broken"),
        (b"\x1f\x8b\x08 no gzip", "file_broken"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(content, code):
    assert refusal(content) == code


def test_a_zip_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(containers, "MOST_UNPACKED_BYTES", 100_000)

    assert refusal(zipped(("a.csv", b"," * 100_001))) == "file_too_large"


@settings(max_examples=200)
@given(cut=st.integers(0, len(FILE)), junk=st.binary(max_size=20), place=st.integers(0, len(FILE)))
def test_a_damaged_file_is_read_whole_or_refused(cut, junk, place):
    for content in (FILE[:cut], FILE[:place] + junk + FILE[place:]):
        try:
            found = read(content)
        except FileRefused:
            continue
        else:
            assert all(len(code) == 5 for code in found.rows)
