"""Rate ladders → minutes."""

from decimal import Decimal

import pytest

from estimator import infusion_time
from estimator.model.codes import InfusionRisk, MinutesBasis, Route
from estimator.pricing.hours import infusion_lines
from tests.estimator.orders import AS_OF
from tests.reading import each

STEPS = ((Decimal(1), 30), (Decimal(4), 30), (Decimal(8), None))


def from_label(product, indication, kg, grams, book, risks=(), is_first=False):
    return infusion_time.from_label(
        int(Decimal(grams) * 1000),
        None if kg is None else Decimal(kg),
        product_id=product,
        indication=indication,
        on=AS_OF,
        book=book,
        at_risk=infusion_time.risk_rate(risks, product_id=product, on=AS_OF, book=book),
        is_first=is_first,
    )


@pytest.mark.parametrize("case", each("infusion_time", "ladders"))
def test_a_ladder_is_climbed_until_the_dose_is_in(case, book):
    given = case["given"]

    found = from_label(given["product"], given["indication"], given["kg"], given["grams"], book)

    assert found.low == found.expected == found.high == case["minutes"]
    published = case.get("published", {"minutes": case["minutes"], "tolerance": 0})
    assert abs(found.expected - published["minutes"]) <= published["tolerance"]
    assert found.basis is MinutesBasis.LABEL_RATE_STEPS
    assert found.fact_ids[0].startswith(f"infusion_rate:{given['product']}:{given['indication']}:")


@pytest.mark.parametrize("case", [case for case in each("infusion_time", "ladders") if "codes" in case.values[0]])
def test_a_label_s_minutes_earn_their_codes(case, book):
    lines = infusion_lines(case["minutes"], route=Route.IV, on=AS_OF, book=book)

    assert {book.code_by_role(role).code: units for role, units in lines} == case["codes"]


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes"),
    [
        (30, 30),
        (Decimal("30.001"), 31),  # a minute begun is a minute
        (150, 60),
        (151, 61),  # 0.125 minutes more
        (158, 61),  # exactly one minute at 8
        (1000, 167),  # 60 + 850 / 8 = 166.25
    ],
)
def test_minutes_begun_count(mg_per_kg, minutes):
    assert infusion_time.climb(Decimal(mg_per_kg), STEPS) == minutes


def test_a_ladder_whose_last_step_ends_goes_on_at_its_rate():
    assert infusion_time.climb(Decimal(200), ((Decimal(1), 30), (Decimal(2), 30))) == 30 + 85


def test_a_product_without_steps_takes_the_range_of_the_class_within_its_own_maximum(book):
    # Gamunex-C for CIDP may run at 8 mg/kg a minute at most. The quickest whole ladder on file is Qivigy's: 2, 4 and 6
    # for 15 minutes each are 180 mg/kg in 45 minutes, 820 at 8 take 102.5, so 147.5. The slowest is Octagam 10 %
    # for dermatomyositis: 1 and 2 for 30 minutes each are 90 mg/kg in 60, 910 at 4 take 227.5, so 287.5.
    found = from_label("gamunex-c", "cidp", "70", "70", book)

    assert (found.low, found.high, found.basis) == (148, 288, MinutesBasis.CLASS_DEFAULT)
    assert found.low < found.expected < found.high
    assert any(fact.startswith("infusion_rate:gamunex-c:cidp:") for fact in found.fact_ids)


def test_a_slow_label_slows_the_class_default(book):
    # Gammagard S/D may run at 3.33 at most: even the quickest ladder is then no quicker than 1000 / 3.33 = 300.3.
    found = from_label("gammagard-sd", "pi", "70", "70", book)

    assert (found.basis, found.low > 300) == (MinutesBasis.CLASS_DEFAULT, True)


def test_an_indication_the_label_lacks_takes_the_product_s_slowest_ladder(book):
    # Octagam 10 %: up to 12 for ITP, up to 4 for dermatomyositis. For CIDP the second: 287.5 minutes for 1 g/kg.
    found = from_label("octagam-10", "cidp", "70", "70", book)

    assert (found.expected, found.basis) == (288, MinutesBasis.LABEL_OTHER_USE)
    assert found.fact_ids[0].startswith("infusion_rate:octagam-10:dermatomyositis:")


@pytest.mark.parametrize("case", each("infusion_time", "at_risk"))
def test_a_patient_at_risk_is_infused_more_slowly(case, book):
    given = case["given"]
    risks = tuple(InfusionRisk(risk) for risk in given["risks"])

    found = from_label(given["product"], given["indication"], given["kg"], given["grams"], book, risks)

    assert (found.expected, found.high, found.basis) == (case["minutes"], case["high"], case["basis"])
    # Steps are shown where a label prints them; what stands for the lowest rate practicable is no label's step.
    assert bool(found.steps) == (case["basis"] == "label_rate_at_risk")
    assert any(fact.startswith(f"benefit_rule:infusion_rate_at_risk:{case['rate_of']}:") for fact in found.fact_ids)
    assert (
        found.expected > from_label(given["product"], given["indication"], given["kg"], given["grams"], book).expected
    )


def test_a_very_first_infusion_climbs_its_own_ladder(book):
    # Qivigy, 500 mg/kg. First: 1, 2, 4 and 6 mg/kg a minute for 30 minutes each are 390 mg/kg in 120, and 110 at 8 take
    # 13.75. Later: 2, 4 and 6 for 15 minutes each are 180 mg/kg in 45, and 320 at 8 take 40.
    first = from_label("qivigy", "pi", "70", "35", book, is_first=True)
    later = from_label("qivigy", "pi", "70", "35", book)
    other = from_label("panzyga", "pi", "70", "70", book, is_first=True)

    assert (first.expected, later.expected) == (134, 85)
    assert other == from_label("panzyga", "pi", "70", "70", book)


def test_a_product_without_any_rate_takes_the_class_and_says_so(book):
    found = from_label("yimmugo", "pi", "70", "35", book)

    assert found.basis is MinutesBasis.CLASS_WITHOUT_OWN
    assert not any(":yimmugo:" in fact for fact in found.fact_ids)


def test_without_a_weight_there_are_no_minutes(book):
    assert from_label("panzyga", "pi", None, "40", book) is None


def test_stated_minutes_are_taken_with_their_basis():
    found = infusion_time.stated(200, MinutesBasis.DOCUMENTED)

    assert (found.low, found.expected, found.high, found.basis) == (200, 200, 200, MinutesBasis.DOCUMENTED)
    assert not found.is_range


@pytest.mark.parametrize(
    ("product", "indication", "age", "grams", "minutes"),
    [
        # 160 mL of Hizentra: four sites of 50 mL at 50 mL an hour are 200 mL an hour, 48 minutes.
        ("hizentra", "cidp", None, "32", 48),
        # 51.375 mL: three sites of 25 mL at 25 mL an hour, 41.1 minutes.
        ("hizentra", "pi", None, "10.275", 42),
        # 400 mL of Cuvitru need seven sites, four are allowed: 240 mL an hour, 100 minutes.
        ("cuvitru", "pi", None, "80", 100),
        # 59.09 mL of Cutaquig for an adult: two sites of 40 mL at 52 mL an hour, 34.09 minutes.
        ("cutaquig", "pi", None, "9.75", 35),
        # For a child of 8: three sites of 29 mL at 25 mL an hour, 47.27 minutes.
        ("cutaquig", "pi", 8, "9.75", 48),
        # 210 mL of Xembify: nine sites of 25 mL, six allowed, 35 mL an hour each: 60 minutes.
        ("xembify", "pi", 54, "42", 60),
        ("xembify", "pi", 5, "42", 84),
    ],
)
def test_sites_under_the_skin_take_their_time(product, indication, age, grams, minutes, book):
    found = infusion_time.from_sites(
        int(Decimal(grams) * 1000),
        product=book.products[product],
        indication=indication,
        age_years=age,
        on=AS_OF,
        book=book,
    )

    assert found.expected == minutes
    assert found.basis is MinutesBasis.LABEL_SITE_LIMITS


@pytest.mark.parametrize(
    ("kg", "minutes"),
    [
        # 140 mL: five sites of 30 mL at 30 mL an hour are 150 mL an hour, 56 minutes.
        (None, 56),
        ("40", 56),
        # Seven sites of 20 mL at 20 mL an hour are 140 mL an hour.
        ("39.9", 60),
    ],
)
def test_sites_under_the_skin_go_by_weight_where_the_label_does(kg, minutes, book):
    found = infusion_time.from_sites(
        14_000,
        product=book.products["gammagard-liquid"],
        indication="pi",
        age_years=None,
        on=AS_OF,
        book=book,
        weight_kg=None if kg is None else Decimal(kg),
    )

    assert found.expected == minutes


def test_all_sites_together_have_a_rate_of_their_own(book):
    # 600 mL would need twenty sites, eight are allowed: 240 mL an hour, 150 minutes.
    found = infusion_time.from_sites(
        60_000, product=book.products["gammagard-liquid"], indication="pi", age_years=None, on=AS_OF, book=book
    )

    assert found.expected == 150


@pytest.mark.parametrize("product", ["gamunex-c", "hyqvia", "privigen"])
def test_without_a_rate_and_a_volume_of_one_site_there_is_no_time(product, book):
    assert (
        infusion_time.from_sites(
            10_000, product=book.products[product], indication="pi", age_years=None, on=AS_OF, book=book
        )
        is None
    )


def test_an_unknown_weight_keeps_the_slower_first_steps(book):
    # 30 g of Qivigy at the middle weight, 70 to 90 kg on file: first steps of 30 minutes each instead of 15.
    first, later = (
        infusion_time.over_weights(30_000, product_id="qivigy", indication="pi", on=AS_OF, book=book, is_first=is_first)
        for is_first in (True, False)
    )

    assert first.low > later.low
    assert first.expected > later.expected
