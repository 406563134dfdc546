"""Minutes of infusing → the infusion codes and their units, by the coding rule on file."""

from collections.abc import Mapping
from datetime import date

from estimator.errors import BadFact
from estimator.model.codes import Route
from estimator.model.quantities import ceil_div
from estimator.reference.book import ReferenceBook

RULE = "infusion_time"


def infusion_lines(minutes: int, *, route: Route, on: date, book: ReferenceBook) -> tuple[tuple[str, int], ...]:
    """Give the roles of the codes that bill an infusion of so many minutes, with their units.

    The rule on file says up to how many minutes an infusion is only a push, how long an hour is, and how far past a
    full hour a further one is earned.
    """
    push, hour, past = (rule_minutes(book, on, RULE, name) for name in ("push_up_to", "hour", "further_hour_past"))
    if route is Route.IV and minutes <= push:
        return (("iv_push_first", 1),)
    first, further = (
        ("iv_first_hour", "iv_additional_hour") if route is Route.IV else ("sc_first_hour", "sc_additional_hour")
    )
    units = further_hours(minutes, hour=hour, past=past)
    return ((first, 1), (further, units)) if units else ((first, 1),)


def further_hours(minutes: int, *, hour: int, past: int) -> int:
    """Count the hours after the first: each is earned by more than ``past`` minutes beyond the last full hour."""
    return max(ceil_div(minutes - hour - past, hour), 0)


def rule_minutes(book: ReferenceBook, on: date, rule: str, name: str) -> int:
    """Read a length in minutes from the coding rule in force on a day. Raises ``BadFact``."""
    fact = book.word("coding_rule", rule, on)
    found = fact.value.get(name) if fact is not None and isinstance(fact.value, Mapping) else None
    if not isinstance(found, int):
        raise BadFact(file="coding_rule", row=rule, reason=f"{name} must be a whole number")
    return found
