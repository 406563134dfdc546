"""An infusion order and its coverage, as the caller gave them. ``None`` means: not said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from estimator.model.assistance import NO_ASSISTANCE, Assistance
from estimator.model.codes import (
    Benefit,
    DenialNotice,
    DenialReason,
    DrugLines,
    HospitalDepartment,
    InfusionRisk,
    MinutesBasis,
    Payer,
    Phase,
    Route,
    Sex,
    Site,
    VialPolicy,
)
from estimator.model.contracts import Contract
from estimator.model.money import Cents, MilliPercent
from estimator.model.periods import Period
from estimator.model.plan import Balances, PlanDesign
from estimator.model.quantities import CM_PER_METRE, DoseUnit, Height, Milligrams, Minutes, Weight
from estimator.model.secondary import Secondary


class DosePer(StrEnum):
    """Whether an ordered dose is for the whole course or for each of its days."""

    COURSE = "course"
    DAY = "day"


class IntervalUnit(StrEnum):
    """The units of the time from one course to the next."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class DosingWeight(StrEnum):
    """Which weight a dose per kg is counted on."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"
    PAYER_RULE = "payer_rule"


class DrugSupply(StrEnum):
    """Who buys the drug and bills it: the place of care, or a pharmacy that ships it there or to the home."""

    BUY_AND_BILL = "buy_and_bill"
    SPECIALTY_PHARMACY = "specialty_pharmacy"


class DoseRounding(StrEnum):
    """How a day's dose is rounded to whole packages."""

    NONE = "none"
    NEAREST = "nearest_vial"
    UP = "up_to_vial"
    DOWN = "down_to_vial"


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as ordered."""

    amount: Decimal
    unit: DoseUnit
    per: DosePer = DosePer.COURSE


@dataclass(frozen=True, slots=True)
class Interval:
    """The time from the first day of one course to the first day of the next."""

    value: int
    unit: IntervalUnit = IntervalUnit.DAY

    def __str__(self) -> str:
        return f"{self.value} {self.unit.value}"


@dataclass(frozen=True, slots=True)
class Loading:
    """A loading dose before the maintenance courses. ``dose`` is ``None`` for the usual one on file."""

    dose: Dose | None
    days: int | None = None
    then_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Premedication:
    """A service before the infusion, as it is billed."""

    code: str
    units: int = 1


@dataclass(frozen=True, slots=True)
class TherapyPhase:
    """One phase of an order that changes over time, such as a taper. ``courses`` is ``None`` for the last, open end."""

    dose: Dose | None = None
    mg_per_day: tuple[Milligrams, ...] | None = None
    days_per_course: int | None = None
    interval: Interval | None = None
    courses: int | None = None


@dataclass(frozen=True, slots=True)
class PreviousIvig:
    """The infusions by vein that a subcutaneous therapy takes the place of."""

    mg: Milligrams
    interval_days: int


@dataclass(frozen=True, slots=True)
class CustomProduct:
    """A product the caller describes because it is not on file."""

    hcpcs: str
    mg_per_unit: Decimal
    package_mg: tuple[Milligrams, ...]
    single_dose: bool = True
    concentration_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GivenVial:
    """Packages the caller says are opened, by their size."""

    mg: Milligrams
    count: int


class Household(NamedTuple):
    """Who lives of which income in a year: for programmes that go by it."""

    size: int
    income: Cents


@dataclass(frozen=True, slots=True)
class Patient:
    """What the calculation needs of the patient. No name, no birth date.

    ``infusion_risks`` are those for which labels ask for a slower infusion by vein.
    """

    weight: Weight | None = None
    age_years: int | None = None
    residence_state: str | None = None
    household: Household | None = None
    height: Height | None = None
    sex: Sex | None = None
    infusion_risks: tuple[InfusionRisk, ...] = ()

    @property
    def body_mass_index(self) -> Decimal | None:
        """Kilograms per square metre of height, unrounded; ``None`` where weight or height was not said."""
        if self.weight is None or self.height is None:
            return None
        metres = self.height.cm / CM_PER_METRE
        return self.weight.kg / (metres * metres)


@dataclass(frozen=True, slots=True)
class Therapy:
    """The infusion order."""

    diagnosis: str | None = None
    indication: str | None = None
    product: str | None = None
    hcpcs: str | None = None
    custom_product: CustomProduct | None = None
    route: Route | None = None
    dose: Dose | None = None
    days_per_course: int | None = None
    mg_per_day: tuple[Milligrams, ...] | None = None
    interval: Interval | None = None
    loading: Loading | None = None
    start_on: date | None = None
    courses: int | None = None
    phase: Phase = Phase.MAINTENANCE
    vial_policy: VialPolicy = VialPolicy.LEAST_WASTE
    vials: tuple[GivenVial, ...] | None = None
    stock_mg: tuple[Milligrams, ...] | None = None
    package_prices: Mapping[str, Cents] | None = None
    infusion_minutes: Minutes | None = None
    infusion_minutes_basis: MinutesBasis = MinutesBasis.PLANNED
    dosing_weight: DosingWeight = DosingWeight.ACTUAL
    dose_rounding: DoseRounding = DoseRounding.NONE
    dose_rounding_max_percent: MilliPercent | None = None
    dose_cap_mg: Milligrams | None = None
    phases: tuple[TherapyPhase, ...] = ()
    previous_ivig: PreviousIvig | None = None
    ramp_up: bool | None = None
    premedication: tuple[Premedication, ...] = ()
    nurse_visits: bool | None = None
    dispense_days: int | None = None
    pump_setups: int = 1
    is_first_infusion: bool = False


@dataclass(frozen=True, slots=True)
class PriceOverrides:
    """Prices the caller knows; each replaces the price on file for its line.

    ``contract_id`` names a contract of the caller's organization, ``contract`` is that contract once it was found.
    """

    drug_allowed_per_unit: Decimal | None = None
    percent_of_payment_limit: Decimal | None = None
    administration_allowed_per_visit: Cents | None = None
    facility_allowed_per_visit: Cents | None = None
    billed_charge_per_unit: Decimal | None = None
    billed_charge_administration: Cents | None = None
    cash_price_per_unit: Decimal | None = None
    contract_id: str | None = None
    contract: Contract | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """How prior authorization stands, and for how much it was given. ``code`` is the drug's billing code."""

    status: str | None = None
    number_on_file: bool = False
    first_day: date | None = None
    last_day: date | None = None
    code: str | None = None
    units: int | None = None
    visits: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who pays and on what terms.

    ``plan`` and ``balances`` are ``None`` when the caller gave none. For Original Medicare ``plan`` carries only what
    differs from the year's published amounts. ``since`` is its first day where that was said: nothing was met before.
    ``place`` is its place among the coverage periods as they were sent, whatever their days.
    """

    payer: Payer
    plan: PlanDesign | None = None
    balances: Balances | None = None
    market: str | None = None
    funding: str | None = None
    network: str = "in"
    authorization_status: str | None = None
    authorization_number_on_file: bool = False
    secondaries: tuple[Secondary, ...] = ()
    drug_benefit: Benefit | None = None
    administration_benefit: Benefit | None = None
    drug_supply: DrugSupply = DrugSupply.BUY_AND_BILL
    drug_lines: DrugLines | None = None
    authorization: Authorization | None = None
    policies: tuple[str, ...] = ()
    since: date | None = None
    place: int = 0

    @property
    def is_outside(self) -> bool:
        """Say whether the provider is out of the plan's network."""
        return self.network == "out" and self.payer not in (Payer.SELF_PAY, Payer.MEDICARE)

    def says_the_same_as(self, other: "Coverage") -> bool:
        """Say whether another coverage says the same, but for its days, its place and what has been met."""
        bare = replace(self, since=None, balances=None, place=0)
        return bare == replace(other, since=None, balances=None, place=0)

    def is_followed_by(self, later: "Coverage") -> bool:
        """Say whether a later coverage is under the same plan and keeps its ledger, whatever else changes."""
        same = (self.payer, self.plan, self.drug_benefit) == (later.payer, later.plan, later.drug_benefit)
        return same and later.balances is None


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A clinical fact as given: yes or no, a number with its unit, a word, or several words."""

    value: bool | Decimal | str | tuple[str, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class CoveragePeriod:
    """Who pays on some of the days. What is ``None`` is as in the rest of the request."""

    period: Period
    coverage: Coverage
    price: PriceOverrides | None = None
    assistance: Assistance | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What "annual" covers: whole months from a first day."""

    start_on: date | None = None
    months: int = 12


@dataclass(frozen=True, slots=True)
class Denial:
    """What the denied scenario supposes."""

    reason: DenialReason | None = None
    notice: DenialNotice | None = None


DEFAULTS = {
    "therapy.loading": "no_loading_dose",
    "therapy.courses": "through_window",
    "therapy.dosing_weight": "actual_weight",
    "therapy.vial_policy": "least_waste",
    "coverage.drug_supply": "buy_and_bill",
    "coverage.network": "in_network",
    "coverage.secondaries": "no_second_coverage",
    "coverage.authorization.status": "authorization_unknown",
    "assistance": "no_assistance",
    "window.months": "window_of_12_months",
}
"""Fields whose default needs no fact, and the code of the assumption that each makes when it is left out."""


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """One request for an estimate, as read. ``as_of`` is the day whose knowledge is asked for.

    ``periods`` follow each other where the coverage changes; ``coverage`` is then that of the first. ``unsaid`` names
    the fields that were left to their plain defaults (``DEFAULTS``), ``taken_from_contract`` those that the contract
    named in the request settled. ``opted_in_on`` is the day the patient joined the Medicare Prescription Payment Plan.
    """

    as_of: date
    patient: Patient
    therapy: Therapy
    coverage: Coverage
    site_of_care: Site | None = None
    hospital_department: HospitalDepartment | None = None
    service_state: str | None = None
    price: PriceOverrides = field(default_factory=PriceOverrides)
    window: Window = field(default_factory=Window)
    denial: Denial = field(default_factory=Denial)
    clinical: tuple[tuple[str, GivenFact], ...] = ()
    coverage_check: bool = True
    assistance: Assistance = NO_ASSISTANCE
    periods: tuple[CoveragePeriod, ...] = ()
    unsaid: tuple[str, ...] = ()
    taken_from_contract: tuple[str, ...] = ()
    opted_in_on: date | None = None

    @property
    def said_prices(self) -> tuple[tuple[str, PriceOverrides], ...]:
        """Give all prices that the caller said, each with its place."""
        own = ((f"/coverage_periods/{part.coverage.place}/price", part.price) for part in self.periods)
        return (("/price", self.price), *((pointer, price) for pointer, price in own if price is not None))

    @property
    def contract_ids(self) -> tuple[str, ...]:
        """Name every contract that the caller named, each once."""
        found = (price.contract_id for _, price in self.said_prices)
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def coverage_on(self, on: date) -> Coverage:
        """Give the coverage that holds on a day."""
        return next((part.coverage for part in self.periods if part.period.holds(on)), self.coverage)

    def under(self, part: CoveragePeriod) -> "EstimateRequest":
        """Give the same order under the coverage of one period."""
        return replace(
            self,
            coverage=part.coverage,
            price=self.price if part.price is None else part.price,
            assistance=self.assistance if part.assistance is None else part.assistance,
            periods=(),
        )
