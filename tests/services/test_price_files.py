"""Prices in files held against their units and the published rates."""

import ast
import json
from datetime import date
from decimal import Decimal

import pytest

from estimator.model.codes import Site
from schemas.pricefiles.containers import FileRefused
from services import price_files
from services.price_files import Asked
from tests.conftest import PROJECT
from tests.price_samples import GROUPS, TALL_COLUMNS, TALL_ROWS, hospital_json, in_network, item, price, tall
from tests.web.conftest import TEXTS

ON = date(2026, 11, 21)
DOUBTS = [
    "algorithm",
    "arrangement_not_ffs",
    "derived_price",
    "expired",
    "method_contradicts",
    "method_other",
    "method_unknown",
    "modifier_specific",
    "no_payment_limit",
    "outside_bounds",
    "packaged_scope_unknown",
    "percent_implausible",
    "percent_of_what",
    "percent_scope_unknown",
    "rate_unreadable",
    "several_rates",
    "site_needed",
    "unit_ambiguous",
    "unit_missing",
    "unit_unknown",
]


@pytest.fixture
def examine(tmp_path, book):
    def examine_content(content, **asked):
        path = tmp_path / "prices"
        path.write_bytes(content)
        return price_files.examine(path, Asked(**asked), on=ON, book=book)

    return examine_content


def drug_row(measure, dollars, *, code="J1561,HCPCS", ndc=",", modifiers="", method="fee schedule", **said):
    cells = f"{dollars},,,{method}"
    return tall(f"Drug,{code},{ndc},outpatient,{measure},,,Invented Health,PPO,{modifiers},{cells},\n", **said)


def doubts(draft):
    return [(rate.row.code, None if rate.value is None else str(rate.value), rate.doubt) for rate in draft.rates]


@pytest.mark.parametrize(
    ("measure", "dollars", "per_unit"),
    [
        ("500,ME", "61.35", "61.35"),  # 500 mg are one unit
        ("1,GR", "122.70", "61.35"),  # a gram: two units
        ("10,ML", "122.70", "61.35"),  # Gamunex-C is 10 %: 10 ml hold a gram
        ("1,UN", "61.35", "61.35"),  # the unit of the code
        ("3,GM", "1000", "166.666667"),  # six units, rounded half up to six places
    ],
)
def test_a_measure_is_turned_into_billing_units(examine, measure, dollars, per_unit):
    assert doubts(examine(drug_row(measure, dollars))) == [("J1561", per_unit, None)]


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        (drug_row(",", "61.35"), "unit_missing"),
        (drug_row("500,", "61.35"), "unit_missing"),
        (drug_row(",ME", "61.35"), "unit_missing"),
        (drug_row("1,F2", "61.35"), "unit_unknown"),
        (drug_row("1,ME", "61.35"), "outside_bounds"),  # 30,675 dollars a unit
        (drug_row("40,GR", "61.35"), "outside_bounds"),  # 77 cents a unit
        (drug_row("1,ML", "60", code="J1568,HCPCS"), "unit_unknown"),  # Octagam is 5 % or 10 %
        (drug_row("1,UN", "1200", ndc="13533-0800-71,NDC"), "unit_ambiguous"),  # a unit, or a vial of 10 g
        (drug_row("500,ME", "40", code="J1572,HCPCS"), "no_payment_limit"),
        (drug_row("500,ME", "2000", method="case rate"), "packaged_scope_unknown"),
        (drug_row("500,ME", "61.35", modifiers="TB"), "modifier_specific"),
        (tall(TALL_ROWS.replace(",45,,percent", ",0.45,,percent").split("\n")[1] + "\n"), "percent_implausible"),
    ],
)
def test_what_a_price_is_for_must_be_plain(examine, row, doubt):
    draft = examine(row)

    assert [rate.doubt for rate in draft.rates] == [doubt]
    assert draft.usable == ()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_doubt_is_one_that_code_has_and_has_a_sentence(language):
    modules = (
        "services/price_checks.py",
        "services/price_files.py",
        "services/contract_files.py",
        "schemas/pricefiles/in_network.py",
        "schemas/pricefiles/hospital_words.py",
    )
    written = {
        node.value
        for module in modules
        for node in ast.walk(ast.parse((PROJECT / module).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert set(TEXTS[language]["rate_doubts"]) == written & set(DOUBTS)
    assert set(TEXTS[language]["rate_doubts"]) == set(DOUBTS)


def test_a_vial_is_told_from_a_unit_where_only_one_of_them_is_plausible(examine):
    # 13533-0800-71 holds 10 g, 20 units: 300 dollars a vial would be 15 a unit, less than half the limit. So 300
    # dollars are the price of a unit.
    draft = examine(drug_row("1,UN", "300", ndc="13533-0800-71,NDC"))

    assert doubts(draft) == [("J1561", "300", None)]


def test_modifiers_that_every_claim_carries_change_nothing(examine):
    assert doubts(examine(drug_row("500,ME", "61.35", modifiers="JZ"))) == [("J1561", "61.35", None)]


def test_rates_that_contradict_each_other_are_not_chosen_among(examine):
    draft = examine(tall())

    assert doubts(draft) == [
        ("96365", "310.00", None),
        ("J1459", "65.25", None),
        ("J1561", "61.35", "several_rates"),
        ("J1561", "45", "several_rates"),
    ]


def test_a_payer_and_plan_are_named_by_part_of_their_names(examine):
    draft = examine(tall(), payer_name="other")

    assert doubts(draft) == [("J1561", "45", None)]
    assert draft.report["for_other_payers"] == 3


def test_a_file_without_the_payer_says_so(examine):
    with pytest.raises(FileRefused) as caught:
        examine(tall(), payer_name="nobody")

    assert caught.value.problems[0].code == "file_without_our_rates"


def test_a_payers_prices_go_by_site_and_by_day(examine):
    rates = [
        price(61.35),
        price(55.5, billing_class="institutional"),
        price(70, service_code=["12"]),
        price(50, expiration_date="2026-11-20"),
        price(61.35, expiration_date="2027-06-30"),
    ]
    content = in_network(items=[item("J1561", [{"provider_references": [2], "negotiated_prices": rates}])])

    office = examine(content, npis=("1234567893",), site=Site.PHYSICIAN_OFFICE)
    home = examine(content, npis=("1234567893",), site=Site.HOME)
    hospital = examine(content, npis=("1234567893",), site=Site.HOSPITAL_OUTPATIENT)

    assert doubts(office) == [("J1561", "61.35", None), ("J1561", "50", "expired")]
    assert office.usable[0].row.last_day == date(2027, 6, 30)
    assert office.report["for_other_sites"] == 2
    assert doubts(home) == [("J1561", "70", None)]
    assert doubts(hospital) == [("J1561", "55.5", None)]


@pytest.mark.parametrize(
    ("classes", "found"),
    [
        (["professional"], ["site_needed"]),
        (["institutional"], ["site_needed"]),
        ([None], ["site_needed"]),
        (["both"], [None]),
        (["both", "professional"], ["site_needed", "site_needed"]),  # the one for both is not the one at an office
    ],
)
def test_a_payers_prices_need_a_site_unless_they_hold_at_every_site(examine, classes, found):
    rates = [price(61.35 + place, billing_class=each) for place, each in enumerate(classes)]
    content = in_network(items=[item("J1561", [{"provider_references": [2], "negotiated_prices": rates}])])

    draft = examine(content, npis=("1234567893",))

    assert [rate.doubt for rate in draft.rates] == found
    assert len(draft.usable) == found.count(None)


@pytest.mark.parametrize(
    ("said", "found"), [("Professional", "site_needed"), ("facility", None), ("both", None), ("", None)]
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_a_hospitals_professionals_bill_is_not_the_hospitals(examine, form, said, found):
    if form == "csv":
        columns = TALL_COLUMNS.replace("modifiers,", "billing_class,", 1)
        content = drug_row("500,ME", "61.35", modifiers=said, columns=columns)
    else:
        document = json.loads(hospital_json())
        for entry in document["standard_charge_information"]:
            entry["standard_charges"] = entry["standard_charges"][:1]
            entry["standard_charges"][0] |= {"billing_class": said}
        content = json.dumps(document).encode()

    draft = examine(content, payer_name="invented")

    assert [rate.doubt for rate in draft.rates] == [found]


def test_the_payer_of_a_payers_file_is_who_publishes_it(examine):
    asked = {"npis": ("1234567893",), "site": Site.PHYSICIAN_OFFICE}

    assert len(examine(in_network(), payer_name="invented", **asked).usable) == 2
    for name, value, code in (
        ("payer_name", "Aetna", "file_without_our_rates"),
        ("plan_name", "PPO", "file_names_no_plan"),
    ):
        with pytest.raises(FileRefused) as caught:
            examine(in_network(), **asked, **{name: value})

        assert caught.value.problems[0].code == code


@pytest.mark.parametrize("filters", [{"payer_name": "Aetna"}, {"plan_name": "PPO"}])
def test_a_hospitals_price_that_names_nobody_is_not_the_one_asked_for(examine, filters):
    nobodys = "Drug,J1561,HCPCS,,,outpatient,500,ME,,,,,,61.35,,,fee schedule,\n"

    assert len(examine(tall(nobodys)).usable) == 1
    with pytest.raises(FileRefused) as caught:
        examine(tall(nobodys), **filters)
    assert caught.value.problems[0].code == "file_without_our_rates"


@pytest.mark.parametrize(
    ("file", "asked", "usable"),
    [
        ("hospital.csv", {"payer_name": "Invented", "plan_name": "PPO"}, ["96365", "96366", "J1459", "J1561"]),
        ("in-network.json", {"npis": ("1234567893",), "site": Site.PHYSICIAN_OFFICE}, ["96365", "96366", "J1561"]),
        ("in-network.json", {"npis": ("1234567893",), "site": Site.HOME}, ["J1561"]),
        ("in-network.json", {"npis": ("1234567893",)}, []),
    ],
)
def test_the_files_of_the_how_to_say_what_it_promises(examine, file, asked, usable):
    content = (PROJECT / "docs/how-to/samples" / file).read_bytes()

    assert [rate.row.code for rate in examine(content, **asked).usable] == usable


def test_a_payers_price_of_a_package_has_no_unit(examine):
    rates = [{"provider_references": [2], "negotiated_prices": [price(1200)]}]
    draft = examine(in_network(items=[item("13533-0800-71", rates, kind="NDC")]), npis=("1234567893",))

    assert doubts(draft) == [("J1561", "1200", "unit_missing")]


def test_the_bounds_themselves_are_plausible(examine, book):
    limit = book.payment_limit("J1561", ON).expected
    content = [
        in_network(
            items=[item("J1561", [{"provider_references": [2], "negotiated_prices": [price(str(limit * factor))]}])],
            groups=GROUPS,
        )
        for factor in (Decimal("0.4999"), Decimal("0.5"), Decimal(100), Decimal("100.0001"))
    ]

    asked = {"npis": ("1234567893",), "site": Site.PHYSICIAN_OFFICE}
    assert [examine(each, **asked).rates[0].doubt for each in content] == [
        "outside_bounds",
        None,
        None,
        "outside_bounds",
    ]


def test_the_report_says_how_many_times_the_published_rate_a_price_is(examine, book):
    limit = book.payment_limit("J1561", ON).expected
    [rate] = examine(drug_row("500,ME", str(limit * 2))).report["rates"]

    assert (rate["times_published"], rate["place"], rate["doubt"]) == ("2.00", "line 4", None)
