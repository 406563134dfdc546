"""A household's income against the federal poverty guideline of its size, place and year."""

from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from estimator.model.levels import Level
from estimator.model.order import Household
from estimator.reference.book import ReferenceBook

KIND = "poverty_guideline"
CONTIGUOUS = "contiguous"


class PovertyLevel(NamedTuple):
    """An income beside the guideline of a year, both in dollars a year, with the facts that gave the guideline.

    ``is_carried_forward`` says that the guideline is of an earlier year, because this one's is not on file.
    """

    income: Decimal
    guideline: Decimal
    year: int
    fact_ids: tuple[str, ...]
    is_carried_forward: bool

    @property
    def percent(self) -> int:
        """Give the income in whole percent of the guideline, rounded down."""
        return int((self.income * 100 / self.guideline).to_integral_value(rounding=ROUND_FLOOR))

    def is_up_to(self, percent: Decimal) -> bool:
        """Say whether the income is no more than a percentage of the guideline, exactly."""
        return self.income * 100 <= self.guideline * percent

    def is_below(self, percent: Decimal) -> bool:
        """Say whether the income is less than a percentage of the guideline, exactly."""
        return self.income * 100 < self.guideline * percent


def level_of(
    household: Household, state: str | None, year: int, book: ReferenceBook, *, at: Level = Level.EXPECTED
) -> PovertyLevel | None:
    """Hold an income against a year's guideline; ``None`` where none is on file.

    Alaska and Hawaii have guidelines of their own; anywhere else, and where no state was said, that of the contiguous
    states is taken. ``at`` chooses among the guidelines that a year not published yet may bring.
    """
    own = f"poverty:{state}:first_person"
    area = state if (KIND, own) in book.timelines else CONTIGUOUS
    on = date(year, 12, 31)
    first = book.yearly(KIND, f"poverty:{area}:first_person", on)
    further = book.yearly(KIND, f"poverty:{area}:additional_person", on)
    if first is None or further is None:
        return None
    of_first, of_further = ((each.low, each.expected, each.high)[at] for each in (first, further))
    return PovertyLevel(
        income=Decimal(household.income).scaleb(-2),
        guideline=of_first + of_further * (household.size - 1),
        year=year,
        fact_ids=tuple(dict.fromkeys((*first.fact_ids, *further.fact_ids))),
        is_carried_forward=first.is_carried_forward or further.is_carried_forward,
    )
