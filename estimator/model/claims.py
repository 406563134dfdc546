"""Infusions, opened packages, claim lines and their shares: what one stage hands to the next.

These are named tuples, not data classes: a year's estimate makes hundreds of them, and they take part in look-ups.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from estimator.model.codes import Benefit, Category, MinutesBasis, Phase, PriceBasis
from estimator.model.levels import Level
from estimator.model.money import ZERO, Cents, MilliPercent
from estimator.model.quantities import BillingUnits, Milligrams, Minutes


class Infusion(NamedTuple):
    """One day of infusing. ``number`` counts from 1 in the window; ``course`` from 1 within its phase.

    ``most_mg`` is the most that the dose may be rounded up to, where the order caps it. ``lasts_days`` are the days to
    the next course where courses follow at an interval; a single dose has none.
    """

    number: int
    phase: Phase
    course: int
    day: int
    service_on: date
    dose_mg: Milligrams
    most_mg: Milligrams | None = None
    lasts_days: int | None = None

    @property
    def course_on(self) -> date:
        """The first day of the course that the day belongs to."""
        return self.service_on - timedelta(days=self.day - 1)


class OpenedVial(NamedTuple):
    """How many packages of one size are opened. ``ndc`` is ``None`` for a product the caller described.

    On a claim line ``drawn_mg`` is what of them this line bills; ``is_shared`` says that one of them was given in part
    and discarded in part, so that it stands on both lines.
    """

    ndc: str | None
    mg: Milligrams
    packages: int
    drawn_mg: Milligrams | None = None
    is_shared: bool = False


class Fill(NamedTuple):
    """The packages opened for one dose, and how the dose and the waste are billed.

    ``given`` are the packages that the dose was drawn from, ``leftover`` those that the discarded part is left in; a
    package discarded whole stands in ``leftover`` alone.
    """

    dose_mg: Milligrams
    vials: tuple[OpenedVial, ...]
    discarded_mg: Milligrams
    administered_units: BillingUnits
    discarded_units: BillingUnits
    leftover: tuple[OpenedVial, ...] = ()
    given: tuple[OpenedVial, ...] = ()

    @property
    def opened_mg(self) -> int:
        """Milligrams in the opened packages."""
        return self.dose_mg + self.discarded_mg


class RateStep(NamedTuple):
    """One step of an infusion's rate; the last step runs until the dose is in."""

    mg_per_kg_min: Decimal
    minutes: int | None


class InfusionTime(NamedTuple):
    """How long one infusion takes. With a class default the minutes range; else all three are equal.

    ``expected`` is ``None`` where nothing says how long it takes: then only bounds are known.
    """

    low: Minutes
    expected: Minutes | None
    high: Minutes
    basis: MinutesBasis
    steps: tuple[RateStep, ...] = ()
    fact_ids: tuple[str, ...] = ()

    def minutes(self, level: Level) -> Minutes | None:
        """Give the minutes at a level; ``None`` where none can be expected."""
        return (self.low, self.expected, self.high)[level]

    @property
    def is_range(self) -> bool:
        """Say whether the minutes are only known as a range."""
        return self.low != self.high


class PaidFirst(NamedTuple):
    """What another plan has paid of a line before this payer: its allowed amount, its payment, and the charge."""

    allowed: Cents
    paid: Cents
    charge: Cents


Rule = tuple[str, tuple[tuple[str, str], ...]]
"""A rule's code with the figures it speaks of."""


class ClaimLine(NamedTuple):
    """One line of a claim. ``allowed`` is ``None`` where no price is on file: that is unknown, never zero.

    ``code`` is ``None`` where no code is on file for a service. ``packages`` are the packages of a drug line: all that
    were given from, or those that the discarded part was left in.
    ``coinsurance`` is the percentage of this very line where the payer's rule sets it by code and date (Medicare
    Part B); ``None`` leaves it to the plan. ``paid_units`` are how often a code is paid that is counted otherwise (a
    day of home infusion in quarter hours); ``None``: as often as it is counted. ``is_under_day_ceiling`` is false for a
    line that the terms' ceiling for a day does not cap. ``is_out_of_network`` puts a line under the plan's terms out of
    network. ``is_assigned`` is false where the provider does not take Medicare's amount as payment in full.
    """

    code: str | None
    modifiers: tuple[str, ...]
    units: int
    category: Category
    benefit: Benefit
    price_basis: PriceBasis
    unit_price: Decimal | None
    allowed: Cents | None
    billed: Cents | None = None
    coinsurance: MilliPercent | None = None
    ndc: str | None = None
    packages: tuple[OpenedVial, ...] = ()
    revenue_code: str | None = None
    fact_ids: tuple[str, ...] = ()
    is_under_day_ceiling: bool = True
    paid_units: int | None = None
    is_out_of_network: bool = False
    is_assigned: bool = True
    paid_first: PaidFirst | None = None
    medicare_fee: Cents | None = None


class Share(NamedTuple):
    """How one line's allowed amount is borne.

    ``deductible``, ``copay`` and ``coinsurance`` are what the plan's terms ask before its ceilings;
    ``ceiling_reduction`` is what the out-of-pocket maximum (or Medicare's hospital copay ceiling) takes off again.
    ``percent`` is the coinsurance percentage that was asked. ``rules`` are those of the payers after the first one,
    ``bill_paid`` is what these have paid of the balance bill.
    """

    deductible: Cents = ZERO
    copay: Cents = ZERO
    coinsurance: Cents = ZERO
    ceiling_reduction: Cents = ZERO
    non_covered: Cents = ZERO
    balance_bill: Cents = ZERO
    plan_paid: Cents = ZERO
    secondary_paid: Cents = ZERO
    assistance_paid: Cents = ZERO
    patient_share: Cents = ZERO
    provider_liability: Cents = ZERO
    write_off: Cents | None = None
    why: tuple[str, ...] = ()
    percent: MilliPercent | None = None
    rules: tuple[Rule, ...] = ()
    bill_paid: Cents = ZERO

    @property
    def cost_sharing(self) -> Cents:
        """What the plan's terms leave to the patient: deductible, copay and coinsurance within their limits."""
        return Cents(self.deductible + self.copay + self.coinsurance - self.ceiling_reduction)

    @property
    def patient_cost(self) -> Cents:
        """What the patient is left with after assistance."""
        return Cents(self.patient_share - self.assistance_paid)


class OutOfNetworkState(NamedTuple):
    """What one member and the family have met of the amounts out of network."""

    deductible_met: Cents = ZERO
    out_of_pocket_met: Cents = ZERO
    family_deductible_met: Cents = ZERO
    family_out_of_pocket_met: Cents = ZERO


NOTHING_OUT_OF_NETWORK = OutOfNetworkState()


class LedgerState(NamedTuple):
    """What one member and the family have met in a plan year: in network, of a drug deductible, out of network.

    ``drug_cost`` is the whole cost of a drug plan's drugs, which its phases before 2025 go by.
    """

    deductible_met: Cents = ZERO
    out_of_pocket_met: Cents = ZERO
    family_deductible_met: Cents = ZERO
    family_out_of_pocket_met: Cents = ZERO
    pharmacy_deductible_met: Cents = ZERO
    out_of_network: OutOfNetworkState = NOTHING_OUT_OF_NETWORK
    drug_cost: Cents = ZERO


class VisitClaim(NamedTuple):
    """The lines of one member on one day, drug first. ``allowed`` is ``None`` when a line has no price."""

    service_on: date
    lines: tuple[ClaimLine, ...]
    allowed: Cents | None
    member: str = "self"
