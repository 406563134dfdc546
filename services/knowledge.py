"""The reference book as it was known on a day."""

from bisect import bisect_right
from datetime import date
from functools import lru_cache

from estimator.reference.book import ReferenceBook
from estimator.reference.build import known_from, known_on
from services.runtime import Runtime

BOOKS_KEPT = 16


def book_on(day: date, *, runtime: Runtime) -> ReferenceBook:
    """Give the book of what had been published by a day; from the newest publication on that is everything on file.

    It follows from the book and the day alone, never from the day of asking, so that an answer can be worked out again.
    """
    book = runtime.book
    published = book.newest_publication
    if published is None or day >= published:
        return book
    # Between two days on which something becomes known, all days share one book.
    days = _publications(_Held(book))
    place = bisect_right(days, day)
    return _earlier(_Held(book), days[place - 1] if place else date.min)


class _Held:
    """A book as a key: two books are the same when their version is."""

    __slots__ = ("book",)

    def __init__(self, book: ReferenceBook) -> None:
        self.book = book

    def __hash__(self) -> int:
        return hash(self.book.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.book.version == self.book.version


@lru_cache(maxsize=2)
def _publications(held: _Held) -> list[date]:
    return sorted({known_from(fact, held.book.sources) for fact in held.book.facts.values()})


@lru_cache(maxsize=BOOKS_KEPT)
def _earlier(held: _Held, day: date) -> ReferenceBook:
    return known_on(held.book, day)
