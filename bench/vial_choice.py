"""How long the choice of packages takes: a table for each product, a look-up in it, and a general solver beside it.

Goals: at most 5 ms for a product's table to 300 g, and a look-up at most a three-hundredth of a CP-SAT solve. The
solver is a dependency of the tests; without it only the first goal is measured.
"""

import statistics
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from estimator import vials
from estimator.model.codes import VialPolicy
from estimator.model.quantities import Milligrams
from estimator.reference.book import ReferenceBook
from estimator.reference.build import build
from estimator.vials import Size
from estimator.vials.choice import fresh_table
from storage import seed_files

TABLE_GOAL_MS = 5.0
SOLVE_GOAL = 300
HIGHEST = Milligrams(300_000)
DOSES = (Milligrams(27_500), Milligrams(70_000), Milligrams(164_557), Milligrams(299_900))
ON = date(2026, 11, 21)
ROUNDS = 7


def book_of_seed() -> ReferenceBook:
    """Read the facts of the seed folder."""
    seed = seed_files.read(Path(__file__).resolve().parent.parent / "seed_data")
    return build(seed.facts, seed.sources, (), version="bench")


def fastest(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median seconds of a call."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def solve(solver: Any, dose: int, sizes: tuple[Size, ...]) -> None:  # noqa: ANN401 - a module of the tests' dependencies
    """Find the least waste, then the fewest packages, with a general solver."""
    model = solver.CpModel()
    counts = [model.new_int_var(0, -(-dose // size.mg), "") for size in sizes]
    held = sum(count * int(size.mg) for count, size in zip(counts, sizes, strict=True))
    model.add(held >= dose)
    model.minimize(held * 1000 + sum(counts))
    engine = solver.CpSolver()
    engine.parameters.num_workers = 1
    engine.solve(model)


def main() -> None:
    """Measure and print."""
    book = book_of_seed()
    products = {
        name: tuple(Size(package.mg, package.ndc) for package in book.offered_packages(name, ON))
        for name in sorted(book.products)
    }
    tables = {
        name: fastest(lambda sizes=sizes: fresh_table(HIGHEST, sizes)) * 1000
        for name, sizes in products.items()
        if sizes
    }
    slowest = max(tables, key=lambda name: tables[name])
    middle = statistics.median(tables.values())
    print(f"table to 300 g: median {middle:.2f} ms, slowest {slowest} {tables[slowest]:.2f} ms (goal {TABLE_GOAL_MS})")
    sizes = products["gamunex-c"]

    def look_up() -> None:
        for dose in DOSES:
            vials.choose(dose, sizes=sizes, policy=VialPolicy.LEAST_WASTE)

    one = fastest(look_up, 200) / len(DOSES)
    try:
        solver = import_module("ortools.sat.python.cp_model")
    except ImportError:
        print(f"look-up {one * 1e6:.1f} us; no solver is installed to compare with")
        return
    solved = statistics.median(fastest(lambda dose=dose: solve(solver, dose, sizes)) for dose in DOSES)
    print(f"look-up {one * 1e6:.1f} us, CP-SAT {solved * 1e3:.2f} ms, ratio 1/{solved / one:.0f} (goal 1/{SOLVE_GOAL})")


if __name__ == "__main__":
    main()
