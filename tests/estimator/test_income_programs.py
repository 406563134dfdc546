"""Programmes that an income or paying oneself may open: named with the rule's figures, counted in no figure."""

from dataclasses import replace
from datetime import date

import pytest

from estimator import income_programs, pipeline
from estimator.model.codes import Payer, Site
from estimator.model.order import Coverage, CoveragePeriod, Household
from estimator.model.part_d import PartDPlan
from estimator.model.periods import Period
from estimator.model.plan import Csr
from estimator.model.secondary import SavingsProgram, Secondary, SecondaryKind
from tests.estimator.orders import AS_OF, cents, order, patient, plan
from tests.estimator.test_pipeline import NAMED
from tests.web.conftest import FakeRuntime, make_app

DAY = date(2026, 2, 10)


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


def programs(book, *, payer=Payer.COMMERCIAL, income=None, size=1, state=None, market=None, site=Site.HOME, **more):
    household = None if income is None else Household(size, cents(income))
    request = order(payer=payer, plan=more.pop("plan", None), who=replace(patient(), household=household))
    request = replace(
        request,
        patient=replace(request.patient, residence_state=state),
        coverage=replace(request.coverage, market=market, secondaries=more.pop("secondaries", ())),
    )
    on = more.pop("on", DAY)
    return income_programs.of(request, sites=(site,), on=on, has_drug_plan=more.pop("drugs", False), book=book)


@pytest.mark.parametrize(
    ("income", "size", "state", "variant", "limit"),
    [
        # The guideline of the year before, 2025: 15,650 for one, 5,500 for each further one; 150, 200 and 250 %.
        ("23475.00", 1, None, "94", "3500"),
        ("23475.01", 1, None, "87", "3500"),
        ("31300.00", 1, None, "87", "3500"),
        ("31300.01", 1, None, "73", "8450"),
        ("52875.00", 2, "TX", "73", "8450"),
        # Alaska: 19,550, 150 % of which is 29,325.
        ("29325.00", 1, "AK", "94", "3500"),
    ],
)
def test_a_marketplace_income_has_its_silver_variant(book, income, size, state, variant, limit):
    (found,) = programs(book, income=income, size=size, state=state, market="marketplace")

    params = dict(found.params)
    assert (found.code, params["variant"], params["limit"]) == ("cost_sharing_reduction", variant, limit)
    assert (found.level.year, params["plan_year"]) == (2025, "2026")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"income": "39125.01", "market": "marketplace"}, None),  # above 250 % plain silver is it
        ({"income": "15649.99", "market": "marketplace"}, "cost_sharing_reduction_below"),
        ({"income": "20000.00", "market": "employer"}, None),
        ({"market": "marketplace"}, None),
        ({"income": "20000.00", "market": "marketplace", "plan": plan(csr=Csr.SILVER_94)}, None),
        (
            {"income": "20000.00", "market": "marketplace", "plan": plan(csr=Csr.SILVER_73)},
            "cost_sharing_reduction_differs",
        ),
        # No income above 250 % brings a variant; American Indians' variants go by another rule.
        (
            {"income": "88000.00", "market": "marketplace", "plan": plan(csr=Csr.SILVER_94)},
            "cost_sharing_reduction_none",
        ),
        ({"income": "88000.00", "market": "marketplace", "plan": plan(csr=Csr.LIMITED)}, None),
        ({"income": "30000.00", "market": "marketplace", "plan": plan(csr=Csr.ZERO)}, None),
    ],
)
def test_the_variant_is_named_only_where_it_can_be(book, parts, code):
    assert [item.code for item in programs(book, **parts)] == ([] if code is None else [code])


def test_extra_help_and_the_savings_programme_go_by_income(book):
    medicaid = (Secondary(SecondaryKind.MEDICAID),)
    has_it = plan(part_d=PartDPlan(extra_help=True))
    asked = {"payer": Payer.MEDICARE, "drugs": True}

    # Below 150 % of 15,960, which is 23,940 (42 CFR 423.773(a)(1)); 100 % is 15,960.
    assert [item.code for item in programs(book, income="23939.99", **asked)] == ["extra_help"]
    assert programs(book, income="23940.00", **asked) == ()
    assert [item.code for item in programs(book, income="15960.00", **asked)] == [
        "extra_help",
        "qualified_medicare_beneficiary",
    ]
    assert dict(programs(book, income="23939.99", **asked)[0].params)["copay"] == "12.65"
    assert programs(book, income="15960.00", secondaries=medicaid, **asked) == ()
    assert [item.code for item in programs(book, income="20000.00", plan=has_it, **asked)] == []


@pytest.mark.parametrize(
    ("program", "codes"),
    [
        (None, []),
        (SavingsProgram.QI, []),
        # QDWI brings no Extra Help (42 CFR 423.773(c)(1)(iii)).
        (SavingsProgram.QDWI, ["extra_help"]),
    ],
)
def test_extra_help_is_not_named_beside_medicaid_that_brings_it(book, program, codes):
    behind = (Secondary(SecondaryKind.MEDICAID, savings_program=program),)

    found = programs(book, payer=Payer.MEDICARE, drugs=True, income="12000.00", secondaries=behind)

    assert [item.code for item in found] == codes


def test_programmes_are_named_under_each_coverage_of_the_year(book):
    who = replace(patient(), household=Household(1, cents("12000.00")))
    parts = (
        CoveragePeriod(Period(date(2026, 1, 1), date(2026, 12, 31)), Coverage(Payer.COMMERCIAL)),
        CoveragePeriod(Period(date(2027, 1, 1), date(2027, 1, 31)), Coverage(Payer.MEDICARE)),
        CoveragePeriod(Period(date(2027, 2, 1), None), Coverage(Payer.SELF_PAY)),
    )
    asked = replace(
        order(
            start_on=date(2026, 12, 20), courses=3, who=who, site_of_care=Site.HOSPITAL_OUTPATIENT, as_of=AS_OF, **NAMED
        ),
        periods=parts,
    )

    found = [item.code for item in pipeline.estimate(asked, book=book).programs]

    # Infusions of 20 December and of 10 and 31 January lie under the first two; the hospital's help is named once.
    assert found == ["charity_care", "qualified_medicare_beneficiary"]


def test_charity_care_needs_a_hospital_and_an_income(book):
    hospital = {"site": Site.HOSPITAL_OUTPATIENT}

    (found,) = programs(book, income="48000.00", size=2, **hospital)

    assert (found.code, found.level.percent, dict(found.params)["days"]) == ("charity_care", 221, "240")
    assert programs(book, **hospital) == ()
    assert programs(book, income="48000.00", site=Site.PHYSICIAN_OFFICE) == ()


def test_who_pays_without_insurance_is_told_of_the_good_faith_estimate(book):
    (found,) = programs(book, payer=Payer.SELF_PAY)

    assert found.code == "good_faith_estimate"
    assert dict(found.params) == {"on_request": "3", "amount": "400", "days": "120"}


@pytest.mark.parametrize(
    ("income", "medicaid", "on", "copay"),
    [
        # 25 % of 3,000.00 - 615.00 is 596.25: with QDWI all of it and the deductible stay.
        ("12000.00", {"savings_program": "qdwi"}, "2026-03-01", "1211.25"),
        ("12000.00", {"savings_program": "slmb"}, "2026-03-01", "12.65"),
        # The guideline of 2026 for one is 15,960: up to it a full dual eligible pays 4.90, above it 12.65.
        ("15960.00", {}, "2026-03-01", "4.90"),
        ("15960.01", {}, "2026-03-01", "12.65"),
        (None, {}, "2026-03-01", "12.65"),
        # 15,060 in 2024; of a QMB nobody knows whether Medicaid's full benefits stand behind.
        ("15060.00", {}, "2024-03-01", "4.60"),
        ("15960.00", {"qmb": True}, "2026-03-01", "12.65"),
    ],
)
def test_extra_help_of_a_dual_eligible_goes_by_income(client, income, medicaid, on, copay):
    body = {
        "payer": "medicare",
        "benefit": "part_d",
        "secondaries": [{"kind": "medicaid"} | medicaid],
        "lines": [{"id": "a", "service_on": on, "category": "drug", "allowed_amount": "3000.00"}],
    } | ({} if income is None else {"household": {"size": 1, "income_per_year": income}})

    document = client.post("/v1/adjudications", json=body).get_json()

    assert document["totals"]["patient_cost"] == copay
    said = {item["code"] for item in document["assumptions"]}
    expected = {"4.90": {"extra_help_of_low_income"}, "4.60": {"extra_help_of_low_income"}, "1211.25": set()}
    assert {code for code in said if code.startswith("extra_help_of")} == expected.get(
        copay, {"extra_help_of_dual_eligible"}
    )


DESIGN = {"deductible": {"individual": "none"}, "out_of_pocket_max": {"individual": "none"}}
DESIGN |= {"cost_share": {"default": {"coinsurance_percent": "20"}}}


@pytest.mark.parametrize(
    ("coverage", "is_said"),
    [
        ({"payer": "commercial", "plan": DESIGN}, True),
        ({"payer": "medicare"}, True),
        ({"payer": "medicare", "benefit": "part_d"}, True),
        ({"payer": "medicare", "benefit": "part_d", "secondaries": [{"kind": "medicaid"}]}, False),
        ({"payer": "medicaid", "plan": DESIGN}, False),
    ],
)
def test_an_income_that_changes_nothing_is_said_to_count_nowhere(client, coverage, is_said):
    line = {"id": "a", "service_on": "2026-02-01", "category": "drug", "allowed_amount": "1000.00"}
    household = {"size": 1, "income_per_year": "12000.00"}

    document = client.post("/v1/adjudications", json=coverage | {"household": household, "lines": [line]}).get_json()

    assert ("household_not_counted" in {item["code"] for item in document["assumptions"]}) == is_said


def test_an_answer_about_given_lines_says_which_facts_are_unverified(client):
    line = {"id": "a", "service_on": "2026-02-01", "category": "drug", "allowed_amount": "1000.00"}

    body = {"payer": "medicare", "benefit": "part_d", "secondaries": [{"kind": "medicaid"}], "lines": [line]}

    document = client.post(
        "/v1/adjudications", json=body | {"household": {"size": 1, "income_per_year": "12000.00"}}
    ).get_json()

    unverified = [fact["id"] for fact in document["facts"] if fact["basis"] == "unverified"]
    (said,) = [item for item in document["assumptions"] if item["code"] == "unverified_facts"]
    assert said["fact_ids"] == unverified
    assert unverified
