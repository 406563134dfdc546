"""What is billed for one infusion day besides the drug: codes and units, by route, place, payer and minutes.

Hours on a nurse's visit at home, quarter hours of Medicare's home benefit, premedication: all rules are facts.
"""

from datetime import date
from typing import NamedTuple

from estimator.model.codes import Benefit, Category, Route, Site
from estimator.model.periods import Period
from estimator.pricing.hours import further_hours, infusion_lines, quarter_hours, rule_minutes
from estimator.pricing.quotes import PART_B, PricingTerms
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode

HOME_RULE = "home_visit_time"
PER_DIEM, FIRST_HOURS, FURTHER_HOUR = (
    "home_immunotherapy_per_diem",
    "home_nursing_first_two_hours",
    "home_nursing_additional_hour",
)


class Service(NamedTuple):
    """One service of an infusion day. ``paid_units`` differ from ``units`` where a code is counted but paid once."""

    code: BillingCode
    units: int
    category: Category
    paid_units: int | None = None

    @property
    def times(self) -> int:
        """How many times the fee is paid."""
        return self.units if self.paid_units is None else self.paid_units


def services_of(
    minutes: int | None, *, terms: PricingTerms, on: date, is_first: bool, book: ReferenceBook
) -> tuple[Service, ...]:
    """List the services of one day, without premedication. Without minutes nothing that is billed by time is listed."""
    if terms.site is Site.HOME:
        return _at_home(minutes, terms, on, is_first=is_first, book=book)
    if minutes is None:
        return ()
    return tuple(
        Service(code := book.code_by_role(role), units, code.category)
        for role, units in infusion_lines(
            minutes,
            route=terms.route,
            on=on,
            book=book,
            pump_setups=terms.pump_setups,
            as_chemotherapy=terms.as_chemotherapy,
        )
    )


def premedication_of(terms: PricingTerms, on: date, book: ReferenceBook) -> tuple[Service, ...]:
    """List the premedication that the order names, by its codes."""
    return tuple(
        Service(book.billing_code(code, on) or _not_on_file(code, on), units, Category.PREMEDICATION)
        for code, units in terms.premedication
    )


def _at_home(
    minutes: int | None, terms: PricingTerms, on: date, *, is_first: bool, book: ReferenceBook
) -> tuple[Service, ...]:
    if not terms.nurse_visits:
        return ()
    if terms.administration_benefit in PART_B:
        role = "home_ivig_services"
        if terms.route is Route.SC:
            role = "home_infusion_sc_first_visit" if is_first else "home_infusion_sc_visit"
        code = book.code_by_role(role)
        quarter, past = (rule_minutes(book, on, HOME_RULE, name) for name in ("quarter_hour", "quarter_hour_from"))
        units = 1 if minutes is None else quarter_hours(minutes, quarter=quarter, earned_from=past)
        return (Service(code, units, code.category, paid_units=1),)
    per_diem, visit, hour = (book.code_by_role(role) for role in (PER_DIEM, FIRST_HOURS, FURTHER_HOUR))
    found = [Service(per_diem, 1, per_diem.category), Service(visit, 1, visit.category)]
    if minutes is not None:
        first, length, past = (
            rule_minutes(book, on, HOME_RULE, name) for name in ("first_visit", "hour", "further_hour_past")
        )
        further = further_hours(minutes - first + length, hour=length, past=past)
        found += [Service(hour, further, hour.category)] if further else []
    return tuple(found)


def is_billed_by_time(terms: PricingTerms) -> bool:
    """Say whether giving the drug is billed by how long it takes."""
    if terms.administration_benefit is Benefit.NONE:
        return False
    if terms.site is not Site.HOME:
        return True
    return terms.nurse_visits and terms.administration_benefit is Benefit.MEDICAL and terms.route is Route.IV


def _not_on_file(code: str, on: date) -> BillingCode:
    return BillingCode(
        code=code,
        category=Category.PREMEDICATION,
        name=None,
        mg_per_unit=None,
        immune_globulin=False,
        route_modifiers={},
        role=None,
        revenue_code=None,
        period=Period(on, None),
        fact_id="",
    )
