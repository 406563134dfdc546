"""Coverage that pays after the first payer, as the caller describes it."""

from dataclasses import dataclass
from enum import StrEnum

from estimator.model.money import Cents
from estimator.model.plan import Balances, PlanDesign


class SecondaryKind(StrEnum):
    """Who pays after the first payer."""

    COMMERCIAL = "commercial"
    MEDIGAP = "medigap"
    MEDICAID = "medicaid"
    MEDICARE = "medicare"
    TRICARE_FOR_LIFE = "tricare_for_life"
    VA = "va"


class Method(StrEnum):
    """How a group plan coordinates when it pays second."""

    STANDARD = "standard"
    NON_DUPLICATION = "non_duplication"
    MAINTENANCE_OF_BENEFITS = "maintenance_of_benefits"


class MedicareReason(StrEnum):
    """Why Medicare pays after another plan (42 CFR part 411)."""

    WORKING_AGED = "working_aged"
    DISABILITY = "disability"
    KIDNEY_FAILURE = "kidney_failure"
    OTHER = "other"


class SavingsProgram(StrEnum):
    """A Medicare Savings Program: what a state pays for people with Medicare and a low income."""

    QMB = "qmb"
    SLMB = "slmb"
    QI = "qi"
    QDWI = "qdwi"


FULL_MEDICAID = "full"


@dataclass(frozen=True, slots=True)
class Secondary:
    """One further payer. What does not belong to its kind is ``None``.

    ``rate`` is what Medicaid itself would pay for a line; ``qmb`` says that the patient is a qualified Medicare
    beneficiary, whom nobody may bill, ``savings_program`` which programme a patient has who lacks Medicaid's full
    benefits. ``benefit_reserve`` lets a group plan spend later in its year what coordination has saved it before.
    ``method`` is ``None`` where it was not said.
    """

    kind: SecondaryKind
    method: Method | None = None
    plan: PlanDesign | None = None
    balances: Balances | None = None
    benefit_reserve: bool = False
    medigap_plan: str | None = None
    rate: Cents | None = None
    qmb: bool = False
    reason: MedicareReason | None = None
    savings_program: SavingsProgram | None = None

    @property
    def is_premium_only(self) -> bool:
        """Say whether the state pays a premium and no cost sharing at all."""
        return self.savings_program not in (None, SavingsProgram.QMB)

    @property
    def medicaid_program(self) -> str | None:
        """Name the part of Medicaid that stands behind: a savings programme, else its full benefits."""
        if self.kind is not SecondaryKind.MEDICAID:
            return None
        named = self.savings_program or (SavingsProgram.QMB if self.qmb else None)
        return FULL_MEDICAID if named is None else named.value
