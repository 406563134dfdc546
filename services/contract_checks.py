"""What is wrong with a contract's rates, held against each other, the contract's days and the facts on file."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from estimator.errors import Problem
from estimator.model.codes import Category
from estimator.model.contracts import RateMethod, RateScope
from estimator.model.periods import Period
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from schemas.contracts import ContractDraft, RateDraft
from services.price_checks import TIMES_PAYMENT_LIMIT, published_rate


def problems_of(draft: ContractDraft, *, on: date, book: ReferenceBook) -> list[Problem]:
    """Find everything that is wrong with a contract's rates, beside the rates published on a day."""
    found = [*_of_days(draft), *_of_pairs(draft, book)]
    for index, rate in enumerate(draft.rates):
        found += _of_code(index, rate, book)
        found += _of_price(index, rate, rate.period(draft), on=on, book=book)
    return found


def is_service(code: str, book: ReferenceBook) -> bool:
    """Say whether a code is one of a service. Of a code that is not on file its form tells: CPT begins with digits."""
    records = book.billing_codes.get(code)
    return code[0].isdigit() if not records else records[-1].category is not Category.DRUG


def _of_days(draft: ContractDraft) -> Iterator[Problem]:
    whole = Period(draft.first_day, draft.last_day)
    for index, rate in enumerate(draft.rates):
        first_day, last_day = rate.period(draft)
        if last_day is not None and last_day < first_day:
            yield Problem(f"/rates/{index}/last_day", "last_day_before_first")
        elif not whole.holds(first_day) or (last_day is not None and not whole.holds(last_day)):
            yield Problem(f"/rates/{index}", "outside_contract_days")


def _of_pairs(draft: ContractDraft, book: ReferenceBook) -> Iterator[Problem]:
    for (one, former), (other, rate) in combinations(enumerate(draft.rates), 2):
        meet = _meet(former.period(draft), rate.period(draft))
        if meet and (_covers(former, rate, book) or _covers(rate, former, book)):
            yield Problem(f"/rates/{other}", "rates_overlap", {"other": one})


def _covers(rate: RateDraft, beside: RateDraft, book: ReferenceBook) -> bool:
    """Say whether a rate could be meant for the lines of another; that of a code goes before that of a scope."""
    if rate.code is not None:
        return rate.code == beside.code
    if rate.scope is beside.scope:
        return True
    if rate.scope is RateScope.ALL and (rate.method.is_packaged or beside.scope is not None):
        return True
    # One amount for giving the infusion, or a percentage of its charge, leaves no room for rates of its services.
    pays_visits = rate.scope is not RateScope.DRUG and (
        rate.method.is_packaged or rate.method is RateMethod.PERCENT_OF_CHARGE
    )
    return pays_visits and beside.code is not None and is_service(beside.code, book)


def _of_code(index: int, rate: RateDraft, book: ReferenceBook) -> list[Problem]:
    if rate.code is None or not is_service(rate.code, book):
        return []
    if rate.method is RateMethod.PERCENT_OF_CHARGE:
        return [Problem(f"/rates/{index}/code", "rate_needs_scope")]
    if rate.method is RateMethod.ASP_PLUS_PERCENT:
        return [Problem(f"/rates/{index}/method", "drugs_only")]
    return []


def _of_price(index: int, rate: RateDraft, period: Period, *, on: date, book: ReferenceBook) -> list[Problem]:
    """Hold a price of one unit against the published rate: beyond the bounds on file the unit is probably another."""
    if rate.method is not RateMethod.PER_UNIT or rate.code is None:
        return []
    day = max(period.first_day, on if period.last_day is None else min(on, period.last_day))
    code = book.billing_code(rate.code, day)
    published = None if code is None else published_rate(code, day, book=book)
    bounds = book.plausible_range(TIMES_PAYMENT_LIMIT)
    if not published or bounds is None or bounds[0] <= rate.value / published <= bounds[1]:
        return []
    params = {"code": rate.code, "published": plain(published), "low": plain(bounds[0]), "high": plain(bounds[1])}
    return [Problem(f"/rates/{index}/value", "rate_unit_doubtful", params)]


def _meet(one: Period, other: Period) -> bool:
    return one.holds(other.first_day) or other.holds(one.first_day)
