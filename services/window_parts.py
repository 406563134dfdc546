"""What some of the window's days cost, as an answer says it: least, expected and most."""

from collections.abc import Callable
from datetime import date

from estimator import parts
from estimator.model.money import Cents
from estimator.pipeline import Estimate
from services import denials

Costs = tuple[Cents | None, Cents | None, Cents | None]


def costs(estimate: Estimate, is_wanted: Callable[[date], bool]) -> Costs:
    """Bound what some days cost the patient, over every run; open above where a bill may come that nobody bounds."""
    if not any(is_wanted(on) for on in denials.live_days(estimate)):
        return Cents(0), Cents(0), Cents(0)
    found = parts.costs_by(lambda on: True if is_wanted(on) else None, estimate.days).get(True)
    if found is None:
        return None, None, None
    is_open = any(is_wanted(on) for on in estimate.days_open_above)
    return (found.low, found.expected, None) if is_open else (found.low, found.expected, found.high)
