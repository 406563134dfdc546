"""Hospitals' and payers' price files, in every form they have, and as they may arrive: cut off, wrong, hostile."""

import gzip
import io
import json
import zipfile
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimator.model.contracts import RateMethod
from schemas.pricefiles import json_events, price_files, price_rows, streams
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.in_network import Providers
from schemas.pricefiles.price_rows import Wanted
from tests import price_samples
from tests.price_samples import GROUPS, hospital_json, in_network, item, price, tall, wide

WANTED = Wanted(frozenset({"J1561", "J1459", "96365"}), {"13533-0800-71": "J1561"})
OURS = Providers.of(npis=["1234567893"])


@pytest.fixture
def read(tmp_path):
    def read_content(content, providers=OURS, **options):
        path = tmp_path / "prices"
        path.write_bytes(content)
        return price_files.read(path, WANTED, providers, **options)

    return read_content


def said(file):
    return [(row.code, row.method.value, str(row.value), row.payer, row.plan) for row in file.rows]


@pytest.mark.parametrize("content", [wide(), wide(version="2.1.0"), hospital_json(), hospital_json(first_codes=False)])
def test_wide_and_json_files_say_each_payers_charge(read, content):
    file = read(content)

    assert said(file) == [
        ("J1561", "per_unit", "61.35", "Invented Health", "PPO"),
        ("J1561", "percent_of_charge", "45", "Other Health", "HMO"),
    ]
    assert {(row.unit, row.unit_kind, row.setting) for row in file.rows} == {(Decimal(500), "ME", "outpatient")}
    assert (file.head.publisher, file.head.updated_on) == ("Invented Hospital", date(2026, 4, 1))


@pytest.mark.parametrize("version", ["2.0.0", "3.0.0"])
def test_a_tall_file_has_a_row_for_each_payer(read, version):
    file = read(tall(version=version))

    assert said(file) == [
        ("J1561", "per_unit", "61.35", "Invented Health", "PPO"),
        ("J1561", "percent_of_charge", "45", "Other Health", "HMO"),
        ("J1459", "per_unit", "130.50", "Invented Health", "PPO"),
        ("96365", "per_unit", "310.00", "Invented Health", "PPO"),
    ]
    assert (file.items, file.inpatient, file.head.form) == (6, 1, "hospital_tall")


@pytest.mark.parametrize("groups_first", [True, False])
def test_a_payers_file_gives_the_prices_of_the_provider_asked_for(read, groups_first):
    file = read(in_network(groups_first=groups_first))

    assert [(row.code, str(row.value), row.last_day, row.places) for row in file.rows] == [
        ("J1561", "61.35", None, ("11",)),
        ("96365", "95.5", None, ("11",)),
    ]
    assert (file.items, file.elsewhere, file.head.version) == (3, 1, "2.0.0")


def test_a_provider_may_be_named_by_tax_number(read):
    assert [str(row.value) for row in read(in_network(), Providers.of(tins=["111111111"])).rows] == ["70.1", "61.35"]


def test_groups_inside_the_rates_are_read_too(read):
    inline = GROUPS[1]["provider_groups"]
    items = [item("J1561", [{"provider_groups": inline, "negotiated_prices": [price(61.35)]}])]

    assert said(read(in_network(items=items, groups=[], version="1.0.0")))[0][:3] == ("J1561", "per_unit", "61.35")


def test_group_numbers_are_compared_as_numbers(read):
    groups = [GROUPS[1] | {"provider_group_id": 2.0}]
    items = [item("J1561", [{"provider_references": ["2"], "negotiated_prices": [price(61.35)]}])]

    assert len(read(in_network(items=items, groups=groups)).rows) == 1


def test_a_code_that_comes_after_its_rates_is_no_hindrance(read):
    late = dict(reversed(item("J1561", [{"provider_references": [2], "negotiated_prices": [price(61.35)]}]).items()))
    other = dict(reversed(item("70551", [{"provider_references": [2], "negotiated_prices": [price(4)]}]).items()))

    assert [row.code for row in read(in_network(items=[other, late])).rows] == ["J1561"]


def test_groups_that_a_file_only_points_to_are_counted(read):
    remote = {"provider_group_id": 9, "location": "https://example.org/9.json"}

    assert read(in_network(groups=[remote, *GROUPS])).remote == 1


@pytest.mark.parametrize(
    ("more", "arrangement", "method", "doubt"),
    [
        ({"negotiated_type": "percentage"}, "ffs", RateMethod.PERCENT_OF_CHARGE, None),
        ({"negotiated_type": "per diem"}, "ffs", RateMethod.PER_DIEM, None),
        ({"negotiated_type": "fee schedule"}, "ffs", RateMethod.PER_UNIT, None),
        ({"negotiated_type": "derived"}, "ffs", RateMethod.PER_UNIT, "derived_price"),
        ({"negotiated_type": "whatever"}, "ffs", RateMethod.PER_UNIT, "method_unknown"),
        ({"negotiated_rate": "call us"}, "ffs", RateMethod.PER_UNIT, "rate_unreadable"),
        ({}, "bundle", RateMethod.PER_UNIT, "arrangement_not_ffs"),
    ],
)
def test_what_a_payers_price_means(read, more, arrangement, method, doubt):
    rates = [{"provider_references": [2], "negotiated_prices": [price(61.35, **more)]}]
    file = read(in_network(items=[item("J1561", rates, arrangement=arrangement)]))

    assert [(row.method, row.doubt) for row in file.rows] == [(method, doubt)]


@pytest.mark.parametrize(
    ("cells", "method", "doubt"),
    [
        (",115,,fee schedule", RateMethod.PERCENT_OF_CHARGE, "percent_of_what"),
        ("61.35,,,percent of total billed charges", RateMethod.PER_UNIT, "method_contradicts"),
        ("61.35,,,other", RateMethod.PER_UNIT, "method_other"),
        ("2500,,,case rate", RateMethod.CASE_RATE, None),
        ("2500,,,per diem", RateMethod.PER_DIEM, None),
        (",,140% of the APC rate,fee schedule", RateMethod.PER_UNIT, "algorithm"),
        ("see note,,,fee schedule", RateMethod.PER_UNIT, "rate_unreadable"),
    ],
)
def test_what_a_hospitals_charge_means(read, cells, method, doubt):
    file = read(tall(f"Drug,J1561,HCPCS,,,outpatient,500,ME,,,Invented Health,PPO,,{cells},\n"))

    assert [(row.method, row.doubt) for row in file.rows] == [(method, doubt)]


def test_a_row_may_be_known_by_its_national_drug_code_alone(read):
    file = read(tall("Vial,13533080071,NDC,,,both,1,UN,,,Invented Health,PPO,,980,,,fee schedule,\n"))

    assert [(row.code, row.ndc) for row in file.rows] == [("J1561", "13533-0800-71")]


def test_what_was_paid_is_read_beside_a_formula(read):
    columns = price_samples.TALL_COLUMNS.replace(
        "standard_charge|methodology", "median_amount,10th_percentile,90th_percentile,count,standard_charge|methodology"
    )
    row = "Drug,J1561,HCPCS,,,outpatient,500,ME,,,Invented Health,PPO,,,,Formula,61.35,50,80.5,1 through 10,other,\n"

    [found] = read(tall(row, columns=columns)).rows

    assert found.paid == (Decimal("61.35"), Decimal(50), Decimal("80.5"), "1 through 10")
    assert found.doubt == "algorithm"


def test_what_was_paid_is_read_from_json(read):
    content = json.loads(hospital_json())
    payer = content["standard_charge_information"][1]["standard_charges"][0]["payers_information"][1]
    payer |= {"median_amount": 61.35, "10th_percentile": 50, "90th_percentile": 80.5, "count": "37"}

    rows = read(json.dumps(content).encode()).rows

    assert [row.paid for row in rows] == [None, (Decimal("61.35"), Decimal(50), Decimal("80.5"), "37")]


SAMPLES = [tall(), wide(), hospital_json(), in_network(), in_network(groups_first=False)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=8)), max_size=4),
)
def test_a_bent_file_is_read_or_refused_and_nothing_else(tmp_path, content, bends):
    for place, count, inserted in bends:
        content = content[:place] + inserted + content[place + count :]
    path = tmp_path / "bent"
    path.write_bytes(content)

    rows = []
    with suppress(FileRefused):
        rows = price_files.read(path, WANTED, OURS).rows

    assert all(row.value is None or row.value > 0 for row in rows)


def zipped(content, name="prices.json"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("pack", [zipped, gzip.compress])
def test_packed_files_are_read_as_they_stream(read, pack):
    told = []

    file = read(pack(in_network()), watcher=told.append)

    assert len(file.rows) == 2
    assert told[-1].read == told[-1].size


def refusal(read, content, providers=OURS):
    with pytest.raises(FileRefused) as caught:
        read(content, providers)
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (zipped(in_network())[:-40], "file_broken"),
        (gzip.compress(in_network())[:-20], "file_broken"),
        (in_network()[:-30], "file_broken"),
        (in_network() + b"{}", "file_broken"),
        (hospital_json()[:-3], "file_broken"),
        (zipped(b"x", "readme.pdf"), "file_without_table"),
        (b'{"reporting_entity_name": "x", "reporting_structure": []}', "file_without_rates"),
        (b'{"hospital_name": "x", "version": "3.0.0"}', "file_without_rates"),
        (b'{"something": "else"}', "file_not_price_file"),
        (b'[{"in_network": []}]', "file_header_missing"),
        (in_network(version="9.9"), "file_version_unknown"),
        (hospital_json(version="1.1.0"), "file_version_unknown"),
        (tall(version="1.0"), "file_version_unknown"),
        (tall(columns="name,price\n"), "file_header_missing"),
        (tall(columns=price_samples.TALL_COLUMNS.replace("code | 1 | type", "kind")), "file_header_missing"),
        (tall(columns=price_samples.TALL_COLUMNS.replace("plan_name", "payer_name")), "file_header_twice"),
        (tall(rows=""), "file_without_rows"),
        (tall() + b'"Gamunex-C,J1561', "file_broken"),
        (tall() + b"\x00", "file_not_text"),
        (b'{"in_network": ' + b"[" * 100, "file_broken"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(read, content, code):
    assert refusal(read, content) == code


def test_a_payers_file_needs_a_provider(read):
    assert refusal(read, in_network(), None) == "file_needs_provider"


def test_several_files_in_a_zip_are_not_chosen_among(read):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.json", in_network())
        archive.writestr("b.json", in_network())

    assert refusal(read, held.getvalue()) == "file_several_tables"


@pytest.mark.parametrize("pack", [zipped, gzip.compress])
def test_a_bomb_is_refused_soon_after_it_begins_to_unpack(read, pack, monkeypatch):
    monkeypatch.setattr(streams, "FREE_BYTES", 1024)

    assert refusal(read, pack(b'{"in_network": "' + b" " * 4_000_000)) == "file_unpacks_too_far"


def test_a_text_without_end_does_not_fill_the_memory(read, monkeypatch):
    monkeypatch.setattr(json_events, "LONGEST_TOKEN", 1_000_000)

    assert refusal(read, b'{"in_network": "' + b"x" * 3_000_000) == "file_broken"


def test_an_object_larger_than_any_is_refused(read, monkeypatch):
    monkeypatch.setattr(json_events, "MOST_EVENTS", 10)

    assert refusal(read, in_network()) == "file_too_large"


def test_more_prices_than_one_contract_holds_are_refused(read, monkeypatch):
    for module in (price_files.in_network, price_files.hospital_csv, price_files.hospital_json):
        monkeypatch.setattr(module, "MOST_ROWS", 1)

    assert {refusal(read, content) for content in (in_network(), tall(), hospital_json())} == {"file_too_many_rates"}


@pytest.mark.parametrize(
    "content",
    [
        b'{"hospital_name": ' + b"9" * 6000 + b"}",
        b'{"in_network": [], "x": ' + b"1" * 4301 + b"}",
    ],
)
def test_a_number_without_end_is_refused(read, content):
    assert refusal(read, content) == "file_broken"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_refused_however_it_was_packed(read, method):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.writestr("prices.json", in_network() + b" " * 5_000)
    content = held.getvalue()

    for place in range(30, content.index(b"PK\x01\x02")):
        with suppress(FileRefused):
            read(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])


def test_of_a_long_text_only_the_beginning_is_kept(read):
    rates = [{"provider_references": [2], "negotiated_prices": [price(61.35, additional_information="n " * 10_000)]}]

    [row] = read(in_network(items=[item("J1561", rates)])).rows

    assert row.note == "n " * 250


def test_texts_of_one_object_are_bounded(read, monkeypatch):
    monkeypatch.setattr(json_events, "MOST_CHARACTERS", 100)

    assert refusal(read, in_network()) == "file_too_large"


def test_a_number_longer_than_any_price_is_none(read):
    content = in_network().replace(b"61.35", b"61." + b"3" * 10_000)

    assert read(content).rows[0].doubt == "rate_unreadable"


def test_a_row_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr(price_files.hospital_csv, "LONGEST_ROW", 5_000)

    assert refusal(read, tall() + b"x," * 10_000) == "file_broken"


def test_lines_that_are_no_utf_8_are_read_as_windows_1252(read):
    file = read(tall().replace(b"Invented Health", b"Sant\xe9"))

    assert file.rows[0].payer == "Santé"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("4/1/2026", date(2026, 4, 1)),
        ("2026-02-30", None),
        ("April 2026", None),
        (None, None),
    ],
)
def test_days_are_read_in_both_forms(text, day):
    assert price_rows.day_of(text) == day


def test_prices_are_never_binary_floats(read):
    content = in_network().replace(b"61.35", b"61.350000000000000001")

    assert str(read(content).rows[0].value) == "61.350000000000000001"


def test_numbers_that_no_price_has_are_marked(read):
    content = json.loads(in_network())
    content["in_network"][1]["negotiated_rates"][1]["negotiated_prices"][0]["negotiated_rate"] = -5

    assert read(json.dumps(content).encode()).rows[0].doubt == "rate_unreadable"
