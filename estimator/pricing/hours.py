"""Minutes of infusing → the infusion codes and their units, by the coding rule on file."""

from collections.abc import Mapping
from datetime import date

from estimator.errors import BadFact
from estimator.model.codes import Route
from estimator.model.quantities import ceil_div
from estimator.reference.book import ReferenceBook

RULE = "infusion_time"


def infusion_lines(
    minutes: int, *, route: Route, on: date, book: ReferenceBook, pump_setups: int = 1, as_chemotherapy: bool = False
) -> tuple[tuple[str, int], ...]:
    """Give the roles of the codes that bill an infusion of so many minutes, with their units.

    The rule on file says up to how many minutes an infusion is only a push, how long an hour is, and how far past a
    full hour a further one is earned. Under the skin so short an infusion is an injection; a second pump with sites of
    its own is billed once, however many more there are. ``as_chemotherapy``: the payer's policy wants the hours by vein
    billed with the codes of chemotherapy and other complex drugs.
    """
    push, hour, past = (rule_minutes(book, on, RULE, name) for name in ("push_up_to", "hour", "further_hour_past"))
    if minutes <= push:
        return (("iv_push_first" if route is Route.IV else "injection", 1),)
    family = "sc" if route is not Route.IV else "chemo" if as_chemotherapy else "iv"
    first, further = f"{family}_first_hour", f"{family}_additional_hour"
    units = further_hours(minutes, hour=hour, past=past)
    hours = ((first, 1), (further, units)) if units else ((first, 1),)
    return (*hours, ("sc_additional_pump", 1)) if route is Route.SC and pump_setups > 1 else hours


def further_hours(minutes: int, *, hour: int, past: int) -> int:
    """Count the hours after the first: each is earned by more than ``past`` minutes beyond the last full hour."""
    return max(ceil_div(minutes - hour - past, hour), 0)


def quarter_hours(minutes: int, *, quarter: int, earned_from: int) -> int:
    """Count the quarter hours of a visit: a further one is earned from so many minutes on; a visit has at least one."""
    return max((minutes + quarter - earned_from) // quarter, 1)


def rule_minutes(book: ReferenceBook, on: date, rule: str, name: str) -> int:
    """Read a length in minutes from the coding rule in force on a day. Raises ``BadFact``."""
    fact = book.word("coding_rule", rule, on)
    found = fact.value.get(name) if fact is not None and isinstance(fact.value, Mapping) else None
    if not isinstance(found, int):
        raise BadFact(file="coding_rule", row=rule, reason=f"{name} must be a whole number")
    return found
