"""Claim lines that a caller already has, with the plan they are to be adjudicated under."""

from dataclasses import dataclass
from datetime import date

from estimator.model.assistance import NO_ASSISTANCE, Assistance
from estimator.model.codes import Benefit, Category, DenialNotice, DenialReason, Payer, Site
from estimator.model.money import Cents, MilliPercent
from estimator.model.order import CoveragePeriod, Household
from estimator.model.plan import Balances, PlanDesign
from estimator.model.secondary import Secondary


@dataclass(frozen=True, slots=True)
class AdjudicationLine:
    """One claim line as the caller sent it. ``id`` is the caller's own and comes back with the shares.

    ``is_protected`` says that the law against surprise bills holds for a line out of network. ``primary_paid`` is what
    another plan has paid before Medicare, ``medicare_fee`` Medicare's own fee.
    """

    id: str
    service_on: date
    category: Category
    allowed: Cents
    member: str = "self"
    code: str | None = None
    units: int | None = None
    billed: Cents | None = None
    site_of_care: Site | None = None
    covered: bool = True
    denial_reason: DenialReason | None = None
    denial_notice: DenialNotice | None = None
    coinsurance: MilliPercent | None = None
    is_out_of_network: bool = False
    is_protected: bool = False
    is_assigned: bool = True
    primary_paid: Cents | None = None
    medicare_fee: Cents | None = None


@dataclass(frozen=True, slots=True)
class AdjudicationRequest:
    """One request to share claim lines out between plan and patient.

    ``periods`` follow each other where the coverage changes; payer, plan and balances are then theirs.
    """

    as_of: date
    payer: Payer
    plan: PlanDesign | None
    balances: Balances | None
    lines: tuple[AdjudicationLine, ...]
    assistance: Assistance = NO_ASSISTANCE
    periods: tuple[CoveragePeriod, ...] = ()
    secondaries: tuple[Secondary, ...] = ()
    rounding: str = "none"
    benefit: Benefit | None = None
    opted_in_on: date | None = None
    household: Household | None = None
