"""The days a file says it is for: in the rows above its header, or in its name."""

import re
from collections.abc import Sequence
from datetime import date

from estimator.model.periods import Period, Quarter
from schemas.pricefiles.columns import tidy
from schemas.pricefiles.containers import FileRefused, Row

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_EFFECTIVE = re.compile(
    rf"effective\s+({'|'.join(MONTHS)})\s+(\d{{1,2}}),?\s+(\d{{4}})\s+(?:through|to|-)\s+"
    rf"({'|'.join(MONTHS)})\s+(\d{{1,2}}),?\s+(\d{{4}})",
    re.IGNORECASE,
)
_FIRST_MONTHS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}
_MONTH = r"(?P<{}>jan|apr|jul|oct)(?:uary|il|y|ober)?"
_NAMED = re.compile(
    rf"(?<![a-z]){_MONTH.format('before')}[\W_]*(?:web[\W_]*)?(?P<year>20\d\d)(?!\d)"
    rf"|(?<!\d)(?P<first>20\d\d)[\W_]*{_MONTH.format('after')}(?![a-z])",
    re.IGNORECASE,
)


def period_of(rows: Sequence[Row]) -> Period | None:
    """Find the days a file says it is in force in the rows above its header; ``None`` where it does not say."""
    for row in rows[:20]:
        found = _EFFECTIVE.search(tidy(" ".join(row.cells)))
        if found is not None:
            first, last = (_day(*found.groups()[start : start + 3]) for start in (0, 3))
            if last < first:
                raise FileRefused("file_period_wrong", line=row.line)
            return Period(first, last)
    return None


def quarter_in(text: str) -> Quarter | None:
    """Find the quarter that a title or a file's name speaks of by its first month, such as ``July 2025``."""
    found = _NAMED.search(text)
    if found is None:
        return None
    month, year = found["before"] or found["after"], found["year"] or found["first"]
    return Quarter(int(year), _FIRST_MONTHS[month.lower()])


def _day(month: str, day: str, year: str) -> date:
    try:
        return date(int(year), MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        raise FileRefused("file_period_wrong", line=0) from None
