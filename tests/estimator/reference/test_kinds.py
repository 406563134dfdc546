"""Values of facts, read strictly: what cannot be used is refused with its record and reason."""

from decimal import Decimal

import pytest

from estimator.errors import BadFact
from estimator.model.codes import Category, Route
from estimator.reference import kinds
from estimator.reference.record_reading import exact
from tests.estimator.reference.facts import (
    CODE,
    DOSE,
    INDICATION,
    LABEL,
    LADDER,
    PACKAGE,
    PRODUCT,
    REGIMEN,
    fact,
)


def test_a_product():
    found = kinds.product(fact(PRODUCT, kind="product", key="globulin"))

    assert (found.id, found.routes, found.concentration_percent) == ("globulin", (Route.IV, Route.SC), Decimal(10))
    assert found.is_marketed
    assert not found._replace(status="announced").is_marketed


def test_a_package():
    found = kinds.package(fact(PACKAGE, kind="package", key="00001-0001-01"))

    assert (found.ndc, found.mg, found.ml, found.billing_units, found.offered) == (
        "00001-0001-01",
        5000,
        Decimal(50),
        None,
        True,
    )


def test_a_billing_code():
    found = kinds.billing_code(fact(CODE | {"route_modifiers": {"iv": "JA"}}, kind="billing_code"))

    assert (found.category, found.mg_per_unit, found.route_modifiers) == (Category.DRUG, Decimal(500), {"iv": "JA"})


def test_a_label_gives_the_first_regimen_of_the_phases_asked_for():
    loading = DOSE | {"phase": "loading"}
    found = kinds.label(fact(LABEL | {"doses": [loading, DOSE]}, kind="label"))

    assert found.dose("maintenance", "course").interval_days == (21, 28)
    assert found.dose("loading").phase == "loading"
    assert found.dose("course") is None


def test_a_ladder_in_millilitres_becomes_milligrams_by_the_concentration():
    # 3 mL/kg/h of a 10 % solution: 3 x 100 mg / 60 minutes = 5 mg/kg a minute.
    found = kinds.rate_ladder(fact(LADDER, kind="infusion_rate"), Decimal(10))

    assert found.steps == ((Decimal(1), 30), (Decimal(5), None))


def test_a_ladder_of_a_thinner_solution_is_slower():
    found = kinds.rate_ladder(fact(LADDER, kind="infusion_rate"), Decimal(5))

    assert found.steps[1] == (Decimal("2.5"), None)


def test_usual_practice_with_one_figure_ranges_nowhere():
    found = kinds.regimen(fact({"mg_per_kg": {"typical": "400"}}, kind="regimen"))

    assert (found.low, found.typical, found.high) == (400, 400, 400)


def test_usual_practice_without_a_dose_is_none():
    assert kinds.regimen(fact({"notes": "only words"}, kind="regimen")) is None


def test_an_indication_with_its_evidence():
    value = INDICATION | {"evidence": [{"grade": "A", "by": "society", "source": "cms-2099", "basis": "read"}]}
    found = kinds.indication(fact(value, kind="indication", key="disease"))

    assert found.evidence == (kinds.Evidence("A", "society", "cms-2099", "read"),)


@pytest.mark.parametrize(
    ("read", "value", "reason"),
    [
        (kinds.product, "text", "must be a map"),
        (kinds.product, PRODUCT | {"brand": ""}, "brand must be a text"),
        (kinds.product, PRODUCT | {"brand": 5}, "brand must be a text"),
        (kinds.product, {key: PRODUCT[key] for key in PRODUCT if key != "hcpcs"}, "hcpcs must be a text"),
        (kinds.product, PRODUCT | {"routes": ["mouth"]}, "routes"),
        (kinds.product, PRODUCT | {"routes": "iv"}, "routes must be a list of texts"),
        (kinds.product, PRODUCT | {"concentration_percent": None}, "concentration_percent is missing"),
        (kinds.product, PRODUCT | {"concentration_percent": "ten"}, "is not decimal text"),
        (kinds.package, PACKAGE | {"mg": 0}, "mg must be a whole number above zero"),
        (kinds.package, PACKAGE | {"mg": -5}, "mg must be a whole number above zero"),
        (kinds.package, PACKAGE | {"mg": "5000"}, "mg must be a whole number"),
        (kinds.package, PACKAGE | {"mg": True}, "mg must be a whole number"),
        (kinds.package, PACKAGE | {"mg": 5000.0}, "mg must be a whole number"),
        (kinds.package, PACKAGE | {"offered": "yes"}, "offered must be true or false"),
        (kinds.billing_code, CODE | {"category": "medicine"}, "category"),
        (kinds.billing_code, CODE | {"route_modifiers": ["JA"]}, "route_modifiers must be a map"),
        (kinds.billing_code, CODE | {"mg_per_unit": 0.5}, "is not decimal text"),
        (kinds.label, LABEL | {"age_min_years": "2"}, "age_min_years must be a whole number"),
        (kinds.label, LABEL | {"doses": ["300"]}, "doses must be a list of maps"),
        (kinds.label, LABEL | {"doses": [DOSE | {"interval_days": ["21"]}]}, "interval_days must be a list"),
        (kinds.label, LABEL | {"doses": [DOSE | {"mg_per_kg_min": "NaN"}]}, "is not decimal text"),
        (kinds.regimen, REGIMEN | {"interval_days": ["28"]}, "interval_days must be a list of whole numbers"),
        (kinds.regimen, REGIMEN | {"mg_per_kg": {"typical": 1.5}}, "is not decimal text"),
        (kinds.indication, INDICATION | {"icd10": "A00.0"}, "icd10 must be a list of texts"),
        (kinds.indication, INDICATION | {"class_labeled": 1}, "class_labeled must be true or false"),
        (kinds.flag_kind, {"owner": "biller"}, "severity must be a text"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_record_and_reason(read, value, reason):
    record = fact(value, kind="some_kind", key="some_key")

    with pytest.raises(BadFact) as refused:
        read(record)

    assert (refused.value.file, refused.value.row) == ("some_kind", "some_kind:some_key:2099q1")
    assert reason in refused.value.reason


def test_a_ladder_step_without_a_rate_is_refused():
    with pytest.raises(BadFact) as refused:
        kinds.rate_ladder(fact({"steps": [{"minutes": 30}]}, kind="infusion_rate"), Decimal(10))

    assert "ml_per_kg_h" in refused.value.reason


@pytest.mark.parametrize("value", ["12.345", "0", "-1.5", 7])
def test_a_number_is_exact_decimal_text_or_a_whole_number(value):
    assert exact(value, fact=fact("x")) == Decimal(value)


@pytest.mark.parametrize("value", [12.345, True, None, "", "12,3", "Infinity", "NaN", "1e", ["1"]])
def test_anything_else_is_no_number(value):
    with pytest.raises(BadFact, match="is not decimal text"):
        exact(value, fact=fact("x"))


@pytest.mark.parametrize(
    ("first", "last", "release", "expected"),
    [
        ("2099-01-01", "2099-12-31", None, "k:J0001:2099"),
        ("2099-04-01", "2099-06-30", None, "k:J0001:2099q2"),
        ("2099-04-01", "2099-06-30", 2, "k:J0001:2099q2:r2"),
        ("2099-04-01", "2099-06-29", None, "k:J0001:2099-04-01"),
        ("2099-04-02", None, None, "k:J0001:2099-04-02"),
        ("2099-01-01", "2100-12-31", None, "k:J0001:2099-01-01"),
    ],
)
def test_a_fact_s_id_names_its_period(first, last, release, expected):
    assert fact("1", kind="k", first=first, last=last, release=release).id == expected
