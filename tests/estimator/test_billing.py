"""One course → the claim an office would send, by the cases of ``billing.yaml``."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from estimator import billing
from estimator.errors import InvalidRequest
from estimator.model.codes import Benefit, Category, DrugLines, Payer, Phase, Route, Site, VialPolicy
from estimator.model.money import milli_percent
from estimator.model.order import (
    CustomProduct,
    DoseRounding,
    DrugSupply,
    GivenVial,
    Loading,
    Patient,
    Premedication,
    PriceOverrides,
)
from tests.estimator.orders import cents, dollars, dose, every, order
from tests.estimator.reference.facts import fact
from tests.reading import each

START = date(2026, 2, 10)


def bill(given, book):
    """Bill the order of a case; Medicare in an office in the first quarter of 2026 unless it says otherwise."""
    custom = given.get("custom")
    route = given.get("route")
    request = order(
        payer=Payer(given.get("payer", "medicare")),
        diagnosis=given.get("diagnosis"),
        indication=given.get("indication"),
        interval=every(given["interval"]) if "interval" in given else None,
        dispense_days=given.get("dispense"),
        nurse_visits=given["nurse"] == "each" if "nurse" in given else None,
        premedication=tuple(Premedication(code, units) for code, units in given.get("premedication", {}).items()),
        product=given.get("product"),
        custom_product=custom
        and CustomProduct(
            custom["hcpcs"], Decimal(custom["unit"]), tuple(custom["packages"]), custom.get("single_dose", True)
        ),
        dose=dose(given["dose"]),
        days_per_course=given.get("days", 1),
        route=None if route is None else Route(route),
        start_on=given.get("day", START),
        infusion_minutes=given.get("minutes"),
        site_of_care=Site(given.get("site", "physician_office")),
        price=PriceOverrides(
            drug_allowed_per_unit=Decimal(given["price"]) if "price" in given else None,
            administration_allowed_per_visit=cents(given.get("visit")),
            facility_allowed_per_visit=cents(given.get("facility")),
        ),
        who=Patient(residence_state=given.get("state")),
        pump_setups=given.get("pumps", 1),
        is_first_infusion=given.get("first", False),
    )
    supply = DrugSupply(given.get("supply", "buy_and_bill"))
    benefit = Benefit(given["benefit"]) if "benefit" in given else None
    lines = DrugLines(given["drug_lines"]) if "drug_lines" in given else None
    request = replace(
        request,
        coverage=replace(request.coverage, drug_supply=supply, drug_benefit=benefit, drug_lines=lines),
    )
    return billing.bill(request, book=book)


@pytest.mark.parametrize("case", each("billing", "claims"))
def test_an_order_becomes_its_claim_lines(case, book):
    whole = bill(case["order"], book)
    found = whole.days[0]

    assert set(case.get("assumptions", ())) <= {item.code for item in whole.assumptions}
    assert [[line.code, list(line.modifiers), line.units] for line in found.lines] == [row[:3] for row in case["lines"]]
    for line, (_, _, _, amount) in zip(found.lines, case["lines"], strict=True):
        assert amount is None or (dollars(line.allowed) or "none") == amount
    if "vials" in case:
        assert {vial.mg: vial.packages for vial in found.fill.vials} == case["vials"]
    if "benefits" in case:
        assert [line.benefit.value for line in found.lines] == case["benefits"]
    if "categories" in case:
        assert [line.category for line in found.lines] == case["categories"]
    if "revenue_codes" in case:
        assert [line.revenue_code for line in found.lines] == case["revenue_codes"]


@pytest.mark.parametrize("case", each("billing", "claims"))
def test_units_never_exceed_what_was_opened(case, book):
    found = bill(case["order"], book)
    drug = [line for line in found.days[0].lines if line.category.value == "drug"]
    opened = sum(vial.mg * vial.packages for vial in found.days[0].fill.vials)
    custom = case["order"].get("custom")
    unit = Decimal(custom["unit"]) if custom else book.billing_code(drug[0].code, START).mg_per_unit

    # What is shipped for several infusions is more than one day opens.
    shipped = sum(supply.infusions for supply in found.supplies) or 1
    assert sum(line.units for line in drug) * unit <= opened * shipped


@pytest.mark.parametrize("case", each("billing", "rates"))
def test_the_ladder_on_file_is_the_published_rate_chart(case, book):
    ladder = book.ladders["panzyga", "pi"]
    mg_per_ml = book.products["panzyga"].concentration_percent * 10

    assert [rate * case["kg"] * 60 / mg_per_ml for rate, _ in ladder.steps] == case["ml_per_hour"]


@pytest.mark.parametrize("site", list(Site))
def test_the_services_of_the_home_benefit_are_billed_in_its_places_alone(site, book):
    # Published: not payable in place 11 (Noridian JD DME, https://med.noridianmedicare.com/web/jddme/dmepos/ivig).
    allowed = {"04", "12", "13", "14", "32", "33", "54", "55", "56"}
    found = bill({"product": "gamunex-c", "dose": "30 g", "minutes": 240, "diagnosis": "D83.1", "site": site}, book)

    codes = {line.code for line in found.days[0].lines}
    assert set(book.word("benefit_rule", "home_ivig:billing", START).value["places"]) == allowed
    assert ("Q2052" in codes) == (found.place_of_service in allowed)


def test_gammagard_s_d_is_not_j1599(book):
    assert book.products["gammagard-sd"].hcpcs == "J1566"


def test_the_usual_year_is_nothing_like_2_to_5_grams_per_kilogram_48_times(book):
    doses = [dose for records in book.labels.values() for _, label in records for dose in label.doses]
    highest = {dose.mg_per_kg_max for dose in doses if dose.mg_per_kg_max is not None}

    # 2.4 g/kg a month for MMN, and three doses of 1 g/kg of Gammagard S/D for ITP, are the highest of all labels.
    assert sorted(highest)[-2:] == [2400, 3000]
    assert book.regimens["cidp"].typical == 1000
    assert book.regimens["cidp"].interval_days == (21,)


def test_the_packages_are_named_by_their_ndc(book):
    found = bill({"product": "gamunex-c", "dose": "70 g", "minutes": 180}, book).days[0]

    assert [(vial.ndc, vial.mg) for vial in found.fill.vials] == [
        ("13533-0800-40", 40_000),
        ("13533-0800-24", 20_000),
        ("13533-0800-71", 10_000),
    ]
    assert found.lines[0].ndc is None  # no single one
    assert [(each.mg, each.packages, each.drawn_mg) for each in found.lines[0].packages] == [
        (40_000, 1, 40_000),
        (20_000, 1, 20_000),
        (10_000, 1, 10_000),
    ]


def test_the_discarded_part_names_the_packages_it_is_left_in(book):
    found = bill({"product": "privigen", "dose": "41 g", "minutes": 180}, book).days[0]

    # Sizes are 5, 10, 20 and 40 g: 45 g are opened, and 4 g stay in the smallest package that can hold them.
    given, wasted = (line for line in found.lines if line.category is Category.DRUG)
    assert [(vial.mg, vial.packages, vial.drawn_mg) for vial in given.packages] == [
        (40_000, 1, 40_000),
        (5_000, 1, 1_000),
    ]
    # The 5 g package was given in part, and so it stands on both lines.
    assert [(vial.mg, vial.packages, vial.drawn_mg, vial.is_shared) for vial in wasted.packages] == [
        (5_000, 1, 4_000, True)
    ]
    assert wasted.ndc == wasted.packages[0].ndc


def test_a_package_discarded_whole_is_on_the_line_of_the_waste_alone(book):
    request = order(
        payer=Payer.MEDICARE,
        product="gamunex-c",
        dose=dose("40 g"),
        start_on=START,
        vial_policy=VialPolicy.GIVEN,
        vials=(GivenVial(40_000, 1), GivenVial(20_000, 1)),
        infusion_minutes=60,
    )

    found = billing.bill(request, book=book).days[0]

    given, wasted = (line for line in found.lines if line.category is Category.DRUG)
    assert [(vial.mg, vial.drawn_mg) for vial in given.packages] == [(40_000, 40_000)]
    assert [(vial.mg, vial.drawn_mg, vial.is_shared) for vial in wasted.packages] == [(20_000, 20_000, False)]


@pytest.mark.parametrize("case", each("billing", "rounding"))
def test_a_day_s_dose_is_rounded_to_whole_packages(case, book):
    percent = case.get("max_percent")
    request = order(
        payer=Payer.MEDICARE,
        product=case["product"],
        dose=dose(case["dose"]),
        days_per_course=case.get("days", 1),
        start_on=START,
        infusion_minutes=60,
        dose_rounding=DoseRounding(case["rounding"]),
        dose_cap_mg=case["cap"] * 1000 if "cap" in case else None,
        dose_rounding_max_percent=None if percent is None else milli_percent(Decimal(percent)),
    )

    found = billing.bill(request, book=book)

    assert [day.fill.dose_mg for day in found.days] == case["mg_per_day"]
    assert {day.rounded.kept_because for day in found.days} == {case.get("kept_because")}
    assert sum(day.fill.discarded_mg for day in found.days) == case["discarded_mg"]


def test_the_codes_of_chemotherapy_are_billed_only_where_a_policy_says_so(book):
    rule = fact(
        {"family": "chemotherapy"},
        kind="benefit_rule",
        key="infusion_codes:policy:bcbsnd.ig",
        first="2026-01-01",
        last=None,
    )
    other = replace(book, words={**book.words, ("benefit_rule", rule.key): (rule,)}, memory={})
    request = order(
        payer=Payer.COMMERCIAL, product="gamunex-c", dose=dose("70 g"), start_on=START, infusion_minutes=180
    )
    named = replace(request, coverage=replace(request.coverage, policies=("bcbsnd.ig",)))

    def codes(given, facts):
        return [(line.code, line.units) for line in billing.bill(given, book=facts).days[0].lines[1:]]

    assert codes(named, other) == [("96413", 1), ("96415", 2)]
    assert codes(request, other) == codes(named, book) == [("96365", 1), ("96366", 2)]
    # No policy on file says so.
    assert not [key for kind, key in book.words if kind == "benefit_rule" and key.startswith("infusion_codes:")]


def test_in_an_office_no_line_has_a_revenue_code(book):
    found = bill({"product": "gamunex-c", "dose": "70 g", "minutes": 180}, book).days[0]

    assert {line.revenue_code for line in found.lines} == {None}


def test_every_day_of_a_course_is_billed(book):
    found = bill({"product": "gamunex-c", "dose": "70 g", "days": 2, "minutes": 60}, book)

    # 35 g a day: 20 + 10 + 5 g, 70 units.
    assert [(day.day, day.fill.dose_mg, day.lines[0].units) for day in found.days] == [(1, 35_000, 70), (2, 35_000, 70)]
    # The second day is a visit of its own: its first hour is a first hour again.
    assert [day.lines[1].code for day in found.days] == ["96365", "96365"]


def test_each_day_of_a_course_has_the_price_of_its_own_quarter(book):
    request = order(
        payer=Payer.MEDICARE,
        product="gamunex-c",
        dose=dose("70 g"),
        days_per_course=2,
        start_on=date(2026, 3, 31),
        infusion_minutes=60,
    )

    first, second = billing.bill(request, book=book).days

    # 70 units a day, at the limits of the first and of the second quarter: 49.076 and 49.726.
    assert [dollars(day.lines[0].allowed) for day in (first, second)] == ["3435.32", "3480.82"]


def test_the_loading_phase_is_billed_when_it_is_asked_for(book):
    request = order(
        payer=Payer.MEDICARE,
        product="gamunex-c",
        diagnosis="G61.81",
        dose=dose("1 g/kg"),
        interval=every("21 day"),
        loading=Loading(dose("2 g/kg"), 2, 21),
        phase=Phase.LOADING,
        start_on=START,
    )

    found = billing.bill(request, book=book)

    assert [day.fill.dose_mg for day in found.days] == [70_000, 70_000]


def test_a_loading_phase_without_a_loading_dose_is_refused(book):
    request = order(
        product="gamunex-c", dose=dose("40 g"), phase=Phase.LOADING, start_on=START, interval=every("21 day")
    )

    with pytest.raises(InvalidRequest) as refused:
        billing.bill(request, book=book)

    assert [(item.pointer, item.code) for item in refused.value.problems] == [("/therapy/loading", "required")]


def test_a_course_alone_needs_no_interval_and_supposes_none(book):
    found = bill({"product": "gamunex-c", "dose": "70 g", "minutes": 60}, book)

    assert not {item.code for item in found.assumptions} & {"single_course", "interval_usual", "site_default"}


def test_a_claim_without_a_payer_is_priced_as_medicare_s_and_says_so(book):
    request = order(payer=Payer.UNKNOWN, product="gamunex-c", dose=dose("70 g"), start_on=START, infusion_minutes=180)

    found = billing.bill(request, book=book)

    assert dollars(found.days[0].lines[0].allowed) == "6870.64"
    assert {"priced_by_medicare", "site_taken"} <= {item.code for item in found.assumptions}


def test_a_code_of_several_products_takes_one_and_says_so(book):
    request = order(hcpcs="J1561", dose=dose("70 g"), start_on=START, payer=Payer.MEDICARE, infusion_minutes=180)

    found = billing.bill(request, book=book)

    said = next(item for item in found.assumptions if item.code == "code_covers_products")
    assert dict(said.params)["products"] == "Gamunex-C, Gammaked"
    assert dict(said.params)["chosen"] == found.product.brand


def test_given_packages_are_billed_as_opened(book):
    request = order(
        payer=Payer.MEDICARE,
        product="gamunex-c",
        dose=dose("70 g"),
        start_on=START,
        vial_policy=VialPolicy.GIVEN,
        vials=(GivenVial(40_000, 2),),
        infusion_minutes=60,
    )

    found = billing.bill(request, book=book).days[0]

    # 80 g opened: 140 units given, 20 discarded.
    assert [(line.modifiers, line.units) for line in found.lines[:2]] == [(("JA",), 140), (("JA", "JW"), 20)]


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ({"product": "gamunex-c", "dose": "70 g", "minutes": 60}, {"JW_JZ"}),
        ({"product": "gamunex-c", "dose": "70 g", "minutes": 60, "payer": "commercial", "price": "60"}, {"JW_JZ"}),
        ({"product": "gamunex-c", "dose": "70 g", "minutes": 60, "payer": "commercial"}, {"JW_JZ"}),
        (
            {"custom": {"hcpcs": "J1745", "unit": "10", "packages": [100]}, "dose": "350 mg"},
            {"JW_JZ", "NOT_IMMUNE_GLOBULIN", "NO_PUBLISHED_PRICE"},
        ),
        (
            {
                "custom": {"hcpcs": "J1745", "unit": "10", "packages": [100]},
                "dose": "350 mg",
                "payer": "commercial",
                "price": "60",
            },
            {"JW_JZ", "NDC_NEEDED", "NOT_IMMUNE_GLOBULIN"},
        ),
        (
            {"custom": {"hcpcs": "J1745", "unit": "10", "packages": [100], "single_dose": False}, "dose": "350 mg"},
            {"NOT_IMMUNE_GLOBULIN", "NO_PUBLISHED_PRICE"},
        ),
    ],
)
def test_a_claim_raises_its_own_flags(given, flags, book):
    found = bill(given, book)

    assert {flag.code for flag in found.flags} == flags
