"""Help with the patient's share. Federal programmes forbid it; for other payers it is not computed yet."""

from estimator.errors import Problem
from estimator.model.codes import Category, Payer
from schemas.amounts import MoneyField
from schemas.fields import Choice, EnumField
from schemas.not_supported import ONLY, NotYetSupported
from schemas.reading import Part, PartList, RequestSchema, Values

FEDERAL_PAYERS = frozenset({Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE, Payer.MEDICAID, Payer.TRICARE, Payer.VA})
"""Payers whose patients may not take a manufacturer's copay programme."""


class CopayProgramSchema(RequestSchema[bool]):
    """A manufacturer's copay programme."""

    annual_maximum = MoneyField(examples=["10000.00"])
    per_fill_maximum = MoneyField()
    patient_pays = MoneyField(examples=["0.00"])
    covers = PartList(EnumField(Category), examples=[["drug"]])

    example = '{"annual_maximum": "10000.00"}'

    def make(self, values: Values) -> bool:  # noqa: ARG002 - that there is one is all this release asks
        """Say that there is a programme."""
        return True


class AssistanceSchema(RequestSchema[bool]):
    """Help with the patient's share. Federal payers' patients may not take a copay programme: it counts for nothing."""

    copay_program = Part(CopayProgramSchema(), 'A programme, "auto" or "none".', words={"auto": True, "none": False})
    grant = NotYetSupported("assistance.grant")
    accumulator_program = Choice(("none", "accumulator", "maximizer", "unknown"))

    example = '{"copay_program": "none"}'

    def make(self, values: Values) -> bool:
        """Say whether a copay programme is asked for."""
        return bool(values.get("copay_program", False))


def assistance_part() -> Part[bool]:
    """Make the field that holds assistance; it reads as whether a copay programme is asked for."""
    return Part(AssistanceSchema(), words={"none": False})


def settle_assistance(wanted: object, payer: object) -> tuple[bool, list[Problem]]:
    """Say whether assistance is dropped because the payer is federal, or what is wrong with asking for it."""
    if not wanted:
        return False, []
    if payer in FEDERAL_PAYERS:
        return True, []
    return False, [
        Problem(
            "/assistance/copay_program", "not_supported", {"supported": ", ".join(ONLY["assistance.copay_program"])}
        )
    ]
