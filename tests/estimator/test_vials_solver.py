"""The choice of packages against a solver that knows nothing of it: Google's CP-SAT (a dependency of tests alone)."""

import random

import pytest
from ortools.sat.python import cp_model

from estimator import vials
from estimator.model.codes import VialPolicy
from estimator.vials import Size
from tests.estimator.orders import AS_OF

LEAST_WASTE, FEWEST, CHEAPEST = VialPolicy.LEAST_WASTE, VialPolicy.FEWEST_VIALS, VialPolicy.LOWEST_ACQUISITION_COST
SAMPLE = 24
HIGHEST_MG = 300_000


def solve(dose_mg, sizes, policy):
    """Give the best (milligrams, packages, cents) by a policy, as the solver finds them, in lexicographic order."""
    model = cp_model.CpModel()
    counts = [model.new_int_var(0, -(-dose_mg // size.mg), "") for size in sizes]
    held = sum(count * size.mg for count, size in zip(counts, sizes, strict=True))
    model.add(held >= dose_mg)
    cost = sum(count * size.price for count, size in zip(counts, sizes, strict=True))
    goals = {LEAST_WASTE: (held, sum(counts)), FEWEST: (sum(counts), held), CHEAPEST: (cost, held)}[policy]
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    for goal in goals:
        model.minimize(goal)
        assert solver.solve(model) == cp_model.OPTIMAL
        model.add(goal == round(solver.objective_value))
    found = [solver.value(count) for count in counts]
    return (
        sum(count * size.mg for count, size in zip(found, sizes, strict=True)),
        sum(found),
        sum(count * size.price for count, size in zip(found, sizes, strict=True)),
    )


def choose(dose_mg, sizes, policy):
    """Give the same three figures of our own choice."""
    price_of = {size.mg: size.price for size in sizes}
    opened = vials.choose(dose_mg, sizes=sizes, policy=policy)
    return (
        sum(vial.mg * vial.packages for vial in opened),
        sum(vial.packages for vial in opened),
        sum(price_of[vial.mg] * vial.packages for vial in opened),
    )


def products(book):
    return sorted(product for product in book.products if book.offered_packages(product, AS_OF))


def sample(book):
    """Give products, doses to 300 g and prices by chance; the same ones every time."""
    chance = random.Random(20261121)
    for _ in range(SAMPLE):
        product = chance.choice(products(book))
        sizes = tuple(
            Size(package.mg, package.ndc, package.mg // 10 + chance.randrange(1, 40_000))
            for package in book.offered_packages(product, AS_OF)
        )
        yield product, chance.randrange(1, HIGHEST_MG + 1), sizes


@pytest.mark.parametrize("policy", [LEAST_WASTE, FEWEST, CHEAPEST])
def test_no_solver_finds_a_better_choice(policy, book):
    for product, dose_mg, sizes in sample(book):
        ours, best = choose(dose_mg, sizes, policy), solve(dose_mg, sizes, policy)

        compared = {LEAST_WASTE: (0, 1), FEWEST: (1, 0), CHEAPEST: (2, 0)}[policy]
        assert [ours[place] for place in compared] == [best[place] for place in compared], (product, dose_mg)
