"""Plan designs and balances, as the plan year's arithmetic needs them.

An amount that is ``None`` is not known. "There is none" is written out: a deductible of zero, or ``NO_LIMIT`` for an
out-of-pocket maximum that does not exist.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from estimator.model.codes import Category
from estimator.model.money import ZERO, Cents, MilliPercent
from estimator.model.part_d import PartDPlan

NO_LIMIT = Cents(10**15)
"""An out-of-pocket maximum that does not exist: more than any year of claims can cost."""


class Per(StrEnum):
    """What a copay, a minimum or a maximum is counted by."""

    VISIT = "visit"
    LINE = "line"
    FILL = "fill"


class FamilyRule(StrEnum):
    """How one member's amount stands to the family's."""

    EMBEDDED = "embedded"
    AGGREGATE = "aggregate"


class Tier(StrEnum):
    """Whom the plan covers."""

    SELF = "self"
    FAMILY = "family"


class CostShareRule(NamedTuple):
    """What the member pays of a line after the deductible: a copay, a percentage, or both, within limits."""

    coinsurance: MilliPercent
    copay: Cents = ZERO
    per: Per = Per.VISIT
    minimum: Cents | None = None
    maximum: Cents | None = None

    @property
    def is_plain(self) -> bool:
        """Say whether the rule is a percentage and nothing else."""
        return not self.copay and self.minimum is None and self.maximum is None


class Limit(NamedTuple):
    """A deductible or an out-of-pocket maximum. ``None`` is unknown; zero and ``NO_LIMIT`` are known."""

    individual: Cents | None
    family: Cents | None = None
    rule: FamilyRule = FamilyRule.EMBEDDED

    @property
    def is_known(self) -> bool:
        """Say whether some amount was given; an aggregate limit may be the family's alone."""
        return self.individual is not None or (self.rule is FamilyRule.AGGREGATE and self.family is not None)


class CopayOrder(NamedTuple):
    """How a plan's copay stands to its deductible and its maximum (contract section 4, ``plan.copay``)."""

    before_deductible: bool = False
    reduces_base: bool = False
    counts_to_deductible: bool = False
    counts_to_out_of_pocket: bool = True
    continues_after_deductible: bool = True
    continues_after_out_of_pocket_max: bool = False


DEFAULT_COPAY_ORDER = CopayOrder()


class Carryover(NamedTuple):
    """What the last three months of a plan year credit to the deductible counts in the next year too."""

    only_if_deductible_unmet: bool = False


class OutOfNetwork(NamedTuple):
    """What a plan pays out of network. Without ``has_benefit`` it pays nothing there.

    ``cross_accumulates`` says that what counts in one network counts in the other.
    """

    deductible: Limit = Limit(None)
    out_of_pocket_max: Limit = Limit(None)
    default_share: CostShareRule | None = None
    cost_share: tuple[tuple[Category, CostShareRule], ...] = ()
    cross_accumulates: bool = False
    has_benefit: bool = True

    @property
    def is_complete(self) -> bool:
        """Say whether every number the arithmetic needs is known."""
        return not self.has_benefit or (
            self.deductible.is_known and self.out_of_pocket_max.is_known and self.default_share is not None
        )


NO_BENEFIT_OUT_OF_NETWORK = OutOfNetwork(has_benefit=False)


class Csr(StrEnum):
    """A silver plan's variant with cost-sharing reductions, by the share of cost it pays, or one for Indians."""

    SILVER_73 = "73"
    SILVER_87 = "87"
    SILVER_94 = "94"
    ZERO = "zero"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class PlanDesign:
    """One insurance plan's cost sharing.

    ``cost_share`` maps a category to its rule; a category that is absent follows ``default_share``, which is ``None``
    when the caller does not know it. ``drug_deductible_applies`` is false where drugs are exempt;
    ``pharmacy_deductible`` is the amount of a deductible that drugs have to themselves. ``out_of_network`` is ``None``
    where those terms are not known. ``year_starts_on`` recurs every year; ``None`` when the caller did not say.
    ``grandfathered`` plans need not keep the federal limit of each member. ``unsaid_rules`` names the limits of which
    it was not said how one member's amount stands to the family's. ``quarter_limit`` is what the family may be asked in
    each calendar quarter, which is Medicaid's alone.
    """

    year_starts_on: date | None
    deductible: Limit
    out_of_pocket_max: Limit
    default_share: CostShareRule | None
    cost_share: tuple[tuple[Category, CostShareRule], ...] = ()
    copay: CopayOrder = DEFAULT_COPAY_ORDER
    deductible_counts_to_out_of_pocket: bool = True
    coinsurance_counts_to_out_of_pocket: bool = True
    drug_deductible_applies: bool = True
    hdhp: bool = False
    tier: Tier = Tier.SELF
    pharmacy_deductible: Cents | None = None
    out_of_network: OutOfNetwork | None = None
    carryover: Carryover | None = None
    csr: Csr | None = None
    grandfathered: bool = False
    funding: str | None = None
    issue_state: str | None = None
    part_d: PartDPlan | None = None
    unsaid_rules: tuple[str, ...] = ()
    quarter_limit: Cents | None = None

    @property
    def is_complete(self) -> bool:
        """Say whether every number the arithmetic needs is known."""
        return self.deductible.is_known and self.out_of_pocket_max.is_known and self.default_share is not None


class MemberBalances(NamedTuple):
    """What another member of the family has met so far. ``None`` is unknown."""

    deductible_met: Cents | None = None
    out_of_pocket_met: Cents | None = None
    pharmacy_deductible_met: Cents | None = None


class OutOfNetworkBalances(NamedTuple):
    """What has been met so far out of network. ``None`` is unknown."""

    deductible_met: Cents | None = None
    out_of_pocket_met: Cents | None = None
    family_deductible_met: Cents | None = None
    family_out_of_pocket_met: Cents | None = None


@dataclass(frozen=True, slots=True)
class Balances:
    """What has been met so far, in the plan year that contains ``as_of``. ``None`` is unknown.

    Give what has been met or what remains, never both; ``remaining`` is turned into ``met`` once the plan is known.
    ``fourth_quarter_deductible`` is the part of the deductible that the last three months of the plan year have met;
    ``assistance_used`` what a copay programme has paid in the calendar year; ``drug_cost_met`` the whole cost of a drug
    plan's drugs so far.
    """

    as_of: date | None = None
    deductible_met: Cents | None = None
    deductible_remaining: Cents | None = None
    family_deductible_met: Cents | None = None
    out_of_pocket_met: Cents | None = None
    out_of_pocket_remaining: Cents | None = None
    family_out_of_pocket_met: Cents | None = None
    pharmacy_deductible_met: Cents | None = None
    fourth_quarter_deductible: Cents | None = None
    assistance_used: Cents | None = None
    members: tuple[tuple[str, MemberBalances], ...] = ()
    out_of_network: OutOfNetworkBalances | None = None
    drug_cost_met: Cents | None = None
