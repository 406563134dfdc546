"""Home infusion, supplies, authorizations and what a claim reports of packages, as they stand in documents."""

from decimal import Decimal

import pytest

from tests.services import asking

HOME = {"product": "hizentra", "diagnosis": "D80.1", "route": "sc", "infusion_minutes": None, "days_per_course": 1}
WEEKLY = HOME | {"dose": {"amount": "10", "unit": "g"}, "interval": {"value": 1, "unit": "week"}, "courses": 8}
PRICE = {"drug_allowed_per_unit": "15"}


def test_what_is_shipped_for_four_weeks_is_owed_at_once(runtime):
    whole = asking.estimate(
        runtime, therapy=WEEKLY | {"dispense": {"days_supply": 28}}, price=PRICE, site_of_care="home"
    )

    # Eight weekly infusions of 10 g: two supplies of 40 g, 400 units at 15.00 are 6,000.00.
    assert [day["allowed_amount"]["expected"] for day in whole["infusions"]] == [
        "6000.00",
        *["0.00"] * 3,
        "6000.00",
        *["0.00"] * 3,
    ]
    assert [(each["service_on"], each["grams"], each["units"]) for each in whole["dispenses"]] == [
        ("2026-12-01", "40", 400),
        ("2026-12-29", "40", 400),
    ]
    # 1,500 of deductible and 20 % of 4,500 = 2,400; then 20 % of 6,000 = 1,200.
    assert [each["patient_cost"]["expected"] for each in whole["dispenses"]] == ["2400.00", "1200.00"]
    assert whole["summary"]["patient_cost"]["expected"] == "3600.00"
    assert "supply_dispensed" in {item["code"] for item in whole["assumptions"]}


def test_a_supply_never_lasts_longer_than_its_days_and_is_shipped_whole(runtime):
    therapy = WEEKLY | {"dose": {"amount": "12", "unit": "g"}, "courses": None, "dispense": {"days_supply": 30}}

    whole = asking.estimate(runtime, therapy=therapy, price=PRICE, site_of_care="home")

    # Four weekly infusions last 28 days, five would last 35: 480 units every 28 days. December 1 and 13 times 28 days
    # on is November 30, 2027, the window's last day: its supply is for December, and is billed whole all the same.
    assert {each["units"] for each in whole["dispenses"]} == {480}
    assert [each["service_on"] for each in whole["dispenses"][:2]] == ["2026-12-01", "2026-12-29"]
    assert (len(whole["dispenses"]), whole["dispenses"][-1]["service_on"]) == (14, "2027-11-30")
    assert len(whole["infusions"]) == 53


def test_the_smaller_first_doses_are_shipped_together(runtime):
    therapy = HOME | {
        "product": "hyqvia",
        "indication": "pi",
        "dose": {"amount": "30", "unit": "g"},
        "ramp_up": True,
        "interval": {"value": 28, "unit": "day"},
        "dispense": {"days_supply": 28},
        "courses": 2,
    }

    whole = asking.estimate(runtime, therapy=therapy, price=PRICE, site_of_care="home")
    claim = asking.claim(runtime, therapy=therapy, price=PRICE, site_of_care="home")

    # 7.5, 15 and 22.5 g on days 1, 8 and 22 are shipped on the first, 450 units; 30 g on day 43, for 28 days.
    first = [("2026-12-01", "45", 450), ("2027-01-12", "30", 300)]
    assert [(each["service_on"], each["grams"], each["units"]) for each in claim["dispenses"]] == first
    assert [(each["service_on"], each["grams"], each["units"]) for each in whole["dispenses"][:2]] == first
    billed = [[line["units"] for line in phase["days"][0]["lines"]] for phase in claim["phases"]]
    assert billed == [[450], [], [], [300]]
    assert [line["units"] for line in claim["days"][0]["lines"]] == [300]


def test_without_a_supply_each_infusion_is_its_own(runtime):
    whole = asking.estimate(runtime, therapy=WEEKLY, price=PRICE, site_of_care="home")

    assert [day["allowed_amount"]["expected"] for day in whole["infusions"]] == ["1500.00"] * 8
    assert whole["dispenses"] == []


def test_a_claim_of_a_supply_names_it(runtime):
    document = asking.claim(
        runtime, therapy=WEEKLY | {"dispense": {"days_supply": 28}}, price=PRICE, site_of_care="home"
    )

    assert [(line["code"], line["units"]) for line in document["days"][0]["lines"]] == [("J1559", 400)]
    assert document["dispenses"] == [
        {
            "service_on": "2026-12-01",
            "days_supply": 28,
            "infusions": 4,
            "grams": "40",
            "vials": [{"ndc": "44206-0455-10", "grams": "10", "count": 4}],
            "units": 400,
        }
    ]
    assert document["place_of_service"] == "12"


def test_an_authorization_is_counted_down(runtime):
    authorization = {
        "status": "approved",
        "first_day": "2026-12-01",
        "last_day": "2027-01-15",
        "code": "J1569",
        "units": 400,
        "visits": 2,
    }
    therapy = {"interval": {"value": 21, "unit": "day"}, "courses": 4}

    whole = asking.estimate(runtime, therapy=therapy, coverage=asking.EMPLOYER | {"authorization": authorization})

    # 140 units on 1 and 22 December, 12 January and 2 February; the last lies past the authorization.
    counted = {name: whole["authorization"][name] for name in ("units", "visits", "exceeded_on", "days_outside")}
    assert counted == {
        "units": {"authorized": 400, "planned": 420, "discarded": 0, "left": -20},
        "visits": {"authorized": 2, "planned": 3, "left": -1},
        "exceeded_on": "2027-01-12",
        "days_outside": 1,
    }
    flags = {flag["code"] for flag in whole["coverage_check"]["flags"]}
    assert {"PA_UNITS_EXCEEDED", "PA_VISITS_EXCEEDED", "PA_DAYS_OUTSIDE", "PA_OTHER_CODE"} <= flags


def test_discarded_units_are_named_where_they_go_beyond_an_authorization(runtime):
    therapy = {"product": "privigen", "dose": {"amount": "33", "unit": "g"}, "interval": {"value": 28, "unit": "day"}}
    authorization = {"status": "approved", "code": "J1459", "units": 396}

    whole = asking.estimate(
        runtime, therapy=therapy | {"courses": 6}, coverage=asking.EMPLOYER | {"authorization": authorization}
    )

    # Six doses of 66 units are 396; 35 g are opened each time, and 2 g, four units, are discarded.
    assert whole["authorization"]["units"] == {"authorized": 396, "planned": 420, "discarded": 24, "left": -24}
    (flag,) = [each for each in whole["coverage_check"]["flags"] if each["code"] == "PA_UNITS_EXCEEDED"]
    assert flag["message"].startswith("The planned days come to 420 units, 24 of them discarded")


def test_an_authorization_that_suffices_raises_nothing(runtime):
    authorization = {"status": "approved", "code": "J1561", "units": 140, "visits": 1, "last_day": "2026-12-01"}

    whole = asking.estimate(runtime, coverage=asking.EMPLOYER | {"authorization": authorization})

    assert whole["authorization"]["units"] == {"authorized": 140, "planned": 140, "discarded": 0, "left": 0}
    assert whole["authorization"]["exceeded_on"] is None
    assert not {flag["code"] for flag in whole["coverage_check"]["flags"]} & {
        "PA_UNITS_EXCEEDED",
        "PA_VISITS_EXCEEDED",
        "PA_DAYS_OUTSIDE",
        "PA_OTHER_CODE",
    }


def test_a_claim_reports_packages_with_qualifier_unit_and_quantity(runtime):
    liquid = asking.claim(runtime, therapy={"product": "privigen", "dose": {"amount": "41", "unit": "g"}})
    powder = asking.claim(runtime, therapy={"product": "gammagard-sd", "dose": {"amount": "10", "unit": "g"}})

    given, wasted = (line for line in liquid["days"][0]["lines"] if line["category"] == "drug")
    # 41 g of a 10 % solution: 400 mL of one package and 10 of another, of which 40 mL are discarded.
    assert [item["text"] for item in given["claim_ndc"]] == ["N444206043940 ML400", "N444206043605 ML10"]
    assert [item["text"] for item in wasted["claim_ndc"]] == ["N444206043605 ML40"]
    assert powder["days"][0]["lines"][0]["claim_ndc"][0]["unit_of_measure"] == "UN"


def test_what_a_line_reports_of_packages_is_what_its_units_stand_for(runtime):
    small = asking.claim(runtime, therapy={"product": "privigen", "dose": {"amount": "44.58", "unit": "g"}})
    large = asking.claim(runtime, therapy={"product": "privigen", "dose": {"amount": "56.699", "unit": "g"}})

    # 44.58 g begin the ninetieth unit of 500 mg: 90 units with JZ are the whole 45 g, 400 and 50 mL.
    (whole,) = (line for line in small["days"][0]["lines"] if line["category"] == "drug")
    assert (whole["units"], [item["quantity"] for item in whole["claim_ndc"]]) == (90, ["400", "50"])
    # 56.699 g begin the 114th unit, 57 g; of the 60 g opened 3 g, six units, are discarded.
    given, wasted = (line for line in large["days"][0]["lines"] if line["category"] == "drug")
    assert (given["units"], sum(Decimal(item["quantity"]) for item in given["claim_ndc"])) == (114, 570)
    assert (wasted["units"], sum(Decimal(item["quantity"]) for item in wasted["claim_ndc"])) == (6, 30)


@pytest.mark.parametrize(
    ("price", "is_flagged"),
    [("30.00", False), ("29.99", True), ("700.00", False), ("700.01", True)],  # 60 to 1,400 dollars a gram of 2 units
)
def test_a_price_that_nobody_pays_for_a_gram_is_flagged(price, is_flagged, runtime):
    document = asking.claim(runtime, price={"drug_allowed_per_unit": price})

    assert ("PRICE_PER_GRAM_UNUSUAL" in {flag["code"] for flag in document["flags"]}) == is_flagged


def test_a_second_first_code_of_a_visit_is_flagged(runtime):
    first = asking.claim(runtime, therapy={"premedication": [{"code": "96374"}]})
    further = asking.claim(runtime, therapy={"premedication": [{"code": "96375", "units": 2}]})

    assert "SECOND_INITIAL_CODE" in {flag["code"] for flag in first["flags"]}
    assert "SECOND_INITIAL_CODE" not in {flag["code"] for flag in further["flags"]}


def test_a_price_known_only_as_a_range_is_no_single_figure_on_a_claim(runtime):
    document = asking.claim(
        runtime, price={"drug_allowed_per_unit": "60"}, site_of_care="home", therapy={"infusion_minutes": 240}
    )

    lines = {line["code"]: line for line in document["days"][0]["lines"]}
    assert lines["S9338"]["allowed_amount"] is None
    assert lines["S9338"]["allowed_range"] == {"low": "75.00", "expected": None, "high": "200.00"}
    # Two further hours at 40 to 80 dollars.
    assert lines["99602"]["allowed_range"] == {"low": "80.00", "expected": None, "high": "160.00"}
    assert lines["J1561"]["allowed_amount"] == "8400.00"


def test_medicare_s_home_infusion_is_paid_once_a_day(runtime):
    document = asking.claim(
        runtime,
        therapy={"diagnosis": "D83.1", "start_on": "2024-05-01", "infusion_minutes": 240},
        site_of_care="home",
        price=None,
        coverage={"payer": "medicare"},
    )

    line = next(line for line in document["days"][0]["lines"] if line["code"] == "Q2052")
    assert (line["units"], line["paid_units"], line["allowed_amount"]) == (16, 1, "420.48")
    assert document["place_of_service"] == "12"


def test_in_an_office_there_is_no_home_infusion(runtime):
    document = asking.claim(
        runtime, therapy={"diagnosis": "D83.1"}, site_of_care="physician_office", coverage={"payer": "medicare"}
    )

    assert "Q2052" not in {line["code"] for line in document["days"][0]["lines"]}
    assert document["place_of_service"] == "11"


def test_where_no_benefit_pays_nursing_at_home_it_is_said(runtime):
    document = asking.claim(
        runtime, site_of_care="home", price={"drug_allowed_per_unit": "60"}, coverage={"payer": "medicare"}
    )

    assert {line["benefit"] for line in document["days"][0]["lines"]} == {"part_d"}
    assert "home_nursing_outside_benefits" in {item["code"] for item in document["assumptions"]}


def test_other_ways_to_open_packages_are_shown_with_what_they_waste(runtime):
    document = asking.claim(
        runtime,
        therapy={
            "product": "gamunex-c",
            "dose": {"amount": "28", "unit": "g"},
            "package_prices": {"13533-0800-24": "1700.00", "13533-0800-71": "900.00"},
        },
        price={"drug_allowed_per_unit": "50"},
    )

    least, fewest, cheapest = document["days"][0]["alternatives"]
    # 20 + 5 + 1 + 1 + 1 g waste nothing; one of 40 g wastes 12 g, 24 units at 50.00; 20 + 10 g are the cheapest priced.
    assert (least["policies"], least["chosen"], least["packages"]) == (["least_waste"], True, 5)
    assert (least["discarded_mg"], least["discarded_amount"], least["acquisition_cost"]) == (0, "0.00", None)
    assert (fewest["policies"], fewest["packages"], fewest["discarded_units"]) == (["fewest_vials"], 1, 24)
    assert (fewest["discarded_amount"], fewest["chosen"]) == ("1200.00", False)
    assert [vial["grams"] for vial in cheapest["vials"]] == ["20", "10"]
    assert (cheapest["acquisition_cost"], cheapest["discarded_amount"]) == ("2600.00", "200.00")


@pytest.mark.parametrize(
    ("vials", "units"),
    [
        ([{"grams": "40", "count": 1}], "24"),  # 12 g more than needed
        ([{"grams": "20", "count": 1}, {"grams": "5", "count": 1}, {"grams": "1", "count": 3}], None),
    ],
)
def test_waste_that_could_have_been_avoided_is_flagged(vials, units, runtime):
    document = asking.claim(
        runtime,
        therapy={"dose": {"amount": "28", "unit": "g"}, "vial_policy": "given", "vials": vials},
        coverage={"payer": "medicare"},
    )

    flags = {flag["code"]: flag for flag in document["flags"]}
    assert ("WASTE_AVOIDABLE" in flags) == (units is not None)
    assert units is None or f"{units} units less" in flags["WASTE_AVOIDABLE"]["message"]


def test_a_claim_says_what_the_label_does_not_have_by_its_route(runtime):
    under_the_skin = {"route": "sc", "indication": "cidp", "infusion_minutes": 60}

    skin = asking.claim(runtime, therapy=under_the_skin)
    vein = asking.claim(runtime, therapy=under_the_skin | {"route": "iv"})

    # Gamunex-C is labeled for CIDP by vein; under the skin for primary immunodeficiency alone.
    assert "OFF_LABEL_PRODUCT" in {flag["code"] for flag in skin["flags"]}
    assert "OFF_LABEL_PRODUCT" not in {flag["code"] for flag in vein["flags"]}
