"""What a hospital's price file says of one price, whatever form the file has (CMS templates 2 and 3)."""

from decimal import Decimal
from typing import NamedTuple

from estimator.model.contracts import RateMethod
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.price_rows import Paid, PriceRow

VERSIONS = ("2.", "3.")
INPATIENT = "inpatient"
_PERCENT_OF_CHARGES = "percent of total billed charges"
_DOLLARS = {
    "case rate": RateMethod.CASE_RATE,
    "per diem": RateMethod.PER_DIEM,
    "fee schedule": RateMethod.PER_UNIT,
    "": RateMethod.PER_UNIT,
    "other": RateMethod.PER_UNIT,
}

_CLASSES = {"facility": "institutional", "professional": "professional", "both": "both"}


class Charge(NamedTuple):
    """A payer's charge as printed: dollars, or a percentage, or an algorithm in words; and what was paid by it."""

    dollars: Decimal | None
    percentage: Decimal | None
    algorithm: str | None
    methodology: str
    note: str | None
    paid: Paid | None = None


class Item(NamedTuple):
    """The service or drug a charge is for."""

    place: str
    code: str
    ndc: str | None
    setting: str
    modifiers: tuple[str, ...]
    unit: Decimal | None
    unit_kind: str | None
    billing_class: str | None = None


def check_version(version: str | None) -> None:
    """Refuse a file of a template that we do not know. Raises ``FileRefused``."""
    if version is None or not version.startswith(VERSIONS):
        raise FileRefused("file_version_unknown", version=version or "-")


def row(item: Item, charge: Charge, *, payer: str | None, plan: str | None) -> PriceRow:
    """Say what a charge means, or why it cannot be used as it stands."""
    method, value, doubt = _meaning(charge)
    note = charge.note if charge.algorithm is None else charge.algorithm
    return PriceRow(
        place=item.place,
        code=item.code,
        ndc=item.ndc,
        method=method,
        value=value,
        doubt=doubt,
        payer=payer,
        plan=plan,
        setting=item.setting or None,
        billing_class=item.billing_class,
        modifiers=item.modifiers,
        unit=item.unit,
        unit_kind=item.unit_kind,
        note=note,
        paid=charge.paid,
    )


def paid(median: Decimal | None, low: Decimal | None, high: Decimal | None, cases: str | None) -> Paid | None:
    """Put together what was paid; ``None`` where the file says nothing of it."""
    found = Paid(median, low, high, cases)
    return None if found == Paid(None, None, None, None) else found


def billing_class(said: str) -> str | None:
    """Say who bills a charge, in the word payers' files have for it; a template's optional column, mostly not there."""
    return _CLASSES.get(said.lower())


def _meaning(charge: Charge) -> tuple[RateMethod, Decimal | None, str | None]:
    if charge.dollars is not None:
        method = _DOLLARS.get(charge.methodology)
        if method is None:
            return RateMethod.PER_UNIT, charge.dollars, "method_contradicts"
        return method, charge.dollars, "method_other" if charge.methodology == "other" else None
    if charge.percentage is not None:
        doubt = None if charge.methodology == _PERCENT_OF_CHARGES else "percent_of_what"
        return RateMethod.PERCENT_OF_CHARGE, charge.percentage, doubt
    return RateMethod.PER_UNIT, None, "algorithm" if charge.algorithm is not None else "rate_unreadable"
