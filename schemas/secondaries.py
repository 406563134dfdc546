"""Coverage that pays after the first payer, in paying order."""

from collections.abc import Sequence

from estimator.errors import Problem
from estimator.model.codes import Payer
from estimator.model.plan import PlanDesign
from estimator.model.secondary import MedicareReason, Method, SavingsProgram, Secondary, SecondaryKind
from schemas.amounts import MoneyField
from schemas.balances import BalancesSchema
from schemas.fields import Choice, EnumField, StrictBoolean
from schemas.plans import PlanSchema
from schemas.reading import Given, Part, PartList, RequestSchema, Values

MEDIGAP_PLANS = ("A", "B", "C", "D", "F", "G", "HD-F", "HD-G", "K", "L", "M", "N")
MOST_PAYERS = 5
FIELDS_OF = {
    SecondaryKind.COMMERCIAL: {"method", "plan", "balances", "benefit_reserve"},
    SecondaryKind.MEDIGAP: {"medigap_plan", "high_deductible", "balances"},
    SecondaryKind.MEDICAID: {"rate", "qmb", "savings_program"},
    SecondaryKind.MEDICARE: {"reason", "balances"},
    SecondaryKind.TRICARE_FOR_LIFE: set(),
    SecondaryKind.VA: set(),
}
"""What may be said of each kind, beside the kind itself."""


class SecondarySchema(RequestSchema[Secondary]):
    """One payer after the first."""

    kind = EnumField(SecondaryKind, "Who pays.", required=True, examples=["medigap"])
    method = EnumField(Method, "How a commercial plan coordinates. Left out: a range; the lines are those of standard.")
    plan = Part(PlanSchema(), "Of a commercial plan, complete.")
    balances = Part(BalancesSchema(), "What has been met of this payer's own amounts. Left out: nothing.")
    benefit_reserve = StrictBoolean(
        "Whether a commercial plan later in its year spends what coordination saved it; default false."
    )
    medigap_plan = Choice(MEDIGAP_PLANS, "The Medigap letter.")
    high_deductible = StrictBoolean("The high-deductible form of plan F or G; the same as HD-F, HD-G.")
    rate = MoneyField("What Medicaid itself would pay for a line.", examples=["75.00"])
    qmb = StrictBoolean("Whether the patient is a qualified Medicare beneficiary; default false.")
    savings_program = EnumField(
        SavingsProgram, "Of a patient without Medicaid's full benefits: slmb, qi and qdwi pay a premium, no share."
    )
    reason = EnumField(MedicareReason, "Why Medicare pays after the first plan.")

    example = '{"kind": "medigap", "medigap_plan": "G"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find what a kind needs and was not given, and what belongs to another kind."""
        kind = values.get("kind")
        if kind is None:
            return []
        problems = [
            Problem(f"/{name}", "not_of_this_kind", {"kind": kind.value})
            for name in self.fields
            if name != "kind" and name not in FIELDS_OF[kind] and given.get(name) is not None
        ]
        if kind is SecondaryKind.MEDIGAP:
            letter = values.get("medigap_plan")
            if given.get("medigap_plan") is None:
                problems.append(Problem("/medigap_plan", "required"))
            elif values.get("high_deductible") and letter is not None and letter[-1] not in "FG":
                problems.append(Problem("/high_deductible", "high_deductible_f_or_g"))
        if values.get("qmb") and values.get("savings_program") not in (None, SavingsProgram.QMB):
            problems.append(Problem("/savings_program", "conflict", {"one": "qmb", "other": "savings_program"}))
        if kind is SecondaryKind.COMMERCIAL:
            problems += _missing_terms(values.get("plan"), given)
        return problems

    def make(self, values: Values) -> Secondary:
        """Make a payer."""
        letter = values.get("medigap_plan")
        if values.pop("high_deductible", False) and letter is not None and not letter.startswith("HD-"):
            values["medigap_plan"] = f"HD-{letter}"
        if values.get("savings_program") is SavingsProgram.QMB:
            values["qmb"] = True
        return Secondary(**values)


def secondaries_part() -> PartList[Secondary]:
    """Make the field that holds the payers after the first."""
    return SecondariesField(
        Part(SecondarySchema()), "Payers after the first, in paying order. Left out: none.", longest=MOST_PAYERS
    )


class SecondariesField(PartList[Secondary]):
    """The payers after the first; an empty list is none."""

    def read(self, value: object) -> tuple[Secondary, ...]:
        """Read every payer."""
        return () if value == [] else super().read(value)


def check_secondaries(payer: object, secondaries: Sequence[Secondary], *, is_part_d: bool = False) -> list[Problem]:
    """Find payers that cannot come after this one, or not in this order."""
    problems = []
    for index, secondary in enumerate(secondaries):
        pointer = f"/secondaries/{index}/kind"
        kind = secondary.kind
        if payer in (Payer.SELF_PAY, Payer.MEDICAID):
            problems.append(Problem(pointer, "no_payer_after", {"payer": str(payer)}))
        elif kind is SecondaryKind.MEDIGAP and payer is not Payer.MEDICARE:
            problems.append(Problem(pointer, "medigap_after_medicare_only", {"payer": str(payer)}))
        elif kind is SecondaryKind.MEDICARE and (
            payer in (Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE, Payer.TRICARE, Payer.VA) or is_part_d
        ):
            problems.append(Problem(pointer, "medicare_twice", {"payer": str(payer)}))
        elif kind is SecondaryKind.MEDICAID and index < len(secondaries) - 1:
            problems.append(Problem(pointer, "medicaid_pays_last"))
    return problems


def _missing_terms(plan: PlanDesign | None, given: Given) -> list[Problem]:
    if given.get("plan") is None:
        return [Problem("/plan", "required", {"why": "plan"})]
    if plan is None:
        return []
    pairs = (
        (plan.deductible.is_known, "/plan/deductible/individual"),
        (plan.out_of_pocket_max.is_known, "/plan/out_of_pocket_max/individual"),
        (plan.default_share is not None, "/plan/cost_share/default"),
    )
    return [
        Problem(pointer, "required", {"why": "cost_share" if "cost_share" in pointer else "plan_terms"})
        for is_known, pointer in pairs
        if not is_known
    ]
