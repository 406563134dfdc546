"""Contracts of organizations: kept whole or not at all, seen by their organization alone, on both databases."""

from datetime import date

import pytest

from estimator.errors import InvalidRequest, NotOnFile
from schemas.contracts import CONTRACT_REQUEST
from services import contracts, keys, organizations
from services.config import Config
from services.keys import Caller
from services.organizations import OrganizationRefused
from services.runtime import Runtime
from tests.services import asking

CODES = """\
kind: billing_code
defaults: {unit: null, effective_from: 2024-01-01, effective_to: null, recheck_after: 2100-01-01, source: cms-2099,
           basis: read, locator: list}
records:
  - {key: J0001, value: {category: drug, name: one, mg_per_unit: "500", immune_globulin: true}}
  - {key: "96365", value: {category: administration, name: two, role: iv_first_hour}}
"""
BOUNDS = """\
kind: plausible_range
defaults: {unit: ratio, effective_from: 2024-01-01, effective_to: null, recheck_after: 2100-01-01,
           source: cms-2099, basis: read, locator: bounds}
records:
  - {key: price_times_payment_limit, value: {low: "0.5", high: "100"}}
"""
RATES = [
    {"code": "j0001", "method": "per_unit", "value": "20.50"},
    {"scope": "administration", "method": "per_diem", "value": "310.00"},
]
BODY = {
    "name": "Invented Health 2099",
    "payer": "commercial",
    "payer_name": "Invented Health",
    "first_day": "2099-01-01",
    "last_day": "2099-12-31",
    "rates": RATES,
    "source": {"title": "Agreement, exhibit B", "published_on": "2098-11-01"},
}
OURS, OTHERS = Caller("main", "igc_test"), Caller("other", "igc_test")


@pytest.fixture
def runtime(folder, database_url):
    folder.write("billing_codes.yaml", CODES)
    folder.write("plausible_ranges.yaml", BOUNDS)
    runtime = Runtime.open(Config(database_url=database_url, seed_folder=folder.path))
    _ = runtime.book
    organizations.create("other", "Another clinic", runtime=runtime)
    yield runtime
    runtime.close()


def draft(**more):
    return CONTRACT_REQUEST.read_request(BODY | more, today=date(2026, 11, 21))


def add(runtime, caller=OURS, **more):
    return contracts.add(draft(**more), caller=caller, runtime=runtime)


def problems(runtime, **more):
    with pytest.raises(InvalidRequest) as caught:
        add(runtime, **more)
    assert contracts.list_all(caller=OURS, runtime=runtime)["items"] == []
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def test_a_contract_is_kept_and_shown_as_it_was_sent(runtime):
    made = add(runtime)

    shown = contracts.show(made["id"], caller=OURS, runtime=runtime)
    [listed] = contracts.list_all(caller=OURS, runtime=runtime)["items"]
    assert shown["rates"] == [
        {
            "code": "J0001",
            "scope": None,
            "method": "per_unit",
            "value": "20.50",
            "per": None,
            "first_day": "2099-01-01",
            "last_day": "2099-12-31",
            "locator": "entered by hand",
        },
        {
            "code": None,
            "scope": "administration",
            "method": "per_diem",
            "value": "310.00",
            "per": None,
            "first_day": "2099-01-01",
            "last_day": "2099-12-31",
            "locator": "entered by hand",
        },
    ]
    assert made["rates"] == shown["rates"]
    assert (listed["id"], listed["name"], listed["version"]) == (made["id"], BODY["name"], made["overlay_version"])


def test_another_organization_sees_and_withdraws_nothing(runtime):
    made = add(runtime)

    assert contracts.list_all(caller=OTHERS, runtime=runtime)["items"] == []
    for refused in (contracts.show, contracts.withdraw):
        with pytest.raises(NotOnFile):
            refused(made["id"], caller=OTHERS, runtime=runtime)
    assert contracts.show(made["id"], caller=OURS, runtime=runtime)["withdrawn_at"] is None


def test_a_withdrawn_contract_stays_on_file_and_is_not_used(runtime):
    made = add(runtime)
    contracts.withdraw(made["id"], caller=OURS, runtime=runtime)

    assert contracts.list_all(caller=OURS, runtime=runtime)["items"] == []
    assert contracts.show(made["id"], caller=OURS, runtime=runtime)["withdrawn_at"] is not None
    with pytest.raises(NotOnFile):
        contracts.withdraw(made["id"], caller=OURS, runtime=runtime)
    assert refusal(runtime, made["id"]) == ["contract_not_found"]


def asked(contract, **more):
    body = asking.body(price={"contract": contract}, **more)
    return asking.ESTIMATE_REQUEST.read_request(body, today=date(2026, 11, 21))


def refusal(runtime, contract, organization="main", **more):
    with pytest.raises(InvalidRequest) as caught:
        contracts.applied(asked(contract, **more), runtime.book, organization=organization, runtime=runtime)
    return [problem.code for problem in caught.value.problems]


def test_a_contract_lies_over_the_facts_of_one_answer_alone(runtime):
    made = add(runtime)
    overlaid = contracts.applied(asked(made["id"]), runtime.book, organization="main", runtime=runtime)

    [rate, _] = overlaid.request.price.contract.rates
    fact = overlaid.book.fact(rate.fact_id)
    assert rate.fact_id == f"contract:{made['id']}:J0001:2099"
    assert (fact.value, fact.unit) == ("20.50", "usd_per_unit")
    assert overlaid.book.source(fact.source_id).title == "Agreement, exhibit B"
    assert overlaid.version == made["overlay_version"]
    assert rate.fact_id not in runtime.book.facts


@pytest.mark.parametrize("organization", [None, "other"])
def test_no_one_else_can_name_a_contract(runtime, organization):
    assert refusal(runtime, add(runtime)["id"], organization) == ["contract_not_found"]


def test_a_contract_must_be_of_the_payer_and_the_site(runtime):
    made = add(runtime, payer="medicaid", site_of_care="home")

    assert refusal(runtime, made["id"], site_of_care="physician_office") == [
        "contract_other_payer",
        "contract_other_site",
    ]


def test_what_a_request_leaves_open_is_the_contracts(runtime):
    made = add(runtime, site_of_care="home")
    request = asked(made["id"], coverage={"payer": "unknown"}, site_of_care=None)

    found = contracts.applied(request, runtime.book, organization="main", runtime=runtime).request
    assert (found.coverage.payer.value, found.site_of_care.value) == ("commercial", "home")
    assert found.taken_from_contract == ("coverage.payer", "site_of_care")


def test_equal_contracts_differ_in_their_id_alone(runtime):
    one, other = add(runtime), add(runtime)

    assert one["id"] != other["id"]
    assert one["version"] != other["version"]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        # The limit of J0001 is 12.345: half is 6.1725, a hundred times 1234.50.
        ([{"code": "J0001", "method": "per_unit", "value": "6.17"}], [("/rates/0/value", "rate_unit_doubtful")]),
        ([{"code": "J0001", "method": "per_unit", "value": "1234.51"}], [("/rates/0/value", "rate_unit_doubtful")]),
        ([RATES[0], RATES[0]], [("/rates/1", "rates_overlap")]),
        ([RATES[1], RATES[1]], [("/rates/1", "rates_overlap")]),
        (
            [RATES[1], {"code": "96365", "method": "per_unit", "value": "67"}],
            [("/rates/1", "rates_overlap")],
        ),
        (
            [RATES[0], {"scope": "all", "method": "case_rate", "value": "9000"}],
            [("/rates/1", "rates_overlap")],
        ),
        (
            [{"code": "96365", "method": "percent_of_charge", "value": "45"}],
            [("/rates/0/code", "rate_needs_scope")],
        ),
        ([{"code": "96365", "method": "asp_plus_percent", "value": "6"}], [("/rates/0/method", "drugs_only")]),
        ([RATES[0] | {"first_day": "2098-12-31"}], [("/rates/0", "outside_contract_days")]),
        (
            [RATES[0] | {"first_day": "2099-03-01", "last_day": "2099-02-01"}],
            [("/rates/0/last_day", "last_day_before_first")],
        ),
    ],
)
def test_rates_that_cannot_be_meant_are_refused_and_nothing_is_kept(runtime, rates, expected):
    assert problems(runtime, rates=rates) == expected


@pytest.mark.parametrize(
    "rates",
    [
        [{"code": "J0001", "method": "per_unit", "value": "6.1725"}],
        [{"code": "J0001", "method": "per_unit", "value": "1234.50"}],
        [RATES[0] | {"last_day": "2099-06-30"}, RATES[0] | {"first_day": "2099-07-01"}],
        [RATES[0], {"scope": "drug", "method": "percent_of_payment_limit", "value": "120"}],
        [{"scope": "all", "method": "percent_of_payment_limit", "value": "120"}, RATES[0]],
        [{"code": "J9999", "method": "per_unit", "value": "0.01"}],
    ],
)
def test_rates_that_can_be_meant_are_kept(runtime, rates):
    assert len(add(runtime, rates=rates)["rates"]) == len(rates)


def test_a_key_belongs_to_an_organization(runtime):
    ours = keys.create("a", ("contracts:write",), expires_on=None, runtime=runtime)
    theirs = keys.create("b", ("contracts:write",), expires_on=None, runtime=runtime, organization="other")

    found = [keys.check(made.secret, None, runtime=runtime).organization_id for made in (ours, theirs)]
    assert found == ["main", "other"]
    with pytest.raises(NotOnFile):
        keys.create("c", ("contracts:write",), expires_on=None, runtime=runtime, organization="nobody")


def test_a_key_of_an_earlier_release_belongs_to_the_installations_own(runtime):
    made = keys.create("a", ("contracts:write",), expires_on=None, runtime=runtime)
    with runtime.database.begin() as connection:
        connection.exec_driver_sql("UPDATE api_keys SET organization_id = NULL")

    assert keys.check(made.secret, None, runtime=runtime).organization_id == "main"


@pytest.mark.parametrize("name", ["main", "other", "No Blanks", "", "x" * 41])
def test_an_organization_needs_an_id_of_its_own(runtime, name):
    with pytest.raises(OrganizationRefused):
        organizations.create(name, "A clinic", runtime=runtime)


def test_organizations_are_listed(runtime):
    assert [row.id for row in organizations.list_all(runtime=runtime)] == ["main", "other"]


def test_a_rate_may_not_outlast_its_contract(runtime):
    rates = [RATES[0] | {"last_day": "2099-07-01"}]

    assert problems(runtime, last_day="2099-06-30", rates=rates) == [("/rates/0", "outside_contract_days")]


@pytest.mark.parametrize("name", ["ctr_nothing", "", "\x00", "ctr_" + "0" * 20, "x" * 10_000])
def test_what_is_no_contracts_id_is_not_on_file(runtime, name):
    for asking_ in (contracts.show, contracts.withdraw):
        with pytest.raises(NotOnFile):
            asking_(name, caller=OURS, runtime=runtime)
