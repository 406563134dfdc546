"""Coverage checked over the window: each coverage and each version of a policy for the days on which it holds."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from estimator import checking, resolution
from estimator.checking import Span
from estimator.coverage import CoverageCheck, Event, Flag, of_authorization, of_response
from estimator.errors import InvalidRequest, Problem
from estimator.model.levels import Assumption
from estimator.model.order import Coverage, CoveragePeriod, EstimateRequest
from estimator.model.periods import Period, overlap
from estimator.reference.book import ReferenceBook
from estimator.resolution import Resolved
from estimator.runs import Plan, Run

NAMED_IN_CHECKS = ("therapy.start_on", "site_of_care", "therapy.indication")
"""The pointers of what a check supposes; the rest of what resolution supposes is of prices."""
ONE_DAY = timedelta(days=1)


class CheckedPeriod(NamedTuple):
    """What coverage comes to on some days of the window."""

    period: Period
    coverage: Coverage
    is_new_start: bool
    check: CoverageCheck


class Checked(NamedTuple):
    """Coverage over the whole window. ``first`` is that of the first date of service."""

    periods: tuple[CheckedPeriod, ...]
    assumptions: tuple[Assumption, ...] = ()

    @property
    def first(self) -> CoverageCheck:
        """Give the check of the first date of service."""
        return self.periods[0].check

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """List the facts that any of the checks rests on."""
        return tuple(dict.fromkeys(fact_id for part in self.periods for fact_id in part.check.fact_ids))

    @property
    def settled_flags(self) -> tuple[Flag, ...]:
        """List the flags of every period, without those that only say what is still missing."""
        return tuple(dict.fromkeys(flag for part in self.periods for flag in part.check.settled_flags))

    @property
    def calendar(self) -> tuple[Event, ...]:
        """List the days on which somebody has to act, in order of time."""
        before = (None, *self.periods)
        events = (
            event for earlier, part in zip(before, self.periods, strict=False) for event in self._events(part, earlier)
        )
        return tuple(sorted(dict.fromkeys(events)))

    def _events(self, part: CheckedPeriod, earlier: CheckedPeriod | None) -> Iterator[Event]:
        """List the events of one stretch of days; an authorization is of the whole coverage, not of one version."""
        first_day = self.periods[0].period.first_day
        gap_from = None if earlier is None or earlier.period.last_day is None else earlier.period.last_day + ONE_DAY
        if gap_from is not None and gap_from < part.period.first_day:
            until = part.period.first_day - ONE_DAY
            yield Event(gap_from, "no_coverage", (("until", until.isoformat()),))
        if part.is_new_start and part.coverage.since == part.period.first_day:
            yield Event(part.period.first_day, "new_start", (("payer", part.coverage.payer.value),))
        elif earlier is not None:
            yield from (Event(part.period.first_day, kind) for kind in _turns(earlier.check, part.check))
        applicable = part.check.policies.applicable
        approval = {name: said for one in applicable for name, said in one.approval.items()}
        yield from of_authorization(part.coverage.authorization, approval, part.period)
        if part.period.first_day == first_day or part.is_new_start:
            stops = (one.stops_after_months for one in applicable if one.stops_after_months is not None)
            if not part.check.policies.is_on_therapy:
                yield from of_response(part.period.first_day, stops, part.period)


def _turns(before: CoverageCheck, after: CoverageCheck) -> Iterator[str]:
    """Say what a day does to the documents: a first version on file, another one, or none any more."""
    one = {each.policy.id: each.policy.fact_id for each in before.policies.judged}
    other = {each.policy.id: each.policy.fact_id for each in after.policies.judged}
    if other.keys() - one.keys():
        yield "policy_begins"
    if one.keys() - other.keys():
        yield "policy_ends"
    if any(one[name] != other[name] for name in one.keys() & other.keys()):
        yield "policy_changes"


def of_order(request: EstimateRequest, *, book: ReferenceBook) -> Checked:
    """Check an order that is not priced. Raises ``InvalidRequest``."""
    resolved = resolution.resolve(request, book=book, is_priced=False)

    def ask(under: EstimateRequest, span: Span) -> CoverageCheck:
        return checking.check_order(under, resolved, span=span, book=book)

    named = tuple(item for item in resolved.assumptions if item.pointer in NAMED_IN_CHECKS)
    return Checked(_over(request, resolved, ask, book), named)


def of_run(request: EstimateRequest, resolved: Resolved, plan: Plan, *, shown: Run, book: ReferenceBook) -> Checked:
    """Check the run of an estimate that is shown."""

    def ask(under: EstimateRequest, span: Span) -> CoverageCheck:
        return checking.check_run(under, resolved, plan, shown=shown, span=span, book=book)

    return Checked(_over(request, resolved, ask, book))


def _over(
    request: EstimateRequest,
    resolved: Resolved,
    ask: Callable[[EstimateRequest, Span], CoverageCheck],
    book: ReferenceBook,
) -> tuple[CheckedPeriod, ...]:
    window = Period(resolved.start_on, resolved.window.last_day)
    parts = request.periods or (CoveragePeriod(window, request.coverage),)
    if not any(part.period.holds(resolved.start_on) for part in parts):
        problem = Problem("/coverage_periods", "no_coverage_on", {"on": resolved.start_on.isoformat()})
        raise InvalidRequest([problem])
    found: list[CheckedPeriod] = []
    before: Coverage | None = None
    for part in parts:
        if not _touches(part.period, window):
            continue
        under = request.under(part) if request.periods else request
        is_new = before is not None and not _is_same_plan(before, part.coverage)
        found += _by_version(under, Span(overlap(part.period, window), is_new), ask, book)
        before = part.coverage
    return tuple(found)


def _by_version(
    request: EstimateRequest, span: Span, ask: Callable[[EstimateRequest, Span], CoverageCheck], book: ReferenceBook
) -> list[CheckedPeriod]:
    """Check one coverage, and again from each day on which another version of one of its policies takes over."""
    found = []
    rest: Span | None = span
    while rest is not None:
        check = ask(request, rest)
        turn = _next_version(check, rest.period, book)
        period = rest.period if turn is None else Period(rest.period.first_day, turn - ONE_DAY)
        found.append(CheckedPeriod(period, request.coverage, rest.is_new_start, check))
        rest = None if turn is None else Span(Period(turn, rest.period.last_day), rest.is_new_start)
    return found


def _next_version(check: CoverageCheck, period: Period, book: ReferenceBook) -> date | None:
    """Give the first day after the first on which a version of a policy that was looked at begins or has ended."""
    ids = {each.policy.id for each in check.policies.judged} | {each.policy_id for each in check.policies.absent}
    days = set()
    for policy_id in ids:
        for version in book.policies.get(policy_id, ()):
            days.add(version.period.first_day)
            if version.period.last_day is not None:
                days.add(version.period.last_day + ONE_DAY)
    return min((day for day in days if day > period.first_day and period.holds(day)), default=None)


def _touches(one: Period, other: Period) -> bool:
    is_before = one.last_day is not None and one.last_day < other.first_day
    return not is_before and (other.last_day is None or one.first_day <= other.last_day)


def _is_same_plan(one: Coverage, other: Coverage) -> bool:
    """Say whether two coverages are under the same plan; an authorization goes over from one to the other then."""
    return (one.payer, one.plan, one.policies) == (other.payer, other.plan, other.policies)
