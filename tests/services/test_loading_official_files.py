"""Each kind of official file taken in: what becomes of it, what an answer then rests on, and what stays."""

from datetime import date

import pytest

from estimator.model.periods import Quarter
from schemas.pricefiles.containers import FileRefused
from services import reference, releases
from services.config import Config
from services.drafts.model import Asked
from services.runtime import Runtime
from storage import facts
from tests.schemas.pricefiles.test_other_official_files import RVU, sample
from tests.web.conftest import FakeRuntime

SHARED = """\
defaults: {unit: null, effective_from: 2098-01-01, effective_to: null, recheck_after: 2100-01-01, source: cms-2099,
           basis: read, locator: list}
records:
"""
CODES = f"""\
kind: billing_code
{SHARED}\
  - {{key: J1459, value: {{category: drug, name: one, mg_per_unit: "500", immune_globulin: true}}}}
  - {{key: J1561, value: {{category: drug, name: two, mg_per_unit: "500", immune_globulin: true}}}}
  - {{key: "96365", value: {{category: administration, role: iv_first_hour}}}}
  - {{key: "96366", value: {{category: administration, role: iv_further_hour}}}}
"""
PRODUCTS = f"""\
kind: product
{SHARED}\
  - {{key: privigen, value: {{brand: Privigen, manufacturer: CSL, names: [], routes: [iv], concentration_percent: "10",
     hcpcs: J1459, group: ivig, status: marketed}}}}
  - {{key: twin-5, value: {{brand: Twin, manufacturer: Maker, names: [], routes: [iv], concentration_percent: "5",
     hcpcs: J1561, group: ivig, status: marketed}}}}
  - {{key: twin-10, value: {{brand: Twin, manufacturer: Maker, names: [], routes: [iv], concentration_percent: "10",
     hcpcs: J1561, group: ivig, status: marketed}}}}
"""
PACKAGES = """\
ndc,product,labeler,container,mg,ml,hcpcs,billing_units,offered,effective_from,recheck_after,source,locator,basis
44206-0436-05,privigen,CSL,vial,5000,50,J1459,10,yes,2098-01-01,2098-12-31,cms-2099,row,read
"""
CROSSWALK = (
    "January 2099 ASP NDC - HCPCS Crosswalk,,,,\r\n"
    '"     Effective January 1, 2099 through March 31, 2099",,,,\r\n'
    "_2099_CODE,LABELER NAME,NDC2,Drug Name,BILLUNITSPKG\r\n"
    "J1459,CSL Behring,44206-0436-05,Privigen ,10\r\n"
    "J1459,CSL Behring,44206-0438-20,PRIVIGEN,40\r\n"
    "J1561,Maker,11111-2222-33,Twin,20\r\n"
    "J1561,Maker,11111-2222-44,Twin,0.5\r\n"
    "J9999,Other,99999-0001-01,Other,1\r\n"
)


def rvu(release, rows, factor="40.0000", year=2099):
    header = sample(RVU).decode("cp1252").split("\r\n")[:10]
    title = f",,{year} National Physician Fee Schedule Relative Value File {release} Release"
    lines = [
        f"{code},,,A,,0.21,1.76,,1.76,NA,0.04,{total},{total}{',0' * 11},,{factor},09,0,99,0.00,0.00,0.00"
        for code, total in rows
    ]
    return "\r\n".join([title, *header[1:], *lines, ""]).encode()


def addendum(quarter_title, rows, year=2099):
    title = f",Addendum B.-- OPPS Payment by HCPCS Code for CY {year},,,,"
    lines = [title, "HCPCS Code,Short Descriptor,SI,APC,x,Payment Rate"]
    lines += [f"{code},,{status},5693,,{rate}" for code, status, rate in rows]
    return "\r\n".join([*lines, ""]).encode(), Asked(f"{quarter_title} Web Addendum B.12.30.98.csv")


@pytest.fixture
def runtime(folder, database_url):
    folder.write("billing_codes.yaml", CODES)
    folder.write("products.yaml", PRODUCTS)
    folder.write("packages.csv", PACKAGES)
    runtime = Runtime.open(Config(database_url=database_url, seed_folder=folder.path))
    _ = runtime.book
    yield runtime
    runtime.close()


def take_in(runtime, kind, content, asked):
    return releases.load(releases.examine(kind, content, asked, runtime=runtime), by="test", runtime=runtime)


def refusal(runtime, kind, content, asked):
    with pytest.raises(FileRefused) as caught:
        releases.examine(kind, content, asked, runtime=runtime)
    return caught.value.problems[0].code


def test_a_crosswalk_brings_new_packages_and_confirms_those_on_file(runtime):
    report = take_in(runtime, "ndc_crosswalk", CROSSWALK.encode(), Asked("crosswalk 122098.csv"))

    # 40 units of 500 mg are 20 g. Two products are called Twin, so whose package it is cannot be told.
    sizes = [(package.ndc, package.mg) for package in runtime.book.packages["privigen"]]
    assert sizes == [("44206-0438-20", 20000), ("44206-0436-05", 5000)]
    confirmed = runtime.book.packages["privigen"][1]
    assert (confirmed.period.first_day, confirmed.fact_id) == (date(2098, 1, 1), "package:44206-0436-05:2099-01-01:r1")
    assert runtime.book.facts[confirmed.fact_id].recheck_after == date(2099, 3, 31)
    assert report["warnings"] == [
        {"code": "product_unknown", "key": "11111-2222-33"},
        {"code": "units_not_whole", "key": "11111-2222-44"},
    ]
    assert (report["kept"], report["skipped"], report["same_quarter"]["unchanged"]) == (4, 1, 1)


def test_a_package_that_moves_to_another_code_keeps_its_history(runtime):
    moved = CROSSWALK.replace("J1459,CSL Behring,44206-0436-05,Privigen ,10", "J1561,CSL,44206-0436-05,Privigen,10")

    take_in(runtime, "ndc_crosswalk", moved.encode(), Asked("crosswalk.csv"))

    held = [package for package in runtime.book.packages["privigen"] if package.ndc == "44206-0436-05"]
    assert [(package.hcpcs, package.period.first_day, package.period.last_day) for package in held] == [
        ("J1459", date(2098, 1, 1), date(2098, 12, 31)),
        ("J1561", date(2099, 1, 1), None),
    ]


def test_relative_values_become_fees_and_a_release_within_the_year_restates_the_rest_of_it(runtime):
    asked = Asked("PPRRVU2099_nonQPP.csv")
    first = take_in(runtime, "physician_fee_schedule", rvu("January", [("96365", "2.01"), ("96366", "0.64")]), asked)
    second = take_in(runtime, "physician_fee_schedule", rvu("July", [("96365", "2.02"), ("96366", "0.64")]), asked)

    book = runtime.book
    # 2.01 x 40 = 80.40; 2.02 x 40 = 80.80; 0.64 x 40 = 25.60.
    fees = {
        (code, on.month): str(book.yearly("physician_fee", code, on).expected)
        for code in ("96365", "96366")
        for on in (date(2099, 6, 30), date(2099, 7, 1), date(2099, 12, 31))
    }
    assert fees == {
        ("96365", 6): "80.40",
        ("96365", 7): "80.80",
        ("96365", 12): "80.80",
        ("96366", 6): "25.60",
        ("96366", 7): "25.60",
        ("96366", 12): "25.60",
    }
    assert (first["new_facts"], second["new_facts"]) == (3, 1)
    assert second["same_quarter"]["changed"] == [
        {"kind": "physician_rvu", "key": "96365", "on_file": "2.01", "value": "2.02"}
    ]
    other = asked._replace(quarter=Quarter(2099, 1))
    assert refusal(runtime, "physician_fee_schedule", rvu("July", [("96365", "2")]), other) == ("file_other_quarter")


def test_what_a_file_does_not_repeat_is_among_the_warnings(runtime):
    asked = Asked("PPRRVU2099_nonQPP.csv")
    four = [("96365", "2.01"), ("96366", "0.64")]
    take_in(runtime, "physician_fee_schedule", rvu("January", four), asked)

    later = releases.examine("physician_fee_schedule", rvu("July", four[:1]), asked, runtime=runtime)
    next_year = rvu("January", four[:1]).replace(b"2099", b"2100")
    ended = releases.examine(
        "physician_fee_schedule", next_year, Asked("PPRRVU2100_nonQPP.csv", quarter=Quarter(2100, 1)), runtime=runtime
    )

    assert [item["key"] for item in later.report["same_quarter"]["dropped"]] == ["96366"]
    assert {"code": "not_in_file_stays", "key": "96366"} in later.report["warnings"]
    assert ended.report["same_quarter"]["dropped"] == []
    assert {"code": "not_in_file_ended", "key": "96366"} in ended.report["warnings"]
    assert "not_in_file_stays" not in {item["code"] for item in ended.report["warnings"]}


def test_two_conversion_factors_in_one_file_are_refused(runtime):
    content = rvu("January", [("96365", "2.01"), ("96366", "0.64")])
    place = content.rindex(b"40.0000")

    content = content[:place] + b"41.0000" + content[place + 7 :]

    assert refusal(runtime, "physician_fee_schedule", content, Asked("x.csv")) == "file_cell_wrong"


def test_addendum_b_tells_services_by_the_year_and_drugs_by_the_quarter(runtime):
    january = addendum("January 2099", [("J1459", "K", "$50.281"), ("96365", "S", "$217.31"), ("96366", "N", " ")])
    april = addendum("April 2099", [("J1459", "N", "."), ("96365", "S", "$217.31"), ("96366", "S", "$47.84")])

    first = take_in(runtime, "opps_addendum_b", *january)
    second = take_in(runtime, "opps_addendum_b", *april)

    book = runtime.book
    status = {
        (code, on.month): book.word("opps_status", code, on).value
        for code in ("J1459", "96366")
        for on in (date(2099, 2, 1), date(2099, 5, 1))
    }
    assert status == {("J1459", 2): "K", ("J1459", 5): "N", ("96366", 2): "N", ("96366", 5): "S"}
    assert book.yearly("opps_rate", "96366", date(2099, 2, 1)) is None
    assert str(book.yearly("opps_rate", "96366", date(2099, 12, 31)).expected) == "47.84"
    assert book.timeline("opps_rate", "J1459").in_force(date(2099, 4, 1)) is None
    # The second says the same of 96365 for the rest of the year: nothing new.
    assert (first["published_on"], first["new_facts"], second["new_facts"]) == ("2098-12-30", 5, 3)


@pytest.mark.parametrize(
    ("title", "year", "quarter", "code"),
    [
        ("January 2099", 2098, None, "file_other_quarter"),
        ("January 2099", 2099, Quarter(2099, 2), "file_other_quarter"),
        ("some", 2099, None, "file_period_missing"),
        ("January 2099", 2099, None, "file_without_our_codes"),
    ],
)
def test_an_addendum_b_of_other_days_is_refused(title, year, quarter, code, runtime):
    content, asked = addendum(title, [("Q4101", "N", "")], year)

    assert refusal(runtime, "opps_addendum_b", content, asked._replace(quarter=quarter)) == code


def mue_table(setting, rows):
    lines = [f"HCPCS/CPT Code,{setting} Services MUE Values", *(f"{code},{units}" for code, units in rows), ""]
    return "\r\n".join(lines).encode()


def test_the_mue_tables_of_the_settings_stand_side_by_side_and_the_newest_holds(runtime):
    take_in(runtime, "mue", mue_table("Practitioner", [("96365", 1), ("J1459", 300)]), Asked("MUE_Eff_01-01-2099.csv"))
    take_in(runtime, "mue", mue_table("Outpatient Hospital", [("96365", 2)]), Asked("MUE_Eff_01-01-2099.csv"))

    later = take_in(
        runtime, "mue", mue_table("Practitioner", [("96365", 1), ("J1459", 360)]), Asked("MUE_Eff_04-01-2099.csv")
    )

    def limit(key, on):
        return runtime.book.word("mue", key, on).value

    assert [limit("J1459:practitioner", date(2099, month, 1)) for month in (3, 4)] == ["300", "360"]
    assert limit("96365:outpatient_hospital", date(2099, 4, 1)) == "2"
    # 96365 is as it was, and is on file anew because it need not be looked up again before the end of June.
    assert (later["new_facts"], later["same_quarter"]["unchanged"], later["same_quarter"]["dropped"]) == (2, 1, [])


@pytest.mark.parametrize(
    ("name", "quarter", "code"),
    [
        ("MUE.csv", None, "file_period_missing"),
        ("MUE_Eff_02-01-2099.csv", None, "file_not_a_quarter"),
        ("MUE_Eff_01-01-2099.csv", Quarter(2099, 2), "file_other_quarter"),
        ("MUE_Eff_13-01-2099.csv", None, "file_period_wrong"),
    ],
)
def test_an_mue_table_of_other_days_is_refused(name, quarter, code, runtime):
    assert refusal(runtime, "mue", mue_table("Practitioner", [("96365", 1)]), Asked(name, quarter)) == code


def order_line(number, code, billable, title):
    return f"{number:05d} {code:7} {billable} {title[:60]:60} {title}\r\n"


ORDER = order_line(1, "A00", 0, "Invented disease") + order_line(2, "A000", 1, "Invented disease, faint")
ORDER += order_line(3, "A001", 1, "Invented disease, new")


def test_a_code_list_begins_ends_and_changes_codes_and_outlives_the_next_seed(runtime):
    report = take_in(runtime, "icd10cm", ORDER.encode(), Asked("icd10cm_order_2101.txt"))
    reference.seed(runtime)
    runtime.refresh()

    book = runtime.book
    before, after = date(2100, 9, 30), date(2100, 10, 1)
    assert (book.diagnosis("A00.0", before).title, book.diagnosis("A00.0", after).title) == (
        "Invented disease, slight",
        "Invented disease, faint",
    )
    assert (book.diagnosis("A00.1", before), book.diagnosis("A00.1", after).billable) == (None, True)
    assert [change["key"] for change in report["same_quarter"]["added"]] == ["A00.1"]
    assert [change["key"] for change in report["same_quarter"]["changed"]] == ["A00.0"]
    assert (report["same_quarter"]["unchanged"], report["new_facts"]) == (1, 3)
    assert take_in(runtime, "icd10cm", ORDER.encode(), Asked("icd10cm_order_2101.txt"))["new_facts"] == 0
    with runtime.database.read() as connection:
        listed = facts.load_diagnosis_codes(connection)
    assert len(listed) == 5


def test_addenda_end_codes(runtime):
    title = "Invented disease, slight"
    lines = f"Delete:      1 A000    {title:60} {title}\r\n\r\nHeaders\r\n  0 additions\r\n  1 deletions\r\n"

    report = take_in(runtime, "icd10cm", lines.encode(), Asked("icd10cm_order_addenda_2101.txt"))

    assert [change["key"] for change in report["same_quarter"]["dropped"]] == ["A00.0"]
    assert runtime.book.diagnosis("A00.0", date(2100, 9, 30)) is not None
    assert runtime.book.diagnosis("A00.0", date(2100, 10, 1)) is None


@pytest.mark.parametrize(
    ("name", "quarter", "code"),
    [
        ("icd10cm_order.txt", None, "file_period_missing"),
        ("icd10cm_order.txt", Quarter(2100, 1), "file_not_a_quarter"),
        ("icd10cm_order_2101.txt", Quarter(2099, 4), "file_other_quarter"),
        ("icd10cm_order_2099.txt", None, "file_older_than_codes"),
    ],
)
def test_a_code_list_of_other_days_is_refused(name, quarter, code, runtime):
    assert refusal(runtime, "icd10cm", ORDER.encode(), Asked(name, quarter)) == code


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("payment_limits", "payment_limits/section 508 version of Oct 2025 ASP Pricing File 091725.csv"),
        ("physician_fee_schedule", "other_files/PPRRVU2026_Jul_nonQPP.csv"),
        ("opps_addendum_b", "other_files/508 version of October 2025 Web Addendum B.10.31.25.csv"),
        ("mue", "other_files/MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"),
        ("ndc_crosswalk", "other_files/section 508 version of January 2026 ASP NDC-HCPCS Crosswalk 121725.csv"),
    ],
)
def test_a_file_that_lacks_its_second_half_is_refused_even_at_the_end_of_a_line(kind, name, book):
    from tests.facts.test_official_files import FOLDER  # noqa: PLC0415

    lines = (FOLDER / name).read_bytes().splitlines(keepends=True)
    start = {"physician_fee_schedule": 14, "opps_addendum_b": 6, "mue": 6}.get(kind, 9)
    content = b"".join(lines[: start + (len(lines) - start) // 2])

    # A later quarter is claimed where the file allows it, else its own: both times most of what is on file is lacking.
    assert refusal(FakeRuntime(book), kind, content, Asked(name.rpartition("/")[2])) == "file_cut_short"
