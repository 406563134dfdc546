"""The other official files, as they are and as they may arrive: their headers, their quirks, what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.model.periods import Period, Quarter
from schemas.pricefiles import addendum_b, crosswalk, days, icd10cm, mue, physician_fees
from schemas.pricefiles.containers import FileRefused
from tests.conftest import PROJECT
from tests.schemas.pricefiles.test_payment_limits import zipped

FOLDER = PROJECT / "tests" / "samples" / "other_files"
RVU, OLD_RVU = "PPRRVU2026_Jul_nonQPP.csv", "PPRRVU25_JAN.csv"
OPPS = "508 version of October 2025 Web Addendum B.10.31.25.csv"
MUE = "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"
CROSSWALK = "section 508 version of January 2026 ASP NDC-HCPCS Crosswalk 121725.csv"
ADDENDA = "icd10cm_order_addenda_2027.txt"
ORDER = (
    "00001 A00     0 Cholera                                                      Cholera\r\n"
    "00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae           Cholera due to Vibrio cholerae 01, "
    "biovar cholerae\r\n"
    "00003 S0200XA 1 Fx of vault of skull, init                                   Fracture of vault of skull, initial "
    "encounter\r\n"
)


def sample(name):
    return (FOLDER / name).read_bytes()


def refusal(read, content, name="file.csv"):
    with pytest.raises(FileRefused) as caught:
        read(content, name=name)
    return caught.value.problems[0].code


def test_stacked_headers_are_read_as_one_whatever_columns_lie_between():
    new, old = physician_fees.read(sample(RVU), name=RVU), physician_fees.read(sample(OLD_RVU), name=OLD_RVU)

    assert (new.quarter, new.released_on) == (Quarter(2026, 3), date(2026, 6, 30))
    assert (old.quarter, old.released_on) == (Quarter(2025, 1), date(2024, 12, 23))
    # PPRRVU2026_Jul_nonQPP and PPRRVU25_JAN, row 96365.
    assert (str(new.rows["96365"].total), str(new.rows["96365"].factor)) == ("2.01", "33.4009")
    assert (str(old.rows["96365"].total), str(old.rows["96365"].factor)) == ("1.79", "32.3465")


def test_a_service_that_the_schedule_does_not_pay_has_no_rate_of_nothing():
    found = physician_fees.read(sample(RVU), name=RVU)

    assert (found.rows["A0021"].total, found.rows["0075T"].total) == (None, None)
    assert found.total == 21


def test_of_a_zip_the_table_of_those_who_are_not_qualifying_is_read():
    qpp = sample(RVU).replace(b"33.4009", b"33.5675")
    content = zipped(
        ("GPCI2026.csv", b"x"), ("PPRRVU2026_Jul_QPP.csv", qpp), (RVU, sample(RVU)), ("PPRRVU2026_Jul.txt", b"x")
    )

    assert str(physician_fees.read(content, name="RVU26C.zip").rows["96365"].factor) == "33.4009"
    assert refusal(physician_fees.read, qpp, "PPRRVU2026_Jul_QPP.csv") == "file_other_conversion_factor"


def test_addendum_b_is_read_with_its_stray_bytes_dots_and_dollars():
    found = addendum_b.read(sample(OPPS), name=OPPS)

    assert (found.year, found.stray) == (2025, ("J1561",))
    assert (found.rows["J1561"].status, str(found.rows["J1561"].rate)) == ("K", "48.964")
    assert (found.rows["0102T"].rate, found.rows["0001F"].rate) == (Decimal("3244.610"), None)
    assert found.rows["Q4101"].status == "S1"


def test_the_setting_of_an_mue_table_is_that_of_its_column():
    found = mue.read(sample(MUE), name=MUE)
    other = mue.read(sample(MUE.replace("Practitioner", "OutpatientHospital")), name="renamed.csv")

    assert (found.setting, found.effective_from, found.rows["96366"].units) == ("practitioner", date(2024, 7, 1), 8)
    assert (other.setting, other.effective_from, other.rows["96366"].units) == ("outpatient_hospital", None, 24)


def test_a_crosswalk_is_read_whatever_year_its_first_column_names():
    found = crosswalk.read(sample(CROSSWALK), name=CROSSWALK)
    later = crosswalk.read(sample(CROSSWALK).replace(b"_2026_CODE", b"_2027_CODE"), name=CROSSWALK)

    assert found.period == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert found.rows == later.rows
    privigen = next(row for row in found.rows if row.ndc == "44206-0437-10")
    # PKG SIZE says 110; it holds 20 units of 500 mg.
    assert (privigen.code, privigen.units) == ("J1459", 20)


def test_an_order_file_gives_codes_with_their_dots_and_whole_titles():
    found = icd10cm.read(ORDER.encode(), name="icd10cm_order_2028.txt")

    assert (found.effective_from, found.deleted) == (date(2027, 10, 1), None)
    assert [(row.code, row.billable) for row in found.codes.values()] == [
        ("A00", False),
        ("A00.0", True),
        ("S02.00XA", True),
    ]
    assert found.codes["S02.00XA"].title == "Fracture of vault of skull, initial encounter"
    april = icd10cm.read(ORDER.encode(), name="icd10cm_order_2028_april.txt")
    assert april.effective_from == date(2028, 4, 1)


def test_addenda_that_lack_their_end_are_refused():
    whole = sample(ADDENDA)
    found = icd10cm.read(whole, name=ADDENDA)

    # The counts at the end of the file: 63 + 190 additions, 6 + 30 deletions; 4 titles revised.
    assert (len(found.codes), len(found.deleted)) == (63 + 190 + 4, 6 + 30 + 4)
    lines = whole.split(b"\r\n")
    assert refusal(icd10cm.read, b"\r\n".join(lines[:200]) + b"\r\n", ADDENDA) == "file_broken"
    assert refusal(icd10cm.read, b"\r\n".join(lines[:100] + lines[101:]), ADDENDA) == "file_broken"


def test_of_the_zip_of_a_year_the_order_file_is_read_not_its_addenda():
    content = zipped(
        ("icd10cm_codes_2028.txt", b"A000 Cholera\n"),
        ("icd10cm_order_2028.txt", ORDER.encode()),
        ("icd10cm_order_addenda_2028.txt", sample(ADDENDA)),
    )

    assert len(icd10cm.read(content, name="2028-code-descriptions.zip").codes) == 3


@pytest.mark.parametrize(
    ("read", "content", "code"),
    [
        (physician_fees.read, sample(RVU).replace(b"July Release", b"May Release"), "file_not_a_quarter"),
        (physician_fees.read, sample(RVU).replace(b"06/30/2026", b"06/31/2026"), "file_period_wrong"),
        (physician_fees.read, sample(RVU).replace(b"CONV,", b"OTHER,"), "file_header_missing"),
        (physician_fees.read, sample(RVU).replace(b"\r\n96365,,", b"\r\n96366,,"), "file_code_twice"),
        (physician_fees.read, sample(RVU).replace(b"33.4009", b"", 4), "file_cell_wrong"),
        (physician_fees.read, sample(OPPS), "file_header_missing"),
        (addendum_b.read, sample(RVU), "file_header_missing"),
        (addendum_b.read, sample(OPPS).replace(b"J1561\xff", b"J156"), "file_cell_wrong"),
        (addendum_b.read, sample(OPPS).replace(b",S1,", b",separately,"), "file_cell_wrong"),
        (addendum_b.read, sample(OPPS).replace(b"J1561\xff", b"J1559"), "file_code_twice"),
        (mue.read, sample(MUE).replace(b"\r\n96366,8,", b"\r\n96366,eight,"), "file_cell_wrong"),
        (mue.read, sample(MUE).replace(b"\r\n96366,8,", b"\r\n96365,8,"), "file_code_twice"),
        (mue.read, sample(MUE).replace(b"Practitioner Services MUE Values", b"Values"), "file_header_missing"),
        (mue.read, sample(OPPS), "file_header_missing"),
        (crosswalk.read, sample(MUE), "file_header_missing"),
        (crosswalk.read, sample(CROSSWALK).replace(b"March 31, 2026", b"March 31, 2025"), "file_period_wrong"),
        (crosswalk.read, sample(CROSSWALK).replace(b"BILLUNITSPKG", b"UNITS"), "file_header_missing"),
        (icd10cm.read, b"", "file_empty"),
        (icd10cm.read, b"\r\n\r\n", "file_without_rows"),
        (icd10cm.read, ORDER.encode()[:-2], "file_broken"),
        (icd10cm.read, ORDER.replace("00003 S", "00003 s").encode(), "file_cell_wrong"),
        (icd10cm.read, (ORDER + ORDER).encode(), "file_code_twice"),
        (icd10cm.read, sample(RVU), "file_cell_wrong"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(read, content, code):
    assert refusal(read, content) == code


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("508 version of October 2025 Web Addendum B.10.31.25.csv", Quarter(2025, 4)),
        ("Section 508 vesrion of January_Web_2024_Addendum_B.04.24.24.csv", Quarter(2024, 1)),
        ("2026 January Web Addendum B.12.29.25.csv", Quarter(2026, 1)),
        ("APR 2025", Quarter(2025, 2)),
        ("addendum b.csv", None),
        ("May 2025", None),
    ],
)
def test_the_quarter_in_a_name(name, quarter):
    assert days.quarter_in(name) == quarter


def test_a_figure_that_may_go_on_is_not_taken():
    """A file that was cut off inside its last figure would give a smaller one."""
    text = "_2026_CODE,NDC2,BILLUNITSPKG\r\nJ1459,44206-0437-10,20\r\nJ1459,44206-0438-20,4"

    assert refusal(crosswalk.read, text.encode()) == "file_broken"
    assert len(crosswalk.read(f"{text}0\r\n".encode(), name="x").rows) == 2
