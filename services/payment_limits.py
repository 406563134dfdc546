"""Medicare payment limits as they stand on a day."""

from datetime import date
from decimal import Decimal

from estimator.errors import NotOnFile
from estimator.model.periods import quarter_of
from estimator.reference.book import ReferenceBook
from estimator.reference.timelines import Reading
from services.facts import source_document
from services.runtime import Runtime
from services.versions import stamped

COINSURANCE_NOT_PUBLISHED = "not_published_for_this_code_and_quarter"


def list_payment_limits(*, on: date | None, runtime: Runtime) -> dict[str, object]:
    """List the payment limits of every code that has one on a day."""
    book = runtime.book
    day = on or runtime.today()
    codes = sorted(key for kind, key in book.timelines if kind == "payment_limit")
    items = [row for row in (_row(code, day, book) for code in codes) if row is not None]
    return stamped({"items": items, "next": None}, runtime)


def show_payment_limit(hcpcs: str, *, on: date | None, runtime: Runtime) -> dict[str, object]:
    """Show the payment limit of one code on a day; past the newest quarter it is carried forward and says so.

    Raises ``NotOnFile`` where none is on file.
    """
    row = _row(hcpcs, on or runtime.today(), runtime.book)
    if row is None:
        raise NotOnFile("payment limit", hcpcs)
    return stamped(row, runtime)


def _row(code: str, day: date, book: ReferenceBook) -> dict[str, object] | None:
    limit = book.payment_limit(code, day)
    if limit is None:
        return None
    fact = limit.fact
    first_day, last_day = fact.period
    coinsurance = book.coinsurance(code, day)
    known = coinsurance is not None and coinsurance.fact.period == fact.period
    return {
        "hcpcs": code,
        "payment_limit": _price(limit.expected),
        "coinsurance_percent": _price(coinsurance.expected) if coinsurance is not None and known else None,
        "coinsurance_percent_reason": None if known else COINSURANCE_NOT_PUBLISHED,
        "quarter": str(quarter_of(first_day)),
        "release": fact.release,
        "effective_from": first_day.isoformat(),
        "effective_to": None if last_day is None else last_day.isoformat(),
        "in_force": not limit.is_carried_forward,
        "payment_limit_range": _range(limit),
        "basis": fact.basis.value,
        "fact_id": fact.id,
        "source": source_document(book.source(fact.source_id)),
    }


def _range(limit: Reading) -> dict[str, object] | None:
    if not limit.is_carried_forward:
        return None
    return {"low": _price(limit.low), "expected": _price(limit.expected), "high": _price(limit.high)}


def _price(number: Decimal) -> str:
    """Write a figure with the places of its source."""
    return format(number, "f")
