"""The days on which somebody has to act: an authorization that ends, its renewal, a check of the response."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from estimator.coverage.authorization import NOT_GIVEN
from estimator.model.order import Authorization
from estimator.model.periods import Period, window_end

REQUEST_DAYS_AHEAD = 45
"""How long before its end an authorization is asked for again, as the flag RENEWAL_DUE says."""
ONE_DAY = timedelta(days=1)
MOST_RENEWALS = 24


class Event(NamedTuple):
    """A day to act on. ``params`` are what its sentence names."""

    on: date
    kind: str
    params: tuple[tuple[str, str], ...] = ()


def of_authorization(
    authorization: Authorization | None, approval: Mapping[str, str], period: Period
) -> Iterator[Event]:
    """List when an authorization ends and when the next one would, if it is given for as long as the policy says.

    Where only its first day is known, it ends as the policy says; where nothing is known of it, nothing is listed.
    """
    if authorization is None or authorization.status in NOT_GIVEN:
        return
    ends = authorization.last_day
    if ends is None and authorization.first_day is not None:
        ends = _ends(authorization.first_day, approval.get("initial"))
        kind = "authorization_ends_by_policy"
    else:
        kind = "authorization_ends"
    for _ in range(MOST_RENEWALS):
        if ends is None or not period.holds(ends):
            return
        ask = max(ends - timedelta(days=REQUEST_DAYS_AHEAD), period.first_day)
        yield Event(ask, "renewal_request", (("ends", ends.isoformat()),))
        yield Event(ends, kind)
        ends, kind = _ends(ends + ONE_DAY, approval.get("renewal")), "renewal_ends_by_policy"


def of_response(start_on: date, months: Iterable[int], period: Period) -> Iterator[Event]:
    """List the day by which a policy wants to see improvement, counted from the first date of service."""
    soonest = min(months, default=None)
    if soonest is not None and period.holds(due := window_end(start_on, soonest)):
        yield Event(due, "response_due", (("months", str(soonest)),))


def _ends(first_day: date, length: str | None) -> date | None:
    """Give the last day of an approval: of so many months or days, as the policy writes it."""
    number, _, unit = (length or "").partition(" ")
    if not number.isdecimal():
        return None
    if unit == "months":
        return window_end(first_day, int(number))
    return first_day + timedelta(days=int(number) - 1)
