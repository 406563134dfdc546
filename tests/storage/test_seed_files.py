from datetime import date

import pytest

from estimator.errors import BadFact
from estimator.model.periods import Period
from estimator.reference.facts import Basis, DiagnosisCode, Fact, Source
from storage import seed_files

FIRST_QUARTER = Period(date(2099, 1, 1), date(2099, 3, 31))


def facts_by_id(folder):
    return {fact.id: fact for fact in seed_files.read(folder.path).facts}


def only_problem(folder):
    _, problems = seed_files.survey(folder.path)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_yaml_record_becomes_a_fact_with_the_defaults_of_its_file(folder):
    fact = facts_by_id(folder)["medicare_amount:part_b_deductible:2099"]

    assert fact == Fact(
        kind="medicare_amount",
        key="part_b_deductible",
        value="123.00",
        unit="usd",
        period=Period(date(2099, 1, 1), date(2099, 12, 31)),
        recheck_after=None,
        published_on=date(2098, 11, 1),
        source_id="cms-2099",
        locator="table 1",
        basis=Basis.READ,
    )


def test_a_record_overrides_the_defaults_of_its_file(folder):
    fact = facts_by_id(folder)["medicare_amount:part_b_coinsurance_percent:2099-01-01"]

    assert (fact.unit, fact.period.last_day, fact.recheck_after) == ("percent", None, date(2100, 1, 1))


def test_a_payment_limit_row_states_a_limit_and_a_coinsurance(folder):
    facts = facts_by_id(folder)

    limit = facts["payment_limit:J0001:2099q1:r1"]
    coinsurance = facts["part_b_coinsurance:J0001:2099q1:r1"]
    assert (limit.value, limit.unit, limit.period, limit.release) == ("12.345", "usd_per_unit", FIRST_QUARTER, 1)
    assert (coinsurance.value, coinsurance.unit, coinsurance.note) == ("20.000", "percent", None)


def test_an_empty_cell_makes_no_fact(folder):
    facts = facts_by_id(folder)

    assert facts["payment_limit:J0002:2099q1:r1"].note == "new code"
    assert "part_b_coinsurance:J0002:2099q1:r1" not in facts


def test_sources_are_read(folder):
    sources = {source.id: source for source in seed_files.read(folder.path).sources}

    assert sources["label-2099"] == Source("label-2099", "Invented label", "Maker", None, None, False, "never printed")
    assert sources["cms-2099"].published_on == "2098-11"


def test_diagnosis_codes_take_period_and_source_from_index_or_row(folder):
    codes = seed_files.read(folder.path).diagnosis_codes

    assert codes == (
        DiagnosisCode("A00", False, "Invented disease", Period(date(2099, 1, 1), None), "cms-2099"),
        DiagnosisCode("A00.0", True, "Invented disease, mild", Period(date(2099, 1, 1), date(2099, 9, 30)), "cms-2099"),
        DiagnosisCode("A00.0", True, "Invented disease, slight", Period(date(2099, 10, 1), None), "label-2099"),
    )


def test_maps_keep_their_json_values_and_write_days_as_text(folder):
    folder.write(
        "products.yaml",
        "kind: product\nrecords:\n  - {key: p, value: {n: 1, ok: true, none: null, list: [x], day: 2099-01-01},"
        " effective_from: 2099-01-01, effective_to: 2099-12-31, source: cms-2099, locator: x, basis: unverified}\n",
    )

    fact = facts_by_id(folder)["product:p:2099"]

    assert fact.value == {"n": 1, "ok": True, "none": None, "list": ["x"], "day": "2099-01-01"}
    assert fact.basis is Basis.UNVERIFIED


def test_the_other_tables_are_read_by_their_own_columns(folder):
    shared = "2099-01-01,2099-12-31,cms-2099,row,read"
    tail = "effective_from,effective_to,source,locator,basis"
    folder.write(
        "packages.csv",
        f"ndc,product,labeler,container,mg,ml,hcpcs,billing_units,offered,{tail}\n"
        f"11111-1111-11,p,Maker,vial,5000,50,J0001,10,yes,{shared}\n",
    )
    folder.write("service_rates/physician_rvus.csv", f"code,total_nonfacility_rvu,{tail}\n90001,1.25,{shared}\n")
    folder.write("service_rates/opps_rates.csv", f"code,payment_rate,apc,{tail}\n90001,99.50,5691,{shared}\n")
    folder.write("service_rates/opps_status.csv", f"code,status_indicator,{tail}\n90001,S,{shared}\n")
    folder.write("mue.csv", f"code,practitioner,outpatient_hospital,dme_supplier,{tail}\n90001,1,2,,{shared}\n")

    facts = facts_by_id(folder)

    assert facts["package:11111-1111-11:2099"].value == {
        "product": "p",
        "labeler": "Maker",
        "container": "vial",
        "mg": 5000,
        "ml": "50",
        "hcpcs": "J0001",
        "billing_units": 10,
        "offered": True,
    }
    assert facts["physician_rvu:90001:2099"].value == "1.25"
    assert facts["opps_rate:90001:2099"].value == "99.50"
    assert facts["opps_rate:90001:2099"].locator == "row; APC 5691"
    assert facts["opps_status:90001:2099"].value == "S"
    assert facts["mue:90001:practitioner:2099"].value == "1"
    assert facts["mue:90001:outpatient_hospital:2099"].value == "2"
    assert "mue:90001:dme_supplier:2099" not in facts


AMOUNT = 'value: "123.00", effective_from: 2099-01-01, effective_to: 2099-12-31'
LATER = 'value: "1", effective_from: 2099-12-31, effective_to: 2100-01-01'


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('value: "123.00"', "value: 123", "quote 123"),
        ('value: "123.00"', "value: true", "value must be text or a map"),
        ('value: "123.00", ', "", "value is missing"),
        ('value: "123.00"', 'value: ""', "value is missing"),
        (
            "effective_from: 2099-01-01, effective_to: 2099-12-31",
            "effective_to: 2099-12-31",
            "effective_from is missing",
        ),
        ("effective_to: 2099-12-31", "effective_to: 2098-12-31", "before it begins"),
        ("effective_to: 2099-12-31", "effective_to: null", "needs a last day"),
        ("effective_to: 2099-12-31", 'effective_to: "2099-12-31"', "without quotes"),
        ("recheck_after: 2100-01-01", "recheck_after: null", "needs recheck_after"),
        ("key: part_b_deductible", "key: part_b/deductible", "slash"),
        ("key: part_b_deductible, ", "", "key is missing"),
        ("key: part_b_deductible", "key: 90001", "key must be text"),
        ("source: cms-2099", "source: nobody", "not in sources.yaml"),
        ("published_on: 2098-11-01", "basis: guessed", "basis must be read or unverified"),
        ("published_on: 2098-11-01", 'locator: " "', "locator is empty"),
        ("published_on: 2098-11-01", "release: 0", "release must be"),
        ("published_on: 2098-11-01", "colour: red", "unknown fields: colour"),
        (AMOUNT, f"{AMOUNT}}}\n  - {{key: part_b_deductible, {AMOUNT}", "stands already"),
        (
            AMOUNT,
            f"{AMOUNT}}}\n  - {{key: part_b_deductible, {LATER}",
            "overlaps medicare_amount:part_b_deductible",
        ),
    ],
)
def test_a_bad_record_is_refused_with_its_file_and_place(folder, old, new, reason):
    folder.replace("medicare.yaml", old, new)

    problems = seed_files.survey(folder.path)[1]

    assert {problem.file for problem in problems} == {"medicare.yaml"}
    assert reason in problems[0].reason
    assert problems[0].row.startswith("entry ")


def test_the_same_period_may_stand_in_two_releases(folder):
    folder.write("payment_limits/2099q1r2.csv", "hcpcs,payment_limit,coinsurance_percent,notes\nJ0001,12.400,,\n")
    index = (folder.path / "payment_limits/index.yaml").read_text()
    folder.write(
        "payment_limits/index.yaml", index + index.replace("q1.csv", "q1r2.csv").replace("release: 1", "release: 2")
    )

    assert facts_by_id(folder)["payment_limit:J0001:2099q1:r2"].value == "12.400"


@pytest.mark.parametrize(
    ("old", "new", "row", "reason"),
    [
        ("hcpcs,", "code,", "line 1", "missing: hcpcs; unknown: code"),
        (",notes", ",notes,notes", "line 1", "no name may stand twice"),
        ("7.100,,new code", "7.100,new code", "line 3", "has 3 cells, the header has 4"),
        ("7.100", '"7.100', "after line 3", "is not CSV"),
        (",notes\nJ0001,12.345,20.000,", ",notes,release\nJ0001,12.345,20.000,,one", "line 2", "whole number"),
        (
            ",notes\nJ0001,12.345,20.000,",
            ",notes,published_on\nJ0001,12.345,20.000,,soon",
            "line 2",
            "published_on must be a day",
        ),
    ],
)
def test_a_bad_table_is_refused_with_its_line(folder, old, new, row, reason):
    folder.replace("payment_limits/2099q1.csv", old, new)

    problem = seed_files.survey(folder.path)[1][0]

    assert (problem.file, problem.row) == ("payment_limits/2099q1.csv", row)
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("file: 2099q1.csv", "file: 2099q2.csv", "names a file that is not there"),
        ("quarter: 2099q1", "quarter: 2099q2", "not those of the quarter"),
        ("effective_to: 2099-03-31", "effective_to: 2099-03-30", "not those of the quarter"),
        ("basis: read", "basis: read, colour: red", "unknown fields"),
    ],
)
def test_a_bad_index_is_refused(folder, old, new, reason):
    folder.replace("payment_limits/index.yaml", old, new)

    problems = seed_files.survey(folder.path)[1]

    assert problems[0].file == "payment_limits/index.yaml"
    assert reason in problems[0].reason


def test_a_table_that_its_index_leaves_out_is_refused(folder):
    folder.write("payment_limits/2099q2.csv", "hcpcs,payment_limit,coinsurance_percent,notes\n")

    assert "is not in the folder's index.yaml" in only_problem(folder).reason


def test_a_table_of_no_known_layout_is_refused(folder):
    folder.write("prices.csv", "a,b\n")

    assert "no layout is known" in only_problem(folder).reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("A00,no", "A0,no", "not an ICD-10-CM code"),
        ("A00,no", "A00,perhaps", "billable must be yes or no"),
        ("A00,no,Invented disease", "A00,no,", "title is missing"),
        ('slight",2099-10-01', 'slight",2099-09-30', "stands twice on 2099-09-30"),
        ('slight",2099-10-01,,label-2099', 'slight",2099-10-01,,nobody', "'nobody' is not in sources.yaml"),
        ('slight",2099-10-01,', 'slight",2099-10-01,2099-09-30', "before it begins"),
    ],
)
def test_a_bad_diagnosis_code_is_refused(folder, old, new, reason):
    folder.replace("diagnosis_codes/2099.csv", old, new)

    assert reason in only_problem(folder).reason


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("medicare.yaml", "[]", "must be a map of kind"),
        ("medicare.yaml", "kind: x\nnote: y\nrecords: []", "must be a map of kind"),
        ("medicare.yaml", "kind: [x]\nrecords: []", "kind must be a word"),
        ("medicare.yaml", "kind: x", "must hold a list of records"),
        ("medicare.yaml", "kind: x\nrecords: [y]", "must be a map"),
        ("medicare.yaml", "kind: x\nrecords: [{a: 1.5}]", "binary float"),
        ("sources.yaml", "[]", "must be a map from source ids"),
        ("sources.yaml", "cms-2099: x", "must be a map"),
        ("sources.yaml", "cms-2099: {title: x, publisher: y}", "official must be"),
        ("sources.yaml", "cms-2099: {title: x, official: true}", "publisher is missing"),
    ],
)
def test_a_file_of_another_form_is_refused(folder, name, text, reason):
    folder.write(name, text)

    problem = seed_files.survey(folder.path)[1][0]

    assert problem.file == name
    assert reason in problem.reason


def test_a_folder_without_sources_is_refused(folder):
    (folder.path / "sources.yaml").unlink()

    with pytest.raises(BadFact, match=r"sources\.yaml, the whole file: is missing"):
        seed_files.read(folder.path)


def test_every_problem_is_found_in_one_reading(folder):
    folder.replace("medicare.yaml", 'value: "123.00"', "value: 123")
    folder.replace("payment_limits/2099q1.csv", "J0002", "J/2")
    folder.replace("diagnosis_codes/2099.csv", "A00,no", "A0,no")

    seed, problems = seed_files.survey(folder.path)

    assert {problem.file for problem in problems} == {
        "medicare.yaml",
        "payment_limits/2099q1.csv",
        "diagnosis_codes/2099.csv",
    }
    assert len(seed.facts) == 3


def test_places_tell_where_a_fact_stands(folder):
    places = seed_files.read(folder.path).places

    assert places["payment_limit:J0002:2099q1:r1"] == ("payment_limits/2099q1.csv", "line 3")
    assert places["medicare_amount:part_b_deductible:2099"] == ("medicare.yaml", "entry 1 (part_b_deductible)")


def test_texts_of_a_language_may_stand_in_several_files(folder):
    folder.write("texts/en/errors.yaml", "bad: Bad.")
    folder.write("texts/en/flags.yaml", "flag: {title: Flag}")
    folder.write("texts/es.yaml", "bad: Malo.")

    texts = seed_files.read_texts(folder.path)

    assert texts == {"en": {"bad": "Bad.", "flag": {"title": "Flag"}}, "es": {"bad": "Malo."}}
    assert seed_files.survey(folder.path)[1] == ()


@pytest.mark.parametrize(
    ("text", "reason"), [("[x]", "must be a map from codes"), ("bad: Twice.", "stands in another file")]
)
def test_bad_texts_are_refused(folder, text, reason):
    folder.write("texts/en/errors.yaml", "bad: Bad.")
    folder.write("texts/en/more.yaml", text)

    with pytest.raises(BadFact, match=reason):
        seed_files.read_texts(folder.path)
