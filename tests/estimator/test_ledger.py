"""Claim lines → shares, by the cases on file: in the calculation and through the door."""

import pytest

from estimator import ledger
from estimator.errors import InvalidRequest
from estimator.model.money import Cents
from schemas.adjudications import ADJUDICATION_REQUEST
from tests.estimator.orders import dollars
from tests.estimator.reference.facts import book_of, fact
from tests.reading import read
from tests.schemas import requests
from tests.web.conftest import FakeRuntime, make_app

FILES = ("assistance", "cost_sharing", "plan_designs")
CASES = [pytest.param(case, id=case["name"]) for file in FILES for section in read(file).values() for case in section]
SHARES = ("deductible", "copay", "coinsurance", "ceiling_reduction", "plan_paid", "patient_share")
DENIED = {"reason": "not_necessary", "notice": "signed"}
LEFT_OUT = {
    "deductible": "none",
    "out_of_pocket_max": "none",
    "cost_share": {"default": {"coinsurance_percent": "20"}},
    "year_starts_on": "2027-01-01",
}


def text(value):
    """Write days as the contract does."""
    if isinstance(value, dict):
        return {key: text(each) for key, each in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def body_of(case):
    """Write a case as the body of a request."""
    lines = []
    for number, (on, category, allowed, *more) in enumerate(case["lines"]):
        line = {"id": str(number), "service_on": text(on), "category": category, "allowed_amount": allowed}
        lines.append(line | (more[0] if more else {}))
    body = {"payer": case.get("payer", "commercial"), "lines": lines}
    if "payer" not in case and "plan" not in case:
        body["payer"] = "medicare"
    if body["payer"] != "medicare":
        body["plan"] = LEFT_OUT | text(case["plan"])
    elif "plan" in case:
        body["plan"] = text(case["plan"])
    if "balances" in case:
        body["balances"] = text(case["balances"])
    if "assistance" in case:
        body["assistance"] = text(case["assistance"])
    return body


def share_out(case, book):
    return ledger.share_out(requests.read(ADJUDICATION_REQUEST, body_of(case)), book=book)


@pytest.fixture(scope="module")
def client(book):
    return make_app(FakeRuntime(book)).test_client()


@pytest.mark.parametrize("case", CASES)
def test_lines_are_shared_out_as_worked_out_by_hand(case, book):
    found = share_out(case, book)

    for name, amounts in case["expect"].items():
        shares = [found.shares[str(number)] for number in range(len(amounts))]
        assert [None if share is None else dollars(getattr(share, name)) for share in shares] == amounts, name


@pytest.mark.parametrize("case", CASES)
def test_the_answer_says_the_same(case, client):
    document = client.post("/v1/adjudications", json=body_of(case)).get_json()

    for name, amounts in case["expect"].items():
        assert [line[name] for line in document["lines"]] == amounts, name
    if "balances_after" in case:
        latest = document["years"][-1]["balances_after"]
        assert {name: latest[name] for name in case["balances_after"]} == case["balances_after"]
    if "limit_reached_on" in case:
        assert document["years"][0]["limit_reached_on"] == text(case["limit_reached_on"])
    if "plan_years" in case:
        assert [year["plan_year"] for year in document["years"]] == case["plan_years"]


@pytest.mark.parametrize("case", CASES)
def test_on_every_line_what_is_allowed_is_borne_by_someone(case, book):
    found = share_out(case, book)

    for number, (_, _, allowed, *_) in enumerate(case["lines"]):
        share = found.shares[str(number)]
        if share is None:
            continue
        borne = share.plan_paid + share.secondary_paid + share.assistance_paid + share.patient_cost
        assert dollars(borne + share.provider_liability - share.balance_bill) == allowed
        assert (
            share.patient_share
            == share.deductible
            + share.copay
            + share.coinsurance
            - share.ceiling_reduction
            + share.non_covered * (share.provider_liability == 0)
            + share.balance_bill
        )


@pytest.mark.parametrize("case", CASES)
def test_the_years_are_the_sums_of_their_lines(case, book):
    found = share_out(case, book)
    visits = {id(visit.claim): visit for visit in found.adjudication.visits}

    for year in found.adjudication.years:
        costs = [visit.patient_cost for visit in visits.values() if visit.year == year.period and not visit.is_history]
        assert year.patient_cost == sum(costs, Cents(0))


def assumptions(body, book):
    return ledger.share_out(requests.read(ADJUDICATION_REQUEST, body), book=book).assumptions


def medicare(*lines, **more):
    return body_of({"payer": "medicare", "lines": list(lines)} | more)


def test_a_deductible_not_published_yet_is_carried_forward_by_name(book):
    body = medicare(["2027-02-10", "drug", "1000.00"], ["2028-02-10", "drug", "1000.00"])

    said = [item for item in assumptions(body, book) if item.code == "medicare_amount_carried_forward"]

    assert [dict(item.params) for item in said] == [{"about": "part_b_deductible", "last_day": "2026-12-31"}]


def test_a_ceiling_not_published_yet_is_carried_forward_by_name(book):
    body = medicare(["2027-02-10", "drug", "20000.00", {"site_of_care": "hospital_outpatient"}])

    found = ledger.share_out(requests.read(ADJUDICATION_REQUEST, body), book=book)

    said = {
        dict(item.params)["about"]: item.pointer
        for item in found.assumptions
        if item.code == "medicare_amount_carried_forward"
    }
    assert said == {"part_b_deductible": "plan.deductible", "part_a_deductible": None}
    assert "medicare_amount:part_a_deductible:2026" in found.fact_ids


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (medicare(["2026-02-10", "drug", "1.00"]), {"balances_taken_as_zero"}),
        (medicare(["2026-02-10", "drug", "1.00"], balances={"deductible_met": "0"}), {"balances_as_of_assumed"}),
        (
            medicare(
                ["2026-02-10", "drug", "1.00", {"site_of_care": "hospital_outpatient"}],
                balances={"as_of": "2026-01-01", "deductible_met": "0"},
            ),
            {"hospital_day_ceiling"},
        ),
        (
            medicare(["2026-02-10", "drug", "1.00"], balances={"as_of": "2026-01-01", "deductible_met": "0"}),
            set(),
        ),
        (
            body_of(
                {"payer": "commercial", "plan": {"year_starts_on": None}, "lines": [["2027-02-10", "drug", "1.00"]]}
            ),
            {"balances_taken_as_zero", "plan_year_calendar"},
        ),
    ],
)
def test_what_was_left_open_is_named(body, codes, book):
    assert {item.code for item in assumptions(body, book)} == codes


def test_help_of_a_manufacturer_is_refused_to_patients_of_a_federal_payer(book):
    body = medicare(["2026-02-10", "drug", "1.00"]) | {"assistance": {"copay_program": "auto"}}

    assert "assistance_refused_federal" in {item.code for item in assumptions(body, book)}


def test_balances_without_a_day_belong_to_the_first_line_s_plan_year(book):
    case = {
        "plan": {"deductible": {"individual": "1000"}},
        "balances": {"deductible_met": "1000", "out_of_pocket_met": "1000"},
        "lines": [["2027-02-10", "drug", "1000.00"], ["2028-02-10", "drug", "1000.00"]],
    }

    found = share_out(case, book)

    assert [dollars(found.shares[number].patient_share) for number in "01"] == ["200.00", "1000.00"]


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({}, ("/plan/deductible", "required")),
        ({"plan": {"deductible": {"individual": "300"}}}, ("/payer", "payer_rules_not_on_file")),
    ],
)
def test_medicare_of_which_nothing_is_on_file_is_refused(own, problem):
    body = medicare(["2026-05-01", "drug", "1.00"], **own)

    with pytest.raises(InvalidRequest) as refused:
        assumptions(body, book_of())

    assert [(item.pointer, item.code) for item in refused.value.problems] == [problem]


def test_a_denial_may_leave_the_allowed_amount_to_the_patient():
    small = book_of(fact("allowed_amount", kind="denial_liability", key="va:no_benefit:none"))
    denied = {"covered": False, "denial": {"reason": "no_benefit", "notice": "none"}}
    body = body_of({"payer": "va", "plan": {}, "lines": [["2099-02-01", "drug", "100.00", denied]]})

    found = ledger.share_out(requests.read(ADJUDICATION_REQUEST, body), book=small)

    assert (found.shares["0"].non_covered, found.shares["0"].patient_share) == (100_00, 100_00)
    assert found.fact_ids == ("denial_liability:va:no_benefit:none:2099q1",)


def test_a_denied_line_of_the_patient_s_is_in_its_year_and_each_line_has_its_own_balances(client):
    case = {
        "plan": {
            "deductible": {"individual": "100.00"},
            "out_of_pocket_max": {"individual": "6000.00"},
            "cost_share": {"default": {"coinsurance_percent": "20"}},
        },
        "lines": [
            ("2027-01-05", "drug", "1000.00"),
            ("2027-01-05", "administration", "50.00", {"covered": False, "denial": DENIED, "billed_amount": "80.00"}),
            ("2027-01-05", "visit", "200.00"),
        ],
        "payer": "medicare_advantage",
    }

    document = client.post("/v1/adjudications", json=body_of(case)).get_json()

    # 100 + 20 % of 900 = 280.00; 20 % of 200 = 40.00; who owes the denied line is not on file for this payer.
    assert [line["balances_after"]["out_of_pocket_met"] for line in document["lines"]] == ["280.00", "280.00", "320.00"]
    assert (document["totals"]["patient_cost"], document["years"][0]["patient_cost"]) == (None, None)

    case |= {"payer": "medicare", "plan": {"deductible": {"individual": "100.00"}}}
    document = client.post("/v1/adjudications", json=body_of(case)).get_json()

    # Under Original Medicare the signed notice leaves the charge of 80.00 with the patient: 280 + 80 + 40.
    assert (document["totals"]["patient_cost"], document["years"][0]["patient_cost"]) == ("400.00", "400.00")
    assert document["lines"][1]["why"] == [
        {"code": "denied_patient_liable", "params": {"amount": "50.00"}},
        {"code": "denied_charge", "params": {"amount": "30.00"}},
    ]


def test_a_medicaid_family_pays_no_more_than_its_part_of_the_income(client):
    # 5 % of 20,000 dollars is 1,000.00 for the whole family: 20 % of 3,000 is 600.00, then 400.00 of the other 600.00.
    case = {
        "payer": "medicaid",
        "plan": {"cost_share": {"default": {"coinsurance_percent": "20"}}},
        "lines": [("2026-02-01", "drug", "3000.00"), ("2026-03-01", "drug", "3000.00", {"member": "spouse"})],
    }
    income = {"household": {"size": 2, "income_per_year": "20000.00"}}

    document = client.post("/v1/adjudications", json=body_of(case) | income).get_json()
    unknown = client.post("/v1/adjudications", json=body_of(case)).get_json()

    # 5 % of 20,000 is 1,000 a year and 250 a quarter, for both members; at 92 % of 21,640 a tenth may be asked at most.
    assert [line["patient_cost"] for line in document["lines"]] == ["250.00", "0.00"]
    assert {"medicaid_family_limit", "medicaid_percent_above_maximum"} <= {
        item["code"] for item in document["assumptions"]
    }
    assert unknown["totals"]["patient_cost"] == "1200.00"
    assert "medicaid_family_limit_unknown" in {item["code"] for item in unknown["assumptions"]}


def test_who_pays_without_insurance_pays_every_line(client):
    lines = [{"id": "a", "service_on": "2027-01-05", "category": "drug", "allowed_amount": "1000.00"}]

    document = client.post("/v1/adjudications", json={"payer": "self_pay", "lines": lines}).get_json()

    assert document["totals"]["patient_cost"] == "1000.00"
    assert document["assumptions"] == []  # there are no balances to give
    refused = client.post("/v1/adjudications", json={"payer": "self_pay", "plan": {}, "lines": lines})
    assert "not_applicable_self_pay" in {each["code"] for each in refused.get_json()["errors"]}


@pytest.mark.parametrize("on", ["2023-06-01", "2024-02-01", "2026-02-01"])
@pytest.mark.parametrize(
    ("site", "allowed", "patient", "write_off", "code"),
    [
        # 20 % of the rate of 100.00, which is paid although 80.00 was charged.
        ("hospital_outpatient", "100.00", "20.00", "-20.00", "prospective_rate_above_charge"),
        # 20 % of the charge, the lower of the two (42 U.S.C. 1395l(a)(1)(S)).
        ("physician_office", "80.00", "16.00", "0.00", "allowed_lowered_to_charge"),
    ],
)
def test_a_charge_caps_what_medicare_allows_but_not_a_prospective_rate(
    client, on, site, allowed, patient, write_off, code
):
    line = {"id": "a", "service_on": on, "category": "administration", "allowed_amount": "100.00"}
    body = {
        "payer": "medicare",
        "balances": {"as_of": f"{on[:4]}-01-01", "deductible_met": "500.00"},
        "lines": [line | {"billed_amount": "80.00", "site_of_care": site}],
    }

    document = client.post("/v1/adjudications", json=body).get_json()

    answered = document["lines"][0]
    assert (answered["allowed_amount"], answered["patient_cost"], answered["write_off"]) == (
        allowed,
        patient,
        write_off,
    )
    assert code in {item["code"] for item in document["assumptions"]}


@pytest.mark.parametrize(
    ("plan", "pointers"),
    [
        ({"pharmacy_deductible": "none", "hdhp": True}, {"/plan/pharmacy_deductible", "/plan/hdhp"}),
        ({"tier": "family", "deductible": {"family": "10.00"}}, {"/plan/tier", "/plan/deductible/family"}),
        (
            {"out_of_network": "none", "fourth_quarter_carryover": {}},
            {"/plan/out_of_network", "/plan/fourth_quarter_carryover"},
        ),
        (
            {"copay": {"before_deductible": True}, "year_starts_on": "2027-07-01"},
            {"/plan/copay/before_deductible", "/plan/year_starts_on"},
        ),
        (
            {"csr": "94", "funding": "self_funded", "issue_state": "TX"},
            {"/plan/csr", "/plan/funding", "/plan/issue_state"},
        ),
        (
            {
                "pharmacy_deductible": "combined",
                "hdhp": False,
                "tier": "self",
                "year_starts_on": "2026-01-01",
                "copay": {"before_deductible": False},
                "deductible": {"individual": "283.00", "rule": "embedded"},
            },
            set(),
        ),
    ],
)
def test_what_original_medicare_does_not_have_is_refused_by_name(client, plan, pointers):
    lines = [{"id": "a", "service_on": "2026-02-01", "category": "drug", "allowed_amount": "1000.00"}]

    answered = client.post("/v1/adjudications", json={"payer": "medicare", "plan": plan, "lines": lines})

    errors = {(each["pointer"], each["code"]) for each in answered.get_json().get("errors", [])}
    assert errors == {(pointer, "not_of_original_medicare") for pointer in pointers}
    assert answered.status_code == (422 if pointers else 200)


def test_a_network_and_limits_that_medicare_has_not_are_said_to_count_nowhere(client):
    line = {"id": "a", "service_on": "2026-02-01", "category": "drug", "allowed_amount": "1000.00", "network": "out"}
    balances = {"as_of": "2026-01-01", "deductible_met": "283.00", "out_of_pocket_met": "400.00"}

    document = client.post(
        "/v1/adjudications", json={"payer": "medicare", "balances": balances, "lines": [line]}
    ).get_json()

    found = {item["code"]: item["field"] for item in document["assumptions"]}
    assert document["totals"]["patient_cost"] == "200.00"
    assert found["medicare_has_no_network"] == "lines.network"
    assert found["medicare_has_no_such_balances"] == "balances.out_of_pocket_met"
