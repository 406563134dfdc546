"""What a payer and an organization have agreed to: rates by code and day. They belong to that organization alone."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from estimator.model.codes import Payer, Site
from estimator.model.periods import Period


class RateMethod(StrEnum):
    """What the number of a contracted rate means."""

    PER_UNIT = "per_unit"
    PERCENT_OF_PAYMENT_LIMIT = "percent_of_payment_limit"
    ASP_PLUS_PERCENT = "asp_plus_percent"
    PERCENT_OF_CHARGE = "percent_of_charge"
    PER_DIEM = "per_diem"
    CASE_RATE = "case_rate"

    @property
    def is_packaged(self) -> bool:
        """Say whether one amount pays for everything the rate covers, however many units there are."""
        return self in (RateMethod.PER_DIEM, RateMethod.CASE_RATE)


class RateScope(StrEnum):
    """What a rate without a code covers."""

    DRUG = "drug"
    ADMINISTRATION = "administration"
    ALL = "all"


class CasePer(StrEnum):
    """What one case is: each day of infusing, or a course of consecutive days."""

    VISIT = "visit"
    COURSE = "course"


class ContractRate(NamedTuple):
    """One rate. ``value`` is dollars or percent, by ``method``; it is for one ``code`` or for a ``scope``."""

    method: RateMethod
    value: Decimal
    period: Period
    code: str | None
    scope: RateScope | None
    per: CasePer
    fact_id: str

    @property
    def is_whole(self) -> bool:
        """Say whether one amount pays for all lines of a day."""
        return self.scope is RateScope.ALL and self.method.is_packaged


class Contract(NamedTuple):
    """A contract as the calculation needs it. A ``site`` of ``None`` is any site of care."""

    id: str
    payer: Payer
    site: Site | None
    rates: tuple[ContractRate, ...]

    def rate(self, code: str | None, scope: RateScope, on: date) -> ContractRate | None:
        """Find the rate of a code on a day, else that of its scope.

        One amount for all lines of a day is no rate of a code: it is asked for by ``whole``.
        """
        in_force = [item for item in self.rates if item.period.holds(on)]
        by_code = next((item for item in in_force if code is not None and item.code == code), None)
        scopes = (scope, RateScope.ALL)
        return by_code or next((item for item in in_force if item.scope in scopes and not item.is_whole), None)

    def whole(self, on: date) -> ContractRate | None:
        """Find the rate that pays all lines of a day with one amount."""
        return next((item for item in self.rates if item.is_whole and item.period.holds(on)), None)

    def per_diems(self, on: date) -> tuple[ContractRate, ...]:
        """List the daily rates in force that are for one code."""
        return tuple(
            item
            for item in self.rates
            if item.method is RateMethod.PER_DIEM and item.code is not None and item.period.holds(on)
        )

    def holds_until(self, on: date) -> date:
        """Give the last day up to which exactly the rates in force on a day stay in force."""
        changes = [date.max]
        for item in self.rates:
            first_day, last_day = item.period
            if first_day > on:
                changes.append(first_day - timedelta(days=1))
            elif last_day is not None and last_day >= on:
                changes.append(last_day)
        return min(changes)
