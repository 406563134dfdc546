"""The calendar of what publishers bring out: when the next issue of each is expected, and from when it is late."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from estimator.model.periods import Period, add_months
from estimator.reference.facts import Fact
from estimator.reference.record_reading import Reader

MONTHS = {"quarter": 3, "year": 12}


class Publication(NamedTuple):
    """Something that comes out for every quarter or year.

    ``kind`` and ``key_prefix`` tell which facts it brings (``diagnosis_code``: the code list). ``first_month`` is that
    in which its year begins. It usually comes ``usual_days_before`` its period begins and is late ``late_days_before``;
    negative numbers lie after that day.
    """

    id: str
    title: str
    kind: str
    key_prefix: str
    every: str
    first_month: int
    usual_days_before: int
    late_days_before: int
    file: str | None
    fact_id: str


class Status(StrEnum):
    """Where the next issue stands."""

    EXPECTED = "expected"
    DUE = "due"
    LATE = "late"


class Outlook(NamedTuple):
    """The next issue that is not on file: its days, when it is expected, from when it is late, how many are missing."""

    next: Period
    expected_on: date
    late_on: date
    status: Status
    missing: int


def publication(fact: Fact) -> Publication:
    """Read a publication."""
    read = Reader(fact)
    every = read.text("every")
    if every not in MONTHS:
        raise read.bad("every", "must be quarter or year")
    first_month = read.integer("first_month")
    if first_month is None or not 1 <= first_month <= 12:
        raise read.bad("first_month", "must be a month, 1 to 12")
    return Publication(
        id=fact.key,
        title=read.text("title"),
        kind=read.text("kind"),
        key_prefix=read.text_or_none("key_prefix") or "",
        every=every,
        first_month=first_month,
        usual_days_before=_days(read, "usual_days_before"),
        late_days_before=_days(read, "late_days_before"),
        file=read.text_or_none("file"),
        fact_id=fact.id,
    )


def outlook(item: Publication, newest: date | None, today: date) -> Outlook:
    """Say when the issue after the newest on file is expected; without any on file, that of today's period is next."""
    months = MONTHS[item.every]
    start = period_start(item, today) if newest is None else add_months(period_start(item, newest), months)
    expected_on, late_on = (start - timedelta(days=days) for days in (item.usual_days_before, item.late_days_before))
    status = Status.LATE if today >= late_on else Status.DUE if today >= expected_on else Status.EXPECTED
    missing, following = 0, start
    while today >= following - timedelta(days=item.late_days_before):
        missing, following = missing + 1, add_months(following, months)
    return Outlook(Period(start, add_months(start, months) - timedelta(days=1)), expected_on, late_on, status, missing)


def period_start(item: Publication, day: date) -> date:
    """Give the first day of the publication's quarter or year that contains a day."""
    months = MONTHS[item.every]
    past = (day.month - item.first_month) % months
    return add_months(day.replace(day=1), -past)


def _days(read: Reader, name: str) -> int:
    found = read.integer(name)
    if found is None:
        raise read.bad(name, "must be a whole number of days")
    return found
