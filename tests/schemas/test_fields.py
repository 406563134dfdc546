"""Each field: what it takes, at its bounds, and what it refuses by which code."""

from datetime import date
from decimal import Decimal

import pytest

from estimator.model.codes import Route
from estimator.model.quantities import WeightUnit
from schemas.amounts import (
    DecimalField,
    GramsField,
    MoneyField,
    PercentField,
    PercentOfLimit,
    PositiveDecimal,
    StrictInteger,
    UnitPriceField,
)
from schemas.codes import HcpcsField, Icd10Field, StateField, dotted_icd10, read_ndc
from schemas.fields import Choice, EnumField, IsoDate, KnowledgeDate, NameField, Refused, StrictBoolean, UnitField
from schemas.json_reading import OVERSIZED
from schemas.not_supported import NotYetSupported
from schemas.plans import PharmacyDeductible, PharmacyDeductibleField

TAKEN = [
    (MoneyField(), "1500", 150_000),
    (MoneyField(), "1500.5", 150_050),
    (MoneyField(), "1500.00", 150_000),
    (MoneyField(), 0, 0),
    (MoneyField(), Decimal("0.01"), 1),
    (MoneyField(), Decimal("1.5E+3"), 150_000),
    (MoneyField(), "9999999999.99", 999_999_999_999),
    (MoneyField(none=7), "none", 7),
    (UnitPriceField(), "49.076", Decimal("49.076")),
    (UnitPriceField(), "2000", Decimal(2000)),
    (PercentField(), "20", 20_000),
    (PercentField(), 0, 0),
    (PercentField(), 1, 1_000),
    (PercentField(), "100", 100_000),
    (PercentField(), "19.150", 19_150),
    (PercentField(), "none", 0),
    (PercentOfLimit(), "10", Decimal(10)),
    (PercentOfLimit(), 1000, Decimal(1000)),
    (StrictInteger(low=1, high=31), 1, 1),
    (StrictInteger(low=1, high=31), "31", 31),
    (StrictInteger(low=1, high=31), Decimal("5.0"), 5),
    (DecimalField(low=1, high=2), "1.5", Decimal("1.5")),
    (PositiveDecimal(), "0.001", Decimal("0.001")),
    (GramsField(), "2.5", 2_500),
    (GramsField(), "0.001", 1),
    (StrictBoolean(), True, True),
    (StrictBoolean(), False, False),
    (IsoDate(), "2024-01-01", date(2024, 1, 1)),
    (IsoDate(), "2099-12-31", date(2099, 12, 31)),
    (IsoDate(), "2028-02-29", date(2028, 2, 29)),
    (Icd10Field(), "g6181", "G61.81"),
    (Icd10Field(), "G61.81", "G61.81"),
    (Icd10Field(), "d83.9", "D83.9"),
    (Icd10Field(), "C7A.00", "C7A.00"),
    (Icd10Field(), "U07", "U07"),
    (Icd10Field(), "V91.07XD", "V91.07XD"),
    (Icd10Field(), "E87.9", "E87.9"),
    (HcpcsField(), "j1561", "J1561"),
    (StateField(), "tx", "TX"),
    (StateField(), "PR", "PR"),
    (EnumField(Route), "iv", Route.IV),
    (UnitField(WeightUnit), "lb", WeightUnit.LB),
    (Choice(("in", "out"), supported=("in",)), "in", "in"),
    (NameField(), "Octagam 10%", "Octagam 10%"),
    (NameField(), "x" * 80, "x" * 80),
    (NotYetSupported("eligibility"), {}, None),
    (NotYetSupported("eligibility"), [], None),
    (PharmacyDeductibleField(), "none", PharmacyDeductible(applies=False)),
    (PharmacyDeductibleField(), "combined", PharmacyDeductible(applies=True)),
    (PharmacyDeductibleField(), "500.00", PharmacyDeductible(applies=True, amount=50_000)),
]

REFUSED = [
    *[
        (field, value, "not_a_number")
        for field in (MoneyField(), UnitPriceField(), PercentField(), StrictInteger(), PositiveDecimal(), GramsField())
        for value in (
            True,
            False,
            [70],
            {},
            "",
            " 70",
            "70 ",
            "７０",
            "1e2",
            "+1",
            "1,000",
            ".5",
            "5.",
            "0x10",
            "1_0",
            "nan",
        )
    ],
    (MoneyField(), "none", "not_a_number"),
    (MoneyField(), "-0.01", "money_negative"),
    (MoneyField(), -1, "money_negative"),
    (MoneyField(), "10000000000", "money_out_of_range"),
    (MoneyField(), OVERSIZED, "money_out_of_range"),
    (MoneyField(), "9" * 10_000, "money_out_of_range"),
    (MoneyField(), "0.001", "too_many_places"),
    (UnitPriceField(), "2000.01", "price_out_of_range"),
    (UnitPriceField(), "-1", "money_negative"),
    (UnitPriceField(), OVERSIZED, "price_out_of_range"),
    (PercentField(), "0.2", "percent_looks_like_fraction"),
    (PercentField(), Decimal("0.999"), "percent_looks_like_fraction"),
    (PercentField(), "100.001", "percent_out_of_range"),
    (PercentField(), -1, "percent_out_of_range"),
    (PercentField(), "12.3456", "too_many_places"),
    (PercentField(), OVERSIZED, "percent_out_of_range"),
    (PercentOfLimit(), "1.2", "percent_looks_like_fraction"),
    (PercentOfLimit(), 0, "percent_out_of_range"),
    (PercentOfLimit(), "1000.1", "percent_out_of_range"),
    (StrictInteger(low=1, high=31), 0, "out_of_range"),
    (StrictInteger(low=1, high=31), 32, "out_of_range"),
    (StrictInteger(low=1, high=31), Decimal("5.9"), "not_a_whole_number"),
    (StrictInteger(low=1, high=31), OVERSIZED, "out_of_range"),
    (PositiveDecimal(code="weight_out_of_range"), 0, "weight_out_of_range"),
    (PositiveDecimal(code="weight_out_of_range"), "-5", "weight_out_of_range"),
    (GramsField(), 0, "out_of_range"),
    (GramsField(), "1000.001", "out_of_range"),
    (GramsField(), "0.0001", "too_many_places"),
    *[(StrictBoolean(), value, "not_a_boolean") for value in (1, 0, "true", "yes", [], Decimal(1))],
    *[
        (IsoDate(), value, "invalid_date")
        for value in (
            "2027-02-29",
            "2027-13-01",
            "20270105",
            "2027-W01-1",
            "2027-1-5",
            "11/21/2026",
            20270105,
            True,
            "２０２７-01-05",
            "2027-01-05T00:00",
            "0000-01-01",
        )
    ],
    (IsoDate(), "2023-12-31", "date_out_of_range"),
    (IsoDate(), "2100-01-01", "date_out_of_range"),
    (KnowledgeDate(), "2023-12-31", "date_out_of_range"),
    (KnowledgeDate(), "2100-01-01", "date_out_of_range"),
    (KnowledgeDate(), "31.12.2023", "invalid_date"),
    *[(Icd10Field(), value, "icd9_code") for value in ("279.06", "357.81", "27906", "279", "E879.8", "V58.11", "v12")],
    *[
        (Icd10Field(), value, "icd10_malformed")
        for value in ("G6", "GG1.81", "G61.81234", "G618.1", "G61.", 6181, True, "Ｇ61.81")
    ],
    (Icd10Field(), "", "required"),
    (Icd10Field(), [], "required"),
    *[(HcpcsField(), value, "hcpcs_malformed") for value in ("J156", "J15611", "96365", "JJ561", 1561, "J１561")],
    *[(StateField(), value, "state_unknown") for value in ("Texas", "XX", "", 12, "T")],
    (EnumField(Route), "IV", "not_allowed"),
    (EnumField(Route), ["iv"], "not_allowed"),
    (UnitField(WeightUnit), "stone", "unit_unknown"),
    (Choice(("in", "out"), supported=("in",)), "out", "not_supported"),
    (Choice(("in", "out"), supported=("in",)), "over", "not_allowed"),
    (Choice(("in", "out")), {}, "not_allowed"),
    (NameField(), 5, "not_a_text"),
    (NameField(), " ", "required"),
    (NameField(), "x" * 81, "too_long"),
    (NameField(), "a\nb", "invalid_character"),
    (NameField(), "a\x00", "invalid_character"),
    *[(NotYetSupported("eligibility"), value, "not_supported") for value in ({"a": 1}, [0], 0, False, "", "none")],
    (PharmacyDeductibleField(), "-1", "money_negative"),
    (PharmacyDeductibleField(), "some", "not_allowed"),
]


def label(value):
    return type(value).__name__ if not isinstance(value, str) else value[:20]


@pytest.mark.parametrize(("field", "value", "found"), TAKEN, ids=label)
def test_a_field_reads_what_it_takes(field, value, found):
    assert field.read(value) == found
    assert field.deserialize(value) == found


@pytest.mark.parametrize(("field", "value", "code"), REFUSED, ids=label)
def test_a_field_refuses_the_rest_by_code(field, value, code):
    with pytest.raises(Refused) as refused:
        field.read(value)

    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_fraction_is_refused_with_what_was_probably_meant():
    with pytest.raises(Refused) as refused:
        PercentField().read("0.2")

    assert refused.value.problems[0].params == {"meant": "20"}


@pytest.mark.parametrize(
    ("written", "ndc"),
    [
        ("13533-0800-40", "13533-0800-40"),
        ("13533080040", "13533-0800-40"),
        ("0944-2700-05", "00944-2700-05"),
        ("68982-850-04", "68982-0850-04"),
        ("13533-0800-4", "13533-0800-04"),
    ],
)
def test_a_package_code_is_read_into_five_four_two(written, ndc):
    assert read_ndc(written) == ndc


@pytest.mark.parametrize(
    "written", ["1353308004", "13533-0800", "1-2-3", 13533080040, "１３５３３０８００４０", "944-700-5"]
)
def test_a_package_code_that_could_be_several_is_refused(written):
    with pytest.raises(Refused):
        read_ndc(written)


@pytest.mark.parametrize(("written", "code"), [(" g61 ", "G61"), ("V58.1", "V58.1"), ("279.06", None), ("x", None)])
def test_a_looked_up_diagnosis_needs_only_the_shape(written, code):
    assert dotted_icd10(written) == code
