"""Contracted rates → prices of lines. A rate in force on the day of service replaces the price basis of its lines.

- per unit: dollars for one billing unit, or for one unit of a service;
- percent of the payment limit: of Medicare's limit for the drug, of its rate at this site for a service, with their
  ranges where they are carried forward;
- ASP plus a percentage: the payment limit is 106 percent of the average sales price (a fact on file), so the price is
  limit x (100 + x) / 106, rounded half up to ten places;
- percent of charge: of the charge the caller names; without one there is no price;
- per diem: one amount a day for what the rate covers; case rate: one amount a visit or a course.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.model import money
from estimator.model.claims import ClaimLine
from estimator.model.codes import PriceBasis, Site
from estimator.model.contracts import CasePer, Contract, ContractRate, RateMethod, RateScope
from estimator.model.levels import Assumption, Tri, point
from estimator.model.money import Cents
from estimator.model.order import PriceOverrides
from estimator.reference.book import ReferenceBook
from estimator.reference.record_reading import exact
from estimator.reference.timelines import Reading

LIMIT_OVER_ASP = "payment_limit_over_asp"
UNIT_PLACES = Decimal("0.0000000001")


class ContractedPrice(NamedTuple):
    """What a contract says of one unit. ``unit`` is ``None`` where it cannot be worked out; ``why`` says what lacks.

    ``is_packaged``: one amount pays for all units, and is laid on the lines by ``packaged`` or as the visit's price.
    """

    unit: Tri[Decimal] | None
    fact_ids: tuple[str, ...]
    why: tuple[Assumption, ...] = ()
    is_packaged: bool = False


def at_site(overrides: PriceOverrides, site: Site) -> Contract | None:
    """Give the contract that pays at a site, if the caller named one that does."""
    contract = overrides.contract
    return None if contract is None or contract.site not in (None, site) else contract


def drug_price(
    code: str, on: date, limit: Reading | None, *, contract: Contract, overrides: PriceOverrides, book: ReferenceBook
) -> ContractedPrice | None:
    """Price one billing unit of the drug by the contract; ``None`` where the contract has no rate for it that day."""
    rate = contract.whole(on) or contract.rate(code, RateScope.DRUG, on)
    if rate is None:
        return None
    if rate.method is RateMethod.PERCENT_OF_CHARGE:
        return _of_charge(rate, overrides.billed_charge_per_unit, "price.billed_charge_per_unit")
    return _price(rate, code, limit, on, book)


def service_price(
    code: str, on: date, published: Reading | None, *, contract: Contract, book: ReferenceBook
) -> ContractedPrice | None:
    """Price one unit of a service by the contract; ``None`` where it has no rate of this kind for it that day."""
    rate = contract.rate(code, RateScope.ADMINISTRATION, on)
    if rate is None or rate.method is RateMethod.PERCENT_OF_CHARGE:
        return None
    return _price(rate, code, published, on, book)


def _price(rate: ContractRate, code: str, published: Reading | None, on: date, book: ReferenceBook) -> ContractedPrice:
    if rate.method.is_packaged:
        return ContractedPrice(point(rate.value), (rate.fact_id,), is_packaged=True)
    if rate.method is RateMethod.PER_UNIT:
        return ContractedPrice(point(rate.value), (rate.fact_id,))
    if published is None:
        lacking = Assumption("contract_needs_payment_limit", (("about", code),), "price", (rate.fact_id,))
        return ContractedPrice(None, (rate.fact_id,), (lacking,))
    facts = (rate.fact_id, published.fact.id)
    prices = Tri(published.low, published.expected, published.high)
    if rate.method is RateMethod.PERCENT_OF_PAYMENT_LIMIT:
        return ContractedPrice(_times(prices, rate.value, Decimal(100)), facts)
    over_asp, fact_id = _limit_over_asp(on, book)
    found = _times(prices, 100 + rate.value, over_asp)
    expected = None if found.expected is None else _rounded(found.expected)
    return ContractedPrice(Tri(_rounded(found.low), expected, _rounded(found.high)), (*facts, fact_id))


def _of_charge(rate: ContractRate, charge: Decimal | None, pointer: str) -> ContractedPrice:
    if charge is None:
        said = (("percent", f"{rate.value:f}"), ("charge", pointer))
        lacking = Assumption("contract_needs_charge", said, pointer, (rate.fact_id,))
        return ContractedPrice(None, (rate.fact_id,), (lacking,))
    return ContractedPrice(point(charge * rate.value / 100), (rate.fact_id,))


def _times(prices: Tri[Decimal], numerator: Decimal, denominator: Decimal) -> Tri[Decimal]:
    expected = None if prices.expected is None else prices.expected * numerator / denominator
    return Tri(prices.low * numerator / denominator, expected, prices.high * numerator / denominator)


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(UNIT_PLACES, ROUND_HALF_UP)


def _limit_over_asp(on: date, book: ReferenceBook) -> tuple[Decimal, str]:
    """Give what percentage of the average sales price the payment limit is, with the fact that says so."""
    fact = book.word("coding_rule", LIMIT_OVER_ASP, on)
    if fact is None or not isinstance(fact.value, Mapping):
        raise BadFact(file="coding_rule", row=LIMIT_OVER_ASP, reason="must give a percent")
    return exact(fact.value.get("percent"), fact=fact), fact.id


class VisitPrice(NamedTuple):
    """One amount for giving one infusion. ``amount`` is ``None`` where it cannot be worked out."""

    amount: Cents | None
    basis: PriceBasis
    fact_ids: tuple[str, ...] = ()
    why: tuple[Assumption, ...] = ()


def visit_price(on: date, *, contract: Contract, overrides: PriceOverrides, opens_course: bool) -> VisitPrice | None:
    """Give the one amount that a contract pays for all that gives one infusion; ``None`` where it pays line by line."""
    whole = contract.whole(on)
    if whole is not None:
        return VisitPrice(Cents(0), PriceBasis.INCLUDED, (whole.fact_id,))
    rate = next((item for item in contract.rates if item.period.holds(on) and _pays_visits(item)), None)
    if rate is None:
        return None
    if rate.method is RateMethod.PERCENT_OF_CHARGE:
        charge = overrides.billed_charge_administration
        price = _of_charge(rate, None if charge is None else Decimal(charge), "price.billed_charge_administration")
        if price.unit is None:
            return VisitPrice(None, PriceBasis.NONE_PUBLISHED, price.fact_ids, price.why)
        amount = Cents(int(price.unit.high.to_integral_value(ROUND_HALF_UP)))
        return VisitPrice(amount, PriceBasis.CONTRACT, price.fact_ids)
    if not _pays_this_day(rate, opens_course=opens_course):
        return VisitPrice(Cents(0), PriceBasis.INCLUDED, (rate.fact_id,))
    return VisitPrice(money.from_exact(rate.value), PriceBasis.CONTRACT, (rate.fact_id,))


def _pays_visits(rate: ContractRate) -> bool:
    """Say whether a rate is for the whole of giving an infusion: not for one code, and not unit by unit."""
    if rate.method is RateMethod.PERCENT_OF_CHARGE:
        return rate.scope in (RateScope.ADMINISTRATION, RateScope.ALL)
    return rate.method.is_packaged and rate.scope is RateScope.ADMINISTRATION


def _pays_this_day(rate: ContractRate, *, opens_course: bool) -> bool:
    return rate.method is RateMethod.PER_DIEM or rate.per is CasePer.VISIT or opens_course


def packaged(
    lines: tuple[ClaimLine, ...], on: date, *, contract: Contract, drug: str, opens_course: bool
) -> tuple[ClaimLine, ...]:
    """Lay a packaged amount on the first of the day's lines that it covers; the others are included in it."""
    rate = contract.whole(on)
    covered = range(len(lines))
    if rate is None:
        rate = contract.rate(drug, RateScope.DRUG, on)
        covered = range(sum(line.code == drug for line in lines))
    if rate is None or not rate.method.is_packaged:
        return lines
    amount = money.from_exact(rate.value) if _pays_this_day(rate, opens_course=opens_course) else Cents(0)
    found = list(lines)
    for place in covered:
        carries = place == 0 and amount != 0
        found[place] = found[place]._replace(
            allowed=amount if carries else Cents(0),
            unit_price=None,
            price_basis=PriceBasis.CONTRACT if carries else PriceBasis.INCLUDED,
            fact_ids=(rate.fact_id,),
        )
    return tuple(found)
