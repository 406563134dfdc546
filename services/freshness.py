"""How fresh the facts are: what should be looked up again, and which publications are expected or late."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact, Standing
from estimator.reference.publications import Outlook, Publication, Status, outlook

CODE_LIST = "diagnosis_code"


def stale(book: ReferenceBook, today: date) -> list[tuple[Fact, date]]:
    """List the facts that were to be looked up again by now, with that day; not those that a later record follows."""
    latest: dict[tuple[str, str], date] = defaultdict(lambda: date.min)
    for fact in _in_force(book):
        latest[fact.kind, fact.key] = max(latest[fact.kind, fact.key], fact.period.first_day)
    found = [
        (fact, fact.recheck_after)
        for fact in _in_force(book)
        if fact.recheck_after is not None
        and fact.recheck_after < today
        and fact.period.first_day == latest[fact.kind, fact.key]
    ]
    return sorted(found, key=lambda item: item[0].id)


def calendar(book: ReferenceBook, today: date) -> list[tuple[Publication, date | None, Outlook]]:
    """List every publication with the first day of its newest issue on file and the outlook, the soonest first."""
    newest = {item.id: _newest(item, book) for item in book.publications.values()}
    found = [(item, newest[item.id], outlook(item, newest[item.id], today)) for item in book.publications.values()]
    return sorted(found, key=lambda each: (each[2].expected_on, each[0].id))


def publication_documents(book: ReferenceBook, today: date) -> list[dict[str, object]]:
    """Write the calendar."""
    return [
        {
            "id": item.id,
            "title": item.title,
            "every": item.every,
            "file": item.file,
            "newest_from": None if newest is None else newest.isoformat(),
            "next_from": ahead.next.first_day.isoformat(),
            "next_to": None if ahead.next.last_day is None else ahead.next.last_day.isoformat(),
            "expected_on": ahead.expected_on.isoformat(),
            "late_on": ahead.late_on.isoformat(),
            "status": ahead.status.value,
            "missing": ahead.missing,
            "fact_id": item.fact_id,
        }
        for item, newest, ahead in calendar(book, today)
    ]


def due_lines(book: ReferenceBook, today: date) -> Iterator[str]:
    """Say in lines what is expected next, for the command line; what is late is warned of."""
    for item, newest, ahead in calendar(book, today):
        held = "nothing on file" if newest is None else f"on file from {newest}"
        load = "" if item.file is None else f"; load it as {item.file}"
        line = f"{ahead.expected_on}  {item.title}, from {ahead.next.first_day}  ({held}{load})"
        if ahead.status is Status.LATE:
            yield f"warning: late since {ahead.late_on}, {ahead.missing} missing: {line}"
        else:
            yield f"{ahead.status}: {line}"


def _newest(item: Publication, book: ReferenceBook) -> date | None:
    if item.kind == CODE_LIST:
        return max((records[-1].period.first_day for records in book.diagnosis_codes.values()), default=None)
    days = (
        fact.period.first_day
        for fact in _in_force(book)
        if fact.kind == item.kind and fact.key.startswith(item.key_prefix)
    )
    return max(days, default=None)


def _in_force(book: ReferenceBook) -> Iterator[Fact]:
    return (fact for fact in book.facts.values() if fact.standing is Standing.IN_FORCE)
