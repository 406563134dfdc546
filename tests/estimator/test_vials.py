"""Milligrams → packages, waste and units: the table's choice against choices made in other ways."""

from decimal import Decimal
from itertools import product
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import vials
from estimator.errors import InvalidRequest
from estimator.model.claims import OpenedVial
from estimator.model.codes import VialPolicy
from estimator.model.order import DoseRounding, GivenVial
from estimator.vials import Size
from tests.estimator.orders import AS_OF

LEAST_WASTE, FEWEST, CHEAPEST = VialPolicy.LEAST_WASTE, VialPolicy.FEWEST_VIALS, VialPolicy.LOWEST_ACQUISITION_COST


def sizes(*mg, prices=None):
    return tuple(Size(each, f"ndc-{each}", None if prices is None else prices.get(each)) for each in mg)


def chosen(dose_mg, own, policy=LEAST_WASTE, **more):
    return {
        vial.mg: vial.packages
        for vial in vials.choose(dose_mg, sizes=sizes(*own, prices=more.get("prices")), policy=policy)
    }


def weigh(counts):
    """Give the milligrams and the number of opened packages."""
    return sum(mg * count for mg, count in counts.items()), sum(counts.values())


def every_choice(dose_mg, own):
    """List every set of packages that holds the dose and none of whose packages could be left closed."""
    most = [-(-dose_mg // mg) for mg in own]
    for counts in product(*(range(limit + 1) for limit in most)):
        found = dict(zip(own, counts, strict=True))
        if sum(mg * count for mg, count in found.items()) >= dose_mg:
            yield found


def fewest_packages(own, top):
    """Give for each sum up to ``top`` how few packages make it, by widening a set of sums one package at a time."""
    fewest, new, seen, count = {}, 1, 0, 0
    inside = (1 << (top + 1)) - 1
    while new:
        fewest.update(dict.fromkeys(bits(new), count))
        seen |= new
        wider = 0
        for mg in own:
            wider |= new << mg
        new = wider & inside & ~seen
        count += 1
    return fewest


def bits(number):
    """List the places of the ones of a binary number."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


small_sizes = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True)


@settings(max_examples=150, derandomize=True)
@given(own=small_sizes, dose=st.integers(1, 30))
def test_no_choice_wastes_less_and_none_that_wastes_as_little_opens_fewer(own, dose):
    scale = 500
    best = min((weigh(choice) for choice in every_choice(dose, own)), key=lambda found: (found[0], found[1]))

    found = chosen(dose * scale, [mg * scale for mg in own])

    assert weigh(found) == (best[0] * scale, best[1])


@settings(max_examples=150, derandomize=True)
@given(own=small_sizes, dose=st.integers(1, 30))
def test_no_choice_opens_fewer_and_none_that_opens_as_few_wastes_less(own, dose):
    scale = 500
    best = min((weigh(choice) for choice in every_choice(dose, own)), key=lambda found: (found[1], found[0]))

    found = chosen(dose * scale, [mg * scale for mg in own], FEWEST)

    assert weigh(found) == (best[0] * scale, best[1])


@settings(max_examples=80, derandomize=True)
@given(own=st.lists(st.integers(2, 9), min_size=1, max_size=3, unique=True), dose=st.integers(1, 20), data=st.data())
def test_no_choice_is_cheaper_and_none_as_cheap_wastes_less(own, dose, data):
    prices = {mg: data.draw(st.integers(1, 40)) for mg in own}

    def worth(choice):
        return sum(prices[mg] * count for mg, count in choice.items()), weigh(choice)[0]

    best = min(worth(choice) for choice in every_choice(dose, own))

    found = chosen(dose, own, CHEAPEST, prices=prices)

    assert worth(found) == best


PRODUCTS = [
    "alyglo",
    "asceniv",
    "bivigam",
    "cutaquig",
    "cuvitru",
    "gammagard-liquid",
    "gammagard-liquid-erc",
    "gammagard-sd",
    "gammaked",
    "gammaplex-5",
    "gammaplex-10",
    "gamunex-c",
    "hizentra",
    "hyqvia",
    "octagam-5",
    "octagam-10",
    "panzyga",
    "privigen",
    "qivigy",
    "xembify",
    "yimmugo",
]


@pytest.mark.parametrize("product_id", PRODUCTS)
def test_every_product_is_opened_as_well_as_can_be_up_to_300_grams(product_id, book):
    own = [package.mg for package in book.offered_packages(product_id, AS_OF)]
    step = gcd(*own)
    top = 300_000 // step + max(own) // step
    fewest = fewest_packages([mg // step for mg in own], top)
    sums = sorted(fewest)

    for dose in range(500, 300_001, 500):
        needed = -(-dose // step)
        least = next(total for total in sums if total >= needed)
        few = min(((fewest[total], total) for total in sums if total >= needed), default=None)

        assert weigh(chosen(dose, own)) == (least * step, fewest[least]), dose
        assert weigh(chosen(dose, own, FEWEST)) == (few[1] * step, few[0]), dose


def test_the_list_of_products_is_whole(book):
    with_packages = {product.id for product in book.products.values() if book.offered_packages(product.id, AS_OF)}

    assert set(PRODUCTS) == with_packages


@pytest.mark.parametrize(
    ("grams", "own", "expected"),
    [
        # 70 = 40 + 20 + 10, three packages and no waste.
        (70, (40, 20, 10, 5), {40: 1, 20: 1, 10: 1}),
        # 60 = 30 + 30. The largest first would open 40 and another, 70.
        (60, (40, 30), {30: 2}),
        # 33: nothing but fives fit, so 35 is the least that can be opened: 20 + 10 + 5.
        (33, (20, 10, 5), {20: 1, 10: 1, 5: 1}),
        # Asceniv comes in 5 g only: 33 g take seven.
        (33, (5,), {5: 7}),
        # One package to the milligram.
        (40, (40, 20), {40: 1}),
    ],
)
def test_least_waste_then_fewest(grams, own, expected):
    assert chosen(grams * 1000, [size * 1000 for size in own]) == {mg * 1000: count for mg, count in expected.items()}


def test_a_milligram_over_a_package_opens_the_next():
    # 40,001 mg of sizes 40 g and 5 g: 45 g is the least above.
    assert chosen(40_001, (40_000, 5_000)) == {40_000: 1, 5_000: 1}
    assert chosen(40_000, (40_000, 5_000)) == {40_000: 1}
    assert chosen(1, (40_000, 5_000)) == {5_000: 1}


def test_fewest_vials_takes_waste_to_open_one_less():
    # 33 g of 20, 10 and 5 g: two packages can hold 40 g; three would waste only 2 g.
    assert chosen(33_000, (20_000, 10_000, 5_000), FEWEST) == {20_000: 2}


def test_the_cheapest_is_chosen_by_the_prices_given():
    # 20 g: 4 x 5 g at 400 = 1,600; 2 x 10 g at 900 = 1,800; 1 x 20 g at 2,000.
    own, prices = (20_000, 10_000, 5_000), {20_000: 2000_00, 10_000: 900_00, 5_000: 400_00}

    assert chosen(20_000, own, CHEAPEST, prices=prices) == {5_000: 4}


def test_of_two_equally_cheap_choices_the_one_with_less_waste_is_taken():
    assert chosen(5_000, (10_000, 5_000), CHEAPEST, prices={10_000: 500_00, 5_000: 500_00}) == {5_000: 1}


def test_a_size_without_a_price_is_not_bought():
    assert chosen(20_000, (20_000, 10_000), CHEAPEST, prices={10_000: 900_00}) == {10_000: 2}


def test_prices_of_other_packages_alone_are_refused():
    with pytest.raises(InvalidRequest) as refused:
        vials.choose(20_000, sizes=sizes(20_000, 10_000), policy=CHEAPEST)

    assert [(item.pointer, item.code) for item in refused.value.problems] == [("/therapy/package_prices", "required")]


def test_given_packages_are_taken_as_they_are():
    given_vials = [GivenVial(10_000, 3), GivenVial(40_000, 1)]

    found = vials.choose(70_000, sizes=sizes(40_000, 20_000, 10_000), policy=VialPolicy.GIVEN, given=given_vials)

    assert found == (OpenedVial("ndc-40000", 40_000, 1), OpenedVial("ndc-10000", 10_000, 3))


@pytest.mark.parametrize(
    ("given_vials", "problem"),
    [
        ([GivenVial(20_000, 3)], ("/therapy/vials", "vials_below_dose")),
        ([GivenVial(30_000, 3)], ("/therapy/vials/0/grams", "size_not_marketed")),
        ([], ("/therapy/vials", "vials_below_dose")),
    ],
)
def test_given_packages_must_hold_the_dose_and_be_on_the_market(given_vials, problem):
    with pytest.raises(InvalidRequest) as refused:
        vials.choose(70_000, sizes=sizes(40_000, 20_000), policy=VialPolicy.GIVEN, given=given_vials)

    assert problem in [(item.pointer, item.code) for item in refused.value.problems]


def test_only_sizes_at_hand_are_opened_and_prices_go_by_ndc():
    packages = [("a", 40_000), ("b", 20_000), ("c", 10_000)]

    found = vials.sizes_of(packages, stock_mg=[20_000, 10_000], prices={"b": 1800_00, "a": 3500_00})

    assert found == (Size(20_000, "b", 1800_00), Size(10_000, "c", None))


def test_a_stock_without_any_marketed_size_is_refused():
    with pytest.raises(InvalidRequest) as refused:
        vials.sizes_of([("a", 40_000)], stock_mg=[3_000], prices=None)

    problem = refused.value.problems[0]
    assert (problem.pointer, problem.code, problem.params["mg"]) == ("/therapy/stock_grams", "size_not_marketed", 3_000)


@pytest.mark.parametrize(
    ("dose_mg", "own"), [(1_000_000_000, (3_300, 8_000)), (3_000_000, (7, 11)), (5, (999_999, 1_000_000))]
)
def test_a_dose_beyond_all_tables_is_refused_at_once(dose_mg, own):
    with pytest.raises(InvalidRequest) as refused:
        vials.choose(dose_mg, sizes=sizes(*own), policy=LEAST_WASTE)

    assert [(item.pointer, item.code) for item in refused.value.problems] == [("/therapy/dose", "dose_out_of_range")]


def test_the_highest_dose_of_the_heaviest_patient_is_not_refused():
    # 5 g/kg x 650 kg = 3,250 g, in steps of 100 mg: 406 packages of 8 g hold 3,248 g, one of 2 g the rest.
    assert chosen(3_250_000, (8_000, 4_000, 3_300, 2_000, 1_000)) == {8_000: 406, 2_000: 1}


def fill(dose_mg, opened_mg, mg_per_unit, **more):
    vial = OpenedVial(None, opened_mg, 1)
    found = vials.fill(dose_mg, (vial,), mg_per_unit=Decimal(mg_per_unit), **more)
    return found.administered_units, found.discarded_units, found.discarded_mg


@pytest.mark.parametrize(
    ("dose", "opened", "unit", "expected"),
    [
        (70_000, 70_000, 500, (140, 0, 0)),  # nothing is left over
        (69_501, 70_000, 500, (140, 0, 499)),  # 139.002 units round up; 499 mg are less than a unit
        (69_500, 70_000, 500, (139, 1, 500)),  # exactly one unit is left
        (69_499, 70_000, 500, (139, 1, 501)),
        (27_941, 30_000, 500, (56, 4, 2_059)),  # 55.88 up; 4.118 down; 56 + 4 = 60 = what 30 g hold
        (3_200, 3_300, 100, (32, 1, 100)),  # the Cutaquig vial of 3.3 g is 33 units
        (1, 5_000, 500, (1, 9, 4_999)),
    ],
)
def test_administered_units_round_up_and_discarded_units_round_down(dose, opened, unit, expected):
    assert fill(dose, opened, unit) == expected


def test_a_multi_dose_package_has_no_waste():
    assert fill(7, 10, 1, single_dose=False) == (7, 0, 0)


def test_a_package_of_a_fractional_number_of_units_may_exceed_what_it_holds():
    # 5,000 mg are 16.67 units of 300 mg; 4,900 mg are 16.33, billed as 17. Nothing of the 100 mg left is billed.
    assert fill(4_900, 5_000, 300) == (17, 0, 100)


def test_what_is_opened_is_the_dose_and_what_is_left():
    found = vials.fill(69_000, (OpenedVial(None, 40_000, 1), OpenedVial(None, 10_000, 3)), mg_per_unit=Decimal(500))

    assert (found.opened_mg, found.discarded_mg, found.discarded_units) == (70_000, 1_000, 2)


def test_of_two_packages_of_one_size_the_maker_s_own_is_opened(book):
    # Octagam 10 % comes from Octapharma (68982) and with a label of Pfizer (00069).
    packages = book.offered_packages("octagam-10", AS_OF)

    assert {package.ndc.split("-")[0] for package in packages} == {"68982"}
    assert [package.mg for package in packages] == [30_000, 20_000, 10_000, 5_000, 2_000]


def test_choices_alike_are_one_alternative():
    found = vials.alternatives(40_000, sizes=sizes(5_000, 10_000, 40_000), mg_per_unit=Decimal(500))

    assert [(each.policies, each.packages) for each in found] == [((LEAST_WASTE, FEWEST), 1)]
    assert vials.avoidable_units(found[0].fill, found) == 0


@settings(max_examples=100, derandomize=True)
@given(dose=st.integers(1, 300_000), own=st.sets(st.integers(1, 80), min_size=1, max_size=6))
def test_no_alternative_wastes_less_than_the_least_waste(dose, own):
    found = vials.alternatives(dose, sizes=sizes(*(each * 500 for each in own)), mg_per_unit=Decimal(500))

    least = min(each.fill.discarded_mg for each in found)
    assert found[0].fill.discarded_mg == least
    assert min(each.packages for each in found) == next(each for each in found if FEWEST in each.policies).packages


@pytest.mark.parametrize(
    ("dose_mg", "expected"),
    [
        (400, (400, "no_package_below")),  # 0.4 g to nothing, 4.6 g to the smallest package
        (2_000, (2_000, "no_package_below")),
        (2_499, (2_499, "no_package_below")),
        (2_500, (5_000, None)),  # half way goes up
        (3_000, (5_000, None)),
        (12_499, (10_000, None)),
    ],
)
def test_the_nearest_sum_of_packages_may_be_none_at_all(dose_mg, expected):
    found = vials.round_dose(dose_mg, sizes=sizes(5_000, 10_000), rounding=DoseRounding.NEAREST, max_percent=None)

    assert (found.mg, found.kept_because) == expected
