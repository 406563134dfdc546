"""Help with the patient's share: a manufacturer's copay programme, a charity's grant, money of the patient's own."""

from datetime import date

from estimator.errors import Problem
from estimator.model.assistance import Account, Assistance, CopayProgram, Counting, Grant
from estimator.model.codes import Category
from estimator.model.money import ZERO
from estimator.model.plan import NO_LIMIT
from schemas.amounts import MoneyField
from schemas.fields import EnumField, IsoDate, StrictBoolean
from schemas.reading import Given, Part, PartList, RequestSchema, Values

AUTO = CopayProgram(annual_maximum=None, is_auto=True)
"""The programme of the product's manufacturer, on the terms on file."""
NO_PROGRAM = CopayProgram(annual_maximum=ZERO)
NO_GRANT = Grant(ZERO)


class CopayProgramSchema(RequestSchema[CopayProgram]):
    """A manufacturer's copay programme. It runs by the calendar year; a fill is all covered lines of one day."""

    annual_maximum = MoneyField('Most it pays in a calendar year, or "none".', none=NO_LIMIT, examples=["10000.00"])
    per_fill_maximum = MoneyField('Most it pays of one fill, or "none".', none=NO_LIMIT)
    patient_pays = MoneyField("What of each fill the patient pays; default 0.00.", examples=["0.00"])
    covers = PartList(EnumField(Category), 'Default ["drug"].', examples=[["drug"]])
    on_label_only = StrictBoolean("Whether only a use on the label is helped with; default false.")

    example = '{"annual_maximum": "10000.00"}'

    def make(self, values: Values) -> CopayProgram:
        """Make a programme."""
        values.setdefault("annual_maximum", None)
        return CopayProgram(**values)


class GrantSchema(RequestSchema[Grant]):
    """A charity's grant. It pays after a copay programme, also for who is insured by a federal programme."""

    amount = MoneyField("What is left of it.", required=True, examples=["5000.00"])
    covers = PartList(EnumField(Category), "Default: every category.", examples=[["drug"]])
    first_day = IsoDate("First day of service it pays for.", examples=["2027-01-01"])
    last_day = IsoDate("Last day of service it pays for.", examples=["2027-12-31"])

    example = '{"amount": "5000.00"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Find a grant that ends before it begins."""
        backwards = values.get("first_day", date.min) > values.get("last_day", date.max)
        return [Problem("/last_day", "period_backwards")] if backwards else []

    def make(self, values: Values) -> Grant:
        """Make a grant."""
        return Grant(**values)


class AccountsSchema(RequestSchema[tuple[Account, ...]]):
    """Where the patient's money may come from. None of it lowers what is owed."""

    hra = MoneyField("Left in a health reimbursement arrangement: the employer's money.")
    fsa = MoneyField("Left in a flexible spending account.")
    hsa = MoneyField("Left in a health savings account.")

    example = '{"hsa": "1000.00"}'

    def make(self, values: Values) -> tuple[Account, ...]:
        """Make accounts, in the order in which they are used: what lapses first goes first."""
        return tuple(Account(kind, values[kind]) for kind in ("hra", "fsa", "hsa") if kind in values)


class AssistanceSchema(RequestSchema[Assistance]):
    """Help with the patient's share. Federal payers' patients may not take a copay programme: it counts for nothing."""

    copay_program = Part(
        CopayProgramSchema(), 'A programme, "auto" or "none".', words={"auto": AUTO, "none": NO_PROGRAM}
    )
    grant = Part(GrantSchema(), 'A grant, or "none".', words={"none": NO_GRANT})
    accumulator_program = EnumField(Counting, "How the plan counts a manufacturer's payment; default unknown.")
    accounts = Part(AccountsSchema())

    example = '{"copay_program": "none"}'

    def make(self, values: Values) -> Assistance:
        """Make assistance."""
        program, grant = values.get("copay_program", NO_PROGRAM), values.get("grant", NO_GRANT)
        return Assistance(
            program=None if program is NO_PROGRAM else program,
            grant=None if grant is NO_GRANT else grant,
            counting=values.get("accumulator_program", Counting.UNKNOWN),
            accounts=values.get("accounts", ()),
        )


def assistance_part() -> Part[Assistance]:
    """Make the field that holds assistance."""
    return Part(
        AssistanceSchema(), 'Help with the patient\'s share, or "none" (the default).', words={"none": Assistance()}
    )
