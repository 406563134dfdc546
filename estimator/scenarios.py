"""What if: the very days of an estimate shared out again, with help from others."""

from typing import NamedTuple

from estimator import help_rules, runs
from estimator.help_rules import SettledHelp
from estimator.model.assistance import Counting, Help
from estimator.model.codes import LabelStatus
from estimator.model.levels import Tri
from estimator.model.money import Cents
from estimator.model.order import EstimateRequest
from estimator.reference.book import ReferenceBook
from estimator.runs import Run


class Helped(NamedTuple):
    """What the window costs the patient with the help that was named.

    ``costs`` is ``None`` where it cannot be worked out: a cost is missing, or ``settled.unknown`` says why. ``ways``
    holds the bounds for each way in which the plan may count a programme's payment.
    """

    settled: SettledHelp
    costs: Tri[Cents] | None
    ways: tuple[tuple[Counting, Tri[Cents]], ...] = ()


def with_assistance(
    request: EstimateRequest,
    all_runs: tuple[Run, Run | None, Run],
    label: LabelStatus,
    products: tuple[str, ...],
    *,
    book: ReferenceBook,
) -> Helped | None:
    """Share the days out again with the help that was named; ``None`` where none was.

    ``products`` are those that were compared, ``label`` is where the use of the one that is shown stands to its label.
    """
    if not request.assistance.is_any:
        return None
    low, expected, high = all_runs
    question = help_rules.Question(
        request.assistance,
        request.coverage.payer,
        request.coverage.plan,
        request.coverage.balances,
        high.course.visits.high[0].infusion.service_on,
        products,
        label is LabelStatus.PRODUCT_LABELED,
        "coverage.",
    )
    settled = help_rules.settle(question, book)
    if settled.unknown is not None:
        return Helped(settled, None)
    ways = []
    for way in settled.ways or (None,):
        costs = [None if run is None else _cost(run, way) for run in (low, expected, high)]
        if costs[0] is None or costs[2] is None:
            return Helped(settled, None)
        bounds = Tri(min(costs[0], costs[2]), costs[1], max(costs[0], costs[2]))
        ways.append((Counting.NONE if way is None else way.counting, bounds))
    lowest, highest = min(cost.low for _, cost in ways), max(cost.high for _, cost in ways)
    expectations = {cost.expected for _, cost in ways}
    whole = Tri(lowest, expectations.pop() if len(expectations) == 1 else None, highest)
    return Helped(settled, whole, tuple(ways))


def _cost(run: Run, way: Help | None) -> Cents | None:
    found = run.adjudication if way is None else runs.again(run, assistance=way)
    return None if found is None else found.patient_cost
